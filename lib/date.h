/*
 * date: wall clock times as log lines show them, in local time where that is built in, else in UTC.
 * The clock itself is sys_wall_ns(); nothing is ever measured with it.
 */
#ifndef DATE_H
#define DATE_H

#include <stdint.h>

#include "zone.h"

struct text;

/* What was found out for the last time that was told; all zero for a start. The caller's. */
struct dates {
	struct zone zone;
	int64_t second;
	char unix_line[96]; /* date_unix's of it; of a zone's name a byte may be shown as four */
};

/* Appends "2026-11-23 06:48:41,189", the asctime of Python's logging. */
void date_asctime(struct text *text, struct dates *dates, int64_t wall_ns);

/* Appends "Mon Nov 23 06:46:52 UTC 2026", what date(1) prints in the C locale. */
void date_unix(struct text *text, struct dates *dates, int64_t wall_ns);

#endif
