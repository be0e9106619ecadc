/* SPDX-License-Identifier: Apache-2.0 */
/*
 * date: wall clock times in the two forms that log lines have. They are in local time if that is
 * built in, else in UTC. The time zone is found by libc: TZ, else /etc/localtime. These times are
 * for printing only; durations and deadlines are measured with another clock.
 */
#ifndef DATE_H
#define DATE_H

#include <stdint.h>
#include <time.h>

struct text;

/*
 * The last time that was formatted: the next line is mostly of the same second, and libc is slow to
 * convert a time. Its owner zeroes it at first and keeps it as long as the logs that point to it.
 * It holds for one time zone.
 */
struct date_cache {
	int64_t second;     /* since 1970 */
	struct tm civil;    /* the same in years, months and so on */
	char unix_line[96]; /* the same by date_unix, whose zone may be all escapes; at first "" */
};

/* Appends "2026-11-23 06:48:41,189", the asctime of Python's logging. */
void date_asctime(struct text *text, struct date_cache *dates, int64_t wall_ns);

/* Appends "Mon Nov 23 06:46:52 UTC 2026", as date(1) prints it in the C locale. */
void date_unix(struct text *text, struct date_cache *dates, int64_t wall_ns);

/* Appends the same form in UTC, whatever the time zone is. */
void date_unix_utc(struct text *text, int64_t wall_ns);

#endif
