/*
 * date: wall clock times as log lines show them, in local time where that is built in, else in UTC.
 * The time zone is libc's: TZ, else /etc/localtime. Nothing is ever measured with these times.
 */
#ifndef DATE_H
#define DATE_H

#include <stdint.h>
#include <time.h>

struct text;

/*
 * The last time that was formatted, for the next line is most often of the same second. All zero is
 * an empty one; its owner is the caller.
 */
struct date_cache {
	int64_t second; /* since 1970 */
	struct tm civil;
	char unix_line[96]; /* of date_unix; a byte of a zone's name may be shown as four */
};

/* Appends "2026-11-23 06:48:41,189", the asctime of Python's logging. */
void date_asctime(struct text *text, struct date_cache *dates, int64_t wall_ns);

/* Appends "Mon Nov 23 06:46:52 UTC 2026", as date(1) prints it in the C locale. */
void date_unix(struct text *text, struct date_cache *dates, int64_t wall_ns);

/* Appends the same in UTC, whatever the time zone is here. */
void date_unix_utc(struct text *text, int64_t wall_ns);

#endif
