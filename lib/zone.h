/*
 * zone: the local time zone as log lines need it: how far from UTC, and its name, at a time. Reads
 * TZif files (RFC 8536; leap seconds are left out) and TZ strings (POSIX.1 chapter 8.3, with the
 * hours up to 167 of RFC 8536) and trusts neither. Keeps no state, allocates and prints nothing.
 */
#ifndef ZONE_H
#define ZONE_H

#include <stdint.h>

/* What holds for a stretch of time. All zero is an empty one. */
struct zone {
	int64_t from;  /* seconds since 1970: the first time that was asked for */
	int64_t until; /* the next change */
	int offset;    /* seconds east of UTC */
	char name[16]; /* "CET"; a longer one is cut */
};

/*
 * Makes zone hold at `seconds`; costs nothing where it does already, so one zone serves many lines.
 * TZ in the environment says where to look; a ':' before it is skipped:
 *   unset   the file /etc/localtime
 *   /path   that file, of 64 KiB at most
 *   other   a file below /usr/share/zoneinfo (no ".." in it), else a TZ string, for example
 *           "CET-1CEST,M3.5.0,M10.5.0/3"; one that has no rules has those of the United States
 * What is empty, absent or broken is UTC: it never fails. Right for 30,000 years around 1970.
 */
void zone_at(struct zone *zone, int64_t seconds);

#endif
