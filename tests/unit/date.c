/* SPDX-License-Identifier: Apache-2.0 */
/* date: both forms, at times known by heart and at many others beside libc's own. */
#include "base/date.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/text.h"
#include "sys/clock.h"
#include "sys/util.h"
#include "unit.h"

static void check_known(void)
{
	static const struct {
		int64_t ms;
		const char *as_asctime;
		const char *as_date;
	} times[] = {
		{ 0, "1970-01-01 00:00:00,000", "Thu Jan  1 00:00:00 UTC 1970" },
		{ 1, "1970-01-01 00:00:00,001", "Thu Jan  1 00:00:00 UTC 1970" },
		{ 86399999, "1970-01-01 23:59:59,999", "Thu Jan  1 23:59:59 UTC 1970" },
		{ 951782399000, "2000-02-28 23:59:59,000", "Mon Feb 28 23:59:59 UTC 2000" },
		{ 951782400000, "2000-02-29 00:00:00,000", "Tue Feb 29 00:00:00 UTC 2000" },
		{ 951868800000, "2000-03-01 00:00:00,000", "Wed Mar  1 00:00:00 UTC 2000" },
		{ 1709164800000, "2024-02-29 00:00:00,000", "Thu Feb 29 00:00:00 UTC 2024" },
		{ 1735689599999, "2024-12-31 23:59:59,999", "Tue Dec 31 23:59:59 UTC 2024" },
		{ 2147483647000, "2038-01-19 03:14:07,000", "Tue Jan 19 03:14:07 UTC 2038" },
		{ 2147483648000, "2038-01-19 03:14:08,000", "Tue Jan 19 03:14:08 UTC 2038" },
		{ 4107542399000, "2100-02-28 23:59:59,000", "Sun Feb 28 23:59:59 UTC 2100" },
		{ 4107542400000, "2100-03-01 00:00:00,000", "Mon Mar  1 00:00:00 UTC 2100" },
	};
	struct date_cache dates = { 0 };

	for (size_t i = 0; i < countof(times); i++) {
		char buf[2][40];
		struct text in_asctime = TEXT_OVER(buf[0]), in_date = TEXT_OVER(buf[1]);

		date_asctime(&in_asctime, &dates, times[i].ms * NS_PER_MS);
		unit_check_str(buf[0], times[i].as_asctime, "date_asctime");
		date_unix(&in_date, &dates, times[i].ms * NS_PER_MS);
		unit_check_str(buf[1], times[i].as_date, "date_unix");
	}
}

/* As Python's logging, which cuts. */
static void check_milliseconds_are_not_rounded(void)
{
	char buf[40];
	struct text text = TEXT_OVER(buf);
	struct date_cache dates = { 0 };

	date_asctime(&text, &dates, 1999999999);
	unit_check_str(buf, "1970-01-01 00:00:01,999", "999.999999 ms");
}

static void check_appends(void)
{
	char buf[64];
	struct text text = TEXT_OVER(buf);
	struct date_cache dates = { 0 };

	text_str(&text, "at ");
	date_unix(&text, &dates, 0);
	unit_check_str(buf, "at Thu Jan  1 00:00:00 UTC 1970", "date_unix appends");
}

static bool is_as_libc(struct date_cache *dates, time_t at)
{
	char got[80], want[80];
	struct text text = TEXT_OVER(got);
	struct tm tm;

	gmtime_r(&at, &tm);
	strftime(want, sizeof(want), "%a %b %e %H:%M:%S UTC %Y, %Y-%m-%d %H:%M:%S,000", &tm);
	date_unix(&text, dates, (int64_t)at * NS_PER_SEC);
	text_str(&text, ", ");
	date_asctime(&text, dates, (int64_t)at * NS_PER_SEC);
	return strcmp(got, want) == 0 || unit_check_str(got, want, "beside strftime");
}

/* Every 11 days and some, until the year 2262, where nanoseconds end. */
static void check_beside_libc(void)
{
	struct date_cache dates = { 0 };
	int good = 0, bad = 0;

	for (time_t at = 0; at < INT64_MAX / NS_PER_SEC && bad < 5; at += 999983) {
		bool ok = is_as_libc(&dates, at);

		good += ok;
		bad += !ok;
	}
	unit_check(good > 9000 && bad == 0, "dates beside strftime");
}

void test_date(void)
{
	setenv("TZ", "UTC", 1);
	check_known();
	check_milliseconds_are_not_rounded();
	check_appends();
	check_beside_libc();
}
