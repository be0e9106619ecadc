/* zone: TZ strings by table, and TZif files written here, whole, cut and hostile ones. */
#include "zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys.h"
#include "unit.h"

#define WINTER INT64_C(1705276800) /* 2024-01-15 00:00:00 */
#define SUMMER INT64_C(1721001600) /* 2024-07-15 00:00:00 */

static void check_at(const char *tz, int64_t seconds, int offset, const char *name)
{
	struct zone zone = { 0 };
	char what[200];

	setenv("TZ", tz, 1);
	zone_at(&zone, seconds);
	snprintf(what, sizeof(what), "TZ=%s at %lld is %d %s", tz, (long long)seconds, zone.offset,
		 zone.name);
	unit_check(zone.offset == offset && strcmp(zone.name, name) == 0, what);
	unit_check(zone.from <= seconds && seconds < zone.until, what);
}

static void check_strings(void)
{
	static const struct {
		const char *tz;
		int64_t seconds;
		int offset;
		const char *name;
	} cases[] = {
		{ "CET-1CEST,M3.5.0,M10.5.0/3", WINTER, 3600, "CET" },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", SUMMER, 7200, "CEST" },
		{ ":CET-1CEST,M3.5.0,M10.5.0/3", SUMMER, 7200, "CEST" },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 1711846799, 3600, "CET" },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 1711846800, 7200, "CEST" },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 1729990799, 7200, "CEST" },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 1729990800, 3600, "CET" },
		/* South of the equator summer has New Year in it. */
		{ "AEST-10AEDT,M10.1.0,M4.1.0/3", WINTER, 39600, "AEDT" },
		{ "AEST-10AEDT,M10.1.0,M4.1.0/3", SUMMER, 36000, "AEST" },
		{ "AEST-10AEDT,M10.1.0,M4.1.0/3", 1704067200, 39600, "AEDT" },
		/* Summer time that is behind, in winter. */
		{ "IST-1GMT0,M10.5.0,M3.5.0/1", WINTER, 0, "GMT" },
		{ "IST-1GMT0,M10.5.0,M3.5.0/1", SUMMER, 3600, "IST" },
		/* Without rules those of the United States hold, with an offset or without. */
		{ "ABC5DEF", 1710053999, -18000, "ABC" },
		{ "ABC5DEF", 1710054000, -14400, "DEF" },
		{ "ABC5DEF3", 1730605500, -10800, "DEF" },
		{ "ABC5DEF3", 1730610000, -18000, "ABC" },
		/* Without summer time. */
		{ "<+0330>-3:30", SUMMER, 12600, "+0330" },
		{ "<-12>+12", WINTER, -43200, "-12" },
		{ "ABC-12:34:56", WINTER, 45296, "ABC" },
		{ "ABCDEFGHIJKLMNOPQRS1", WINTER, -3600, "ABCDEFGHIJKLMNO" },
		/* J60 is March 1 in every year, 60 is February 29 in 2024. */
		{ "ABC0DEF,J60/0,J300", 1709251199, 0, "ABC" },
		{ "ABC0DEF,J60/0,J300", 1709251200, 3600, "DEF" },
		{ "ABC0DEF,J59/0,J300", 1709078399, 0, "ABC" },
		{ "ABC0DEF,J59/0,J300", 1709078400, 3600, "DEF" },
		{ "ABC0DEF,59/0,300", 1709164799, 0, "ABC" },
		{ "ABC0DEF,59/0,300", 1709164800, 3600, "DEF" },
		/* Hours before the day and days after it, into the next year: 2024-01-06 23:00. */
		{ "ABC0DEF,M3.5.4/-24,M9.3.4/50", 1711497599, 0, "ABC" },
		{ "ABC0DEF,M3.5.4/-24,M9.3.4/50", 1711497600, 3600, "DEF" },
		{ "ABC0DEF,J100,J365/167", 1704578399, 3600, "DEF" },
		{ "ABC0DEF,J100,J365/167", 1704578400, 0, "ABC" },
		/* Summer all year, as RFC 8536, 3.3.1 writes it. */
		{ "XXX3EDT4,0/0,J365/23", WINTER, -14400, "EDT" },
		{ "XXX3EDT4,0/0,J365/23", 1704078000, -14400, "EDT" },
		/* Before 1970, in 1900 without a leap day, and in 2100. */
		{ "ABC0DEF,J60/0,J300", -2203891200, 3600, "DEF" },
		{ "ABC0DEF,59/0,300", -2203891200, 3600, "DEF" },
		{ "ABC0DEF,59/0,300", -2203891201, 0, "ABC" },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 4109878799, 3600, "CET" },
		{ "CET-1CEST,M3.5.0,M10.5.0/3", 4109878800, 7200, "CEST" },
	};

	for (size_t i = 0; i < countof(cases); i++)
		check_at(cases[i].tz, cases[i].seconds, cases[i].offset, cases[i].name);
}

static void check_what_is_no_zone_is_utc(void)
{
	static const char *const cases[] = {
		"",
		":",
		"ABC",
		"AB1",
		"1",
		"-1",
		"<ABC1",
		"<AB>1",
		"ABC168",
		"ABC1:60",
		"ABC1:",
		"ABC+-1",
		"ABC1DE",
		"ABC1DEF2,",
		"ABC1DEF,M3.2.0",
		"ABC1DEF,M3.2.0,",
		"ABC1DEF,M3.2.0,M11.1.0,",
		"ABC1DEF,M3.2.0,M11.1.0 ",
		"ABC1DEF,M0.2.0,M11.1.0",
		"ABC1DEF,M13.2.0,M11.1.0",
		"ABC1DEF,M3.0.0,M11.1.0",
		"ABC1DEF,M3.6.0,M11.1.0",
		"ABC1DEF,M3.2.7,M11.1.0",
		"ABC1DEF,M3.2,M11.1.0",
		"ABC1DEF,J0,J300",
		"ABC1DEF,J1,J366",
		"ABC1DEF,366,1",
		"ABC1DEF,99999999999999999999,1",
		"ABC1DEF,J1/168,J300",
		"ABC1DEF,J1/,J300",
		"ABC1DEF,J-1,J300",
		"no/such zone",
		"/no/such/file",
		"../zoneinfo/Asia/Tokyo",
		"/",
		"/dev/null",
		"/dev/zero",
	};

	for (size_t i = 0; i < countof(cases); i++)
		check_at(cases[i], SUMMER, 0, "UTC");
}

static int64_t until(const char *tz, int64_t seconds)
{
	struct zone zone = { 0 };

	setenv("TZ", tz, 1);
	zone_at(&zone, seconds);
	return zone.until;
}

static void check_until(void)
{
	static const char tz[] = "CET-1CEST,M3.5.0,M10.5.0/3", late[] = "ABC0DEF,J1/167,J365/167";

	unit_check(until(tz, WINTER) == 1711846800, "in January");
	unit_check(until(tz, 1733000000) == 1743296400, "in November");
	unit_check(until(tz, 1735689599) == 1743296400, "in the last second of the year");
	unit_check(until(tz, -86400) == 7520400, "on the last day before 1970");
	/* Summer ends on January 6 at 22:00 and begins on the 7th at 23:00. */
	unit_check(until(late, WINTER) == 1736200800, "summer until next year's January");
	unit_check(until(late, 1736200800) == 1736290800, "a winter of a day");
}

/* A second call within the stretch looks at nothing: TZ has become another. */
static void check_stretch(void)
{
	struct zone zone = { 0 };

	setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3", 1);
	zone_at(&zone, SUMMER);
	unit_check(zone.from <= SUMMER && zone.until == 1729990800, "until the change");
	setenv("TZ", "ABC1", 1);
	zone_at(&zone, 1729990799);
	unit_check_str(zone.name, "CEST", "the last second of the stretch");
	zone_at(&zone, 1729990800);
	unit_check_str(zone.name, "ABC", "the first one after it");
	setenv("TZ", "DEF1", 1);
	zone_at(&zone, zone.from - 1);
	unit_check_str(zone.name, "DEF", "a clock that was set back");
}

/* A file under construction, and where it is written to. */
struct file {
	char path[40];
	unsigned char bytes[1024];
	size_t n;
};

static void put(struct file *file, const void *bytes, size_t n)
{
	memcpy(file->bytes + file->n, bytes, n);
	file->n += n;
}

static void put_number(struct file *file, int64_t number, size_t size)
{
	while (size-- > 0)
		file->bytes[file->n++] = (unsigned char)((uint64_t)number >> (8 * size));
}

static const char names[] = "LMT\0CET\0CEST\0LONGERTHANFIFTEEN";

static void put_head(struct file *file, char version, unsigned n_changes)
{
	put(file, "TZif", 4);
	put_number(file, version, 1);
	file->n += 15;
	put_number(file, 4, 4); /* marks of UT, and of standard time */
	put_number(file, 4, 4);
	put_number(file, 1, 4); /* leap seconds */
	put_number(file, n_changes, 4);
	put_number(file, 4, 4); /* types */
	put_number(file, sizeof(names), 4);
}

/* Type 0 until -1000, 1 until 2000, 2 until 3000, then 3, the long name; times of `size` bytes. */
static void put_block(struct file *file, char version, size_t size)
{
	put_head(file, version, 3);
	put_number(file, -1000, size);
	put_number(file, 2000, size);
	put_number(file, 3000, size);
	put(file, "\1\2\3", 3);
	put_number(file, -1234, 4);
	put(file, "\0\0", 2);
	put_number(file, 3600, 4);
	put(file, "\0\4", 2);
	put_number(file, 7200, 4);
	put(file, "\1\10", 2);
	put_number(file, -43200, 4);
	put(file, "\0\15", 2);
	put(file, names, sizeof(names));
	file->n += size + 4 + 8; /* a leap second and the marks */
}

/* Version 0 has one block of times of 4 bytes, later ones a second one and a footer. */
static void make(struct file *file, char version, const char *footer)
{
	memset(file->bytes, 0, sizeof(file->bytes));
	file->n = 0;
	put_block(file, version, 4);
	if (version == 0)
		return;
	/* Nobody may read the first one: other types. */
	memset(file->bytes + 44 + 3 * 4, 0, 3);
	put_block(file, version, 8);
	put(file, footer, strlen(footer));
}

static void check_file(const struct file *file, int64_t seconds, int offset, const char *name)
{
	FILE *stream = fopen(file->path, "w");

	unit_check(stream && fwrite(file->bytes, 1, file->n, stream) == file->n, file->path);
	if (stream)
		fclose(stream);
	check_at(file->path, seconds, offset, name);
}

static void check_changes(struct file *file)
{
	check_file(file, -5000000000, -1234, "LMT");
	check_file(file, -1001, -1234, "LMT");
	check_file(file, -1000, 3600, "CET");
	check_file(file, 1999, 3600, "CET");
	check_file(file, 2000, 7200, "CEST");
	check_file(file, 2999, 7200, "CEST");
}

static void check_good_files(struct file *file)
{
	make(file, 0, "");
	check_changes(file);
	check_file(file, 3000, -43200, "LONGERTHANFIFTE");
	unit_check(until(file->path, 1999) == 2000, "until the next change in a file");
	make(file, '2', "\n\n");
	check_changes(file);
	check_file(file, SUMMER, -43200, "LONGERTHANFIFTE");
	make(file, '4', "\nCET-1CEST,M3.5.0,M10.5.0/3\n");
	check_changes(file);
	check_file(file, 3000, 3600, "CET");
	check_file(file, SUMMER, 7200, "CEST");
}

/* A slim file of a zone that never changed, or only by its rules: one type, and a footer. */
static void check_no_changes(struct file *file)
{
	memset(file->bytes, 0, sizeof(file->bytes));
	file->n = 0;
	for (int block = 0; block < 2; block++) {
		put(file, "TZif2", 5);
		file->n += 15 + 4 * 4;
		put_number(file, 1, 4);
		put_number(file, 4, 4);
		put_number(file, 3600, 4);
		put(file, "\0\0ABC", 6);
	}
	put(file, "\n\n", 2);
	check_file(file, SUMMER, 3600, "ABC");
	file->n--;
	put(file, "DEF2\n", 5);
	check_file(file, SUMMER, -7200, "DEF");
}

static void check_cut_files(struct file *file)
{
	static const char footer[] = "\nCET-1CEST,M3.5.0,M10.5.0/3\n";

	make(file, 0, "");
	while (file->n-- > 0)
		check_file(file, 1500, 0, "UTC");
	make(file, '2', footer);
	while (file->n-- > 0)
		check_file(file, SUMMER, 0, "UTC");
}

/* Where the second block is, in what make() makes. */
#define SECOND (44 + 3 * 5 + 4 * 6 + sizeof(names) + 8 + 8)

static void check_counts(struct file *file)
{
	static const unsigned char bad[] = { 0x7f, 0x80, 0xff };

	for (size_t i = 0; i < 24 * countof(bad); i++) {
		size_t at = 20 + i / countof(bad);

		make(file, 0, "");
		file->bytes[at] = bad[i % countof(bad)];
		check_file(file, 1500, 0, "UTC");
		make(file, '3', "\n\n");
		file->bytes[SECOND + at] = bad[i % countof(bad)];
		check_file(file, 1500, 0, "UTC");
	}
}

static void check_byte(struct file *file, size_t at, int byte)
{
	make(file, '2', "\nABC1\n");
	file->bytes[at] = (unsigned char)byte;
	check_file(file, 1500, 0, "UTC");
}

static void check_hostile_files(struct file *file)
{
	const size_t numbers = SECOND + 44 + 3 * 8, types = numbers + 3;

	check_byte(file, 0, 'X');
	check_byte(file, SECOND, 'X');
	check_byte(file, numbers, 4);
	check_byte(file, numbers, 255);
	check_byte(file, types + 6 + 5, sizeof(names));
	check_byte(file, types + 6 + 5, 255);
	check_counts(file);
	/* Six times this many types are 2 bytes, in 32 bits. */
	make(file, 0, "");
	memcpy(file->bytes + 36, "\x2a\xaa\xaa\xab", 4);
	check_file(file, 1500, 0, "UTC");
	make(file, '2', "\nno zone\n");
	check_file(file, SUMMER, 0, "UTC");
	make(file, '2', "xABC1\n");
	check_file(file, SUMMER, 0, "UTC");
	/* Changes out of order end the search, and no more. */
	make(file, '2', "\nABC1\n");
	memset(file->bytes + SECOND + 44, 0x7f, 8);
	check_file(file, 1500, -1234, "LMT");
}

/* Nobody ever writes to it. */
static void check_fifo(const struct file *file)
{
	unlink(file->path);
	unit_check(mkfifo(file->path, 0600) == 0, "mkfifo");
	check_at(file->path, SUMMER, 0, "UTC");
}

void test_zone(void)
{
	struct file file = { .path = "/tmp/refreshbox-zone-XXXXXX" };
	int fd = mkstemp(file.path);

	check_strings();
	check_what_is_no_zone_is_utc();
	check_until();
	check_stretch();
	if (!unit_check(fd >= 0, "mkstemp"))
		return;
	close(fd);
	check_good_files(&file);
	check_no_changes(&file);
	check_cut_files(&file);
	check_hostile_files(&file);
	check_fifo(&file);
	unlink(file.path);
	setenv("TZ", "UTC", 1);
}
