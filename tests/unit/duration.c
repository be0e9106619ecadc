/* SPDX-License-Identifier: Apache-2.0 */
/* duration: seconds as a number, and numbers with a unit as nanoseconds. */
#include "base/duration.h"

#include <errno.h>
#include <stddef.h>

#include "base/text.h"
#include "sys/clock.h"
#include "sys/util.h"
#include "unit.h"

static void check_parse(void)
{
	static const struct {
		const char *s;
		int status;
		int64_t ns;
	} cases[] = {
		{ "0", 0, 0 },
		{ "5", 0, 5 * NS_PER_SEC },
		{ " 5s ", 0, 5 * NS_PER_SEC },
		{ "-5", 0, -5 * NS_PER_SEC },
		{ "-0.5", 0, -NS_PER_SEC / 2 },
		{ "-1.5m", 0, -90 * NS_PER_SEC },
		{ "2m", 0, 120 * NS_PER_SEC },
		{ "1.5h", 0, 5400 * NS_PER_SEC },
		{ "0.25", 0, NS_PER_SEC / 4 },
		{ "0.000000001", 0, 1 },
		{ "0.0000000019", 0, 1 },
		{ "1.", 0, NS_PER_SEC },
		{ "9223372036", 0, INT64_C(9223372036000000000) },
		{ "9223372036.9", -ERANGE, 0 },
		{ "9223372037", -ERANGE, 0 },
		{ "99999999999999999999h", -ERANGE, 0 },
		{ "", -EINVAL, 0 },
		{ "s", -EINVAL, 0 },
		{ ".5", 0, NS_PER_SEC / 2 },
		{ " -.3s ", 0, -3 * NS_PER_SEC / 10 },
		{ "+.5m", 0, 30 * NS_PER_SEC },
		{ ".", -EINVAL, 0 },
		{ ".s", -EINVAL, 0 },
		{ "_.5", -EINVAL, 0 },
		{ "1.5.5", -EINVAL, 0 },
		{ "5d", -EINVAL, 0 },
		{ "5ms", -EINVAL, 0 },
		{ "5 s", -EINVAL, 0 },
		{ "1.5x", -EINVAL, 0 },
	};

	for (size_t i = 0; i < countof(cases); i++) {
		int64_t ns = 0;
		int status = duration_parse(cases[i].s, &ns);

		unit_check(status == cases[i].status && ns == cases[i].ns, cases[i].s);
	}
}

static void check_add(int64_t ns, const char *ms, const char *us)
{
	char buf[32];
	struct text text = TEXT_OVER(buf);

	duration_add_ms(&text, ns);
	unit_check_str(buf, ms, us);
	text.len = 0;
	duration_add_us(&text, ns);
	unit_check_str(buf, us, us);
}

void test_duration(void)
{
	check_parse();
	check_add(0, "0.000", "0.000000");
	check_add(NS_PER_SEC, "1.000", "1.000000");
	check_add(12 * NS_PER_SEC + 34 * NS_PER_MS, "12.034", "12.034000");
	/* Milliseconds are rounded, microseconds are cut. */
	check_add(499 * NS_PER_US, "0.000", "0.000499");
	check_add(500 * NS_PER_US, "0.001", "0.000500");
	check_add(NS_PER_SEC - 1, "1.000", "0.999999");
	check_add(90000 * NS_PER_SEC, "90000.000", "90000.000000");
}
