/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"

#include "base/text.h"
#include "sys/clock.h"

static void add_unix(struct text *text, const struct tm *civil, const char *zone)
{
	static const char days[][4] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char months[][4] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };

	text_fmt(text, "%s %s %2d %02d:%02d:%02d %s %d", days[civil->tm_wday],
		 months[civil->tm_mon], civil->tm_mday, civil->tm_hour, civil->tm_min,
		 civil->tm_sec, zone, civil->tm_year + 1900);
}

/* Puts this time into the cache, if it does not have it. */
static void set_time(struct date_cache *dates, int64_t wall_ns)
{
	time_t second = (time_t)(wall_ns / NS_PER_SEC);
	struct text line = TEXT_OVER(dates->unix_line);

	if (second == dates->second && *dates->unix_line)
		return;
	if (ENABLE_LOCALTIME)
		localtime_r(&second, &dates->civil);
	else
		gmtime_r(&second, &dates->civil);
	dates->second = second;
	add_unix(&line, &dates->civil, ENABLE_LOCALTIME ? dates->civil.tm_zone : "UTC");
}

void date_asctime(struct text *text, struct date_cache *dates, int64_t wall_ns)
{
	const struct tm *civil = &dates->civil;

	set_time(dates, wall_ns);
	text_fmt(text, "%04d-%02d-%02d %02d:%02d:%02d,%03d", civil->tm_year + 1900,
		 civil->tm_mon + 1, civil->tm_mday, civil->tm_hour, civil->tm_min, civil->tm_sec,
		 (int)(wall_ns / NS_PER_MS % 1000));
}

void date_unix(struct text *text, struct date_cache *dates, int64_t wall_ns)
{
	set_time(dates, wall_ns);
	text_str(text, dates->unix_line);
}

void date_unix_utc(struct text *text, int64_t wall_ns)
{
	time_t second = (time_t)(wall_ns / NS_PER_SEC);
	struct tm civil;

	gmtime_r(&second, &civil);
	add_unix(text, &civil, "UTC");
}
