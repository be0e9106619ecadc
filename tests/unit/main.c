/* SPDX-License-Identifier: Apache-2.0 */
/* The unit tests: runs them all, says what failed, and counts. */
#include "unit.h"

#include <stdio.h>
#include <string.h>

static int passed, failed;

bool unit_check(bool ok, const char *what)
{
	if (ok)
		passed++;
	else
		failed++;
	if (!ok)
		fprintf(stderr, "unit: failed: %s\n", what);
	return ok;
}

bool unit_check_str(const char *got, const char *want, const char *what)
{
	bool ok = got && want ? strcmp(got, want) == 0 : got == want;

	if (!ok)
		fprintf(stderr, "unit: got \"%s\", want \"%s\":\n", got ? got : "(null)",
			want ? want : "(null)");
	return unit_check(ok, what);
}

int main(void)
{
	static void (*const tests[])(void) = {
		test_text,  test_duration, test_date,      test_opt,  test_ere,      test_scan,
		test_vars,  test_eval,     test_dump,      test_ring, test_process,  test_status,
		test_sinks, test_messages, test_event_log, test_json, test_timeline,
	};

	for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++)
		tests[i]();
	fflush(stderr);
	printf("unit: %d passed, %d failed\n", passed, failed);
	return failed > 0 || passed == 0;
}
