#include "zone.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "calendar.h"
#include "sys.h"

#define FILE_MAX 65536        /* the largest there are have 4,000 bytes */
#define SEC_PER_YEAR 31556952 /* on average */

/* What is being looked up. */
struct search {
	const char *s;    /* what is left to read of a TZ string */
	struct zone zone; /* the result; from is the time looked up */
};

/*
 * The readers of a TZ string move on in it. The first that cannot puts them on a byte that none of
 * them accepts: who is at the end in the end has read it all.
 */
static unsigned reject(struct search *search)
{
	search->s = "?";
	return 0;
}

static bool skip(struct search *search, char c)
{
	if (*search->s != c)
		return false;
	search->s++;
	return true;
}

static void expect(struct search *search, char c)
{
	if (!skip(search, c))
		reject(search);
}

/* The end is NUL, or in a file a newline; what is between these two ends it as well. */
static bool is_at_end(const struct search *search)
{
	return (unsigned char)*search->s <= '\n';
}

/* From 0 to max. */
static unsigned read_number(struct search *search, unsigned max)
{
	const char *s = search->s;
	unsigned n = 0;

	for (; *s >= '0' && *s <= '9' && n <= max; s++)
		n = n * 10 + (unsigned)(*s - '0');
	if (s == search->s || n > max)
		return reject(search);
	search->s = s;
	return n;
}

/* From 1 to max, made 0 to max - 1. */
static unsigned read_ordinal(struct search *search, unsigned max)
{
	unsigned n = read_number(search, max);

	return n > 0 ? n - 1 : reject(search);
}

/* [+-]hh[:mm[:ss]] in seconds */
static int read_time(struct search *search)
{
	char sign = *search->s;
	int time;

	if (sign == '-' || sign == '+')
		search->s++;
	time = (int)read_number(search, 167);
	for (int i = 0; i < 2; i++) {
		time *= 60;
		if (skip(search, ':'))
			time += (int)read_number(search, 59);
	}
	return sign == '-' ? -time : time;
}

/* Three letters or more; in <> anything visible. */
static void read_name(struct search *search)
{
	bool quoted = skip(search, '<');
	const char *s = search->s;
	unsigned n = 0;

	for (; quoted ? *s > ' ' && *s != '>' : (*s | 32) >= 'a' && (*s | 32) <= 'z'; s++)
		if (n < sizeof(search->zone.name) - 1)
			search->zone.name[n++] = *s;
	search->zone.name[n] = '\0';
	search->s = s;
	if (n < 3)
		reject(search);
	if (quoted)
		expect(search, '>');
}

/* m.w.d: weekday d of week w. The fifth week is the last one, which the next month ends. */
static unsigned read_weekday(struct search *search, unsigned month)
{
	unsigned week, end;

	month += read_ordinal(search, 12);
	expect(search, '.');
	week = read_ordinal(search, 5) + 1;
	expect(search, '.');
	end = calendar_month_start(month + week / 5) + week % 5 * 7;
	/* Day 0 is a Wednesday. */
	return end - 1 - (end + 2 - read_number(search, 6)) % 7;
}

/* Mm.w.d, Jn (of 365, without the leap day) or n (from 0) */
static unsigned read_day(struct search *search, unsigned month)
{
	unsigned day;

	if (skip(search, 'M'))
		return read_weekday(search, month);
	if (skip(search, 'J')) {
		day = read_ordinal(search, 365);
		if (day >= 31 + 28) {
			day -= 31 + 28;
			month += 2;
		}
	} else {
		day = read_number(search, 365);
	}
	return calendar_month_start(month) + day;
}

/* ,day[/time]: when that is in the year of this January, by a clock `offset` ahead of UTC. */
static int64_t read_change(struct search *search, unsigned january, int offset)
{
	int time = 7200;
	int64_t day;

	expect(search, ',');
	day = (int64_t)read_day(search, january) - CALENDAR_EPOCH;
	if (skip(search, '/'))
		time = read_time(search);
	return day * SEC_PER_DAY + time - offset;
}

/*
 * Reads ,start,end: is the latest of these changes a start? Where an end and a start fall together
 * summer goes on. Six years are looked at: the first guess may be wrong by one, and 167 hours may
 * lead into a year that is not the rule's. Offsets are of the clocks that are changed.
 */
static bool read_rules(struct search *search, const int offsets[2])
{
	unsigned year = (unsigned)(search->zone.from / SEC_PER_YEAR) + CALENDAR_BIAS + 1967;
	int64_t change, latest = INT64_MIN;
	bool is_summer = false;

	for (int end = 0; end < 2; end++) {
		const char *rule = search->s;

		for (unsigned i = 0; i < 6; i++) {
			search->s = rule;
			change = read_change(search, (year + i) * 12 - 2, offsets[end]);
			if (change > search->zone.from) {
				if (change < search->zone.until)
					search->zone.until = change;
			} else if (change > latest) {
				latest = change;
				is_summer = !end;
			}
		}
	}
	return is_summer;
}

/* Reads name offset [name [offset] [rules]]. Offsets count westward; summer is an hour ahead. */
static bool apply_string(struct search *search, const char *s)
{
	const char *names[2] = { s };
	int offsets[2];
	bool is_summer = false;

	search->s = s;
	read_name(search);
	offsets[0] = -read_time(search);
	if (!is_at_end(search)) {
		names[1] = search->s;
		read_name(search);
		offsets[1] = offsets[0] + 3600;
		if (!is_at_end(search) && *search->s != ',')
			offsets[1] = -read_time(search);
		if (is_at_end(search))
			search->s = ",M3.2.0,M11.1.0";
		is_summer = read_rules(search, offsets);
		if (!is_at_end(search))
			return false;
	}
	search->zone.offset = offsets[is_summer];
	search->s = names[is_summer];
	read_name(search);
	return true;
}

/* A big-endian number with a sign. */
static int64_t decode(const unsigned char *bytes, unsigned size)
{
	/* NOLINTNEXTLINE(bugprone-signed-char-misuse): the sign is meant */
	int64_t n = (signed char)*bytes;

	while (--size > 0)
		n = n * 256 + *++bytes;
	return n;
}

/* How many of n changes are not after the time looked up? */
static unsigned count_changes(struct zone *zone, const unsigned char *times, unsigned n,
			      unsigned size)
{
	unsigned i;

	for (i = 0; i < n; i++) {
		int64_t change = decode(times + i * size, size);

		if (change > zone->from) {
			zone->until = change;
			break;
		}
	}
	return i;
}

/* The counts in the header of a block, in their order. */
enum { UT_MARKS, STANDARD_MARKS, LEAPS, CHANGES, TYPES, NAME_BYTES, COUNTS };

/*
 * Makes the zone what a block of a TZif file says. In a file with a version another one follows,
 * with times of 8 bytes and, between newlines, a TZ string for what comes after the last change.
 */
static bool apply_block(struct search *search, const unsigned char *head, unsigned size,
			unsigned time_size)
{
	struct zone *zone = &search->zone;
	unsigned n[COUNTS], numbers, types, names, end, i;
	const unsigned char *type;

	if (size < 44 || strncmp((const char *)head, "TZif", 4) != 0)
		return false;
	for (i = 0; i < COUNTS; i++) {
		n[i] = (unsigned)decode(head + 20 + 4 * i, 4);
		/* No sum of these overflows. */
		if (n[i] > size)
			return false;
	}
	numbers = 44 + n[CHANGES] * time_size;
	types = numbers + n[CHANGES];
	names = types + n[TYPES] * 6;
	end = names + n[NAME_BYTES] + n[LEAPS] * (time_size + 4) + n[STANDARD_MARKS] + n[UT_MARKS];
	if (end > size)
		return false;
	if (time_size == 4 && head[4] != 0)
		return apply_block(search, head + end, size - end, 8);
	i = count_changes(zone, head + 44, n[CHANGES], time_size);
	if (i == n[CHANGES] && time_size == 8) {
		if (head[end] != '\n' || head[size - 1] != '\n')
			return false;
		if (head[end + 1] != '\n')
			return apply_string(search, (const char *)head + end + 1);
	}
	/* What is before the first change has type 0. */
	if (i > 0)
		i = head[numbers + i - 1];
	if (i >= n[TYPES])
		return false;
	type = head + types + i * 6;
	if (type[5] >= n[NAME_BYTES])
		return false;
	zone->offset = (int)decode(type, 4);
	memcpy(zone->name, head + names + type[5], sizeof(zone->name));
	zone->name[sizeof(zone->name) - 1] = '\0';
	return true;
}

/* A path leads where it says, a name into the directory of zones. A FIFO is not waited for. */
static int open_file(const char *name)
{
	int dir, fd;

	for (const char *s = name; *name != '/' && *s; s++)
		if (s[0] == '.' && s[1] == '.')
			return -1;
	dir = sys_open(AT_FDCWD, "/usr/share/zoneinfo", O_PATH, 0);
	fd = sys_open(dir, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	sys_close(dir);
	return fd;
}

static bool apply_file(struct search *search, const char *name)
{
	unsigned char bytes[FILE_MAX + sizeof(search->zone.name)];
	int fd = open_file(name);
	ssize_t n = sys_read(fd, bytes, FILE_MAX);

	sys_close(fd);
	if (n < 0)
		return false;
	/* For what is looked at beyond the end: the footer, and what follows the last name. */
	memset(bytes + n, 0, sizeof(search->zone.name));
	return apply_block(search, bytes, (unsigned)n, 4);
}

void zone_at(struct zone *zone, int64_t seconds)
{
	struct search search;
	const char *tz;

	if (seconds >= zone->from && seconds < zone->until)
		return;
	search.zone.from = seconds;
	search.zone.until = INT64_MAX;
	tz = getenv("TZ");
	if (!tz)
		tz = "/etc/localtime";
	tz += *tz == ':';
	if (!apply_file(&search, tz) && !apply_string(&search, tz))
		(void)apply_string(&search, "UTC0");
	*zone = search.zone;
}
