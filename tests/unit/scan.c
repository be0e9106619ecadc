/* SPDX-License-Identifier: Apache-2.0 */
/* scan: which names pass, and the order of those that do. */
#include "scan/scan.h"

#include <string.h>

#include "base/text.h"
#include "scan/script.h"
#include "sys/util.h"
#include "unit.h"

static const struct scan_rule scripts = { .names = SCAN_NAMES_SCRIPT };
static const struct scan_rule environment = { .names = SCAN_NAMES_ENVIRONMENT };

/* As sort -n in the C locale has them. */
static const char *const numeric_order[] = {
	"-10",
	"-5",
	"-5-x",
	"-1.5",
	"-.5",
	"-",
	"--",
	"-0z",
	"-dash",
	"0",
	"00",
	"00a",
	"0x10",
	"0z",
	"A1",
	"B",
	"_x",
	"a",
	"z9",
	".5",
	"1",
	"1_000",
	"1e3",
	"1.25-b",
	"1.5",
	"1.5-a",
	"02-a",
	"2-a",
	"2-z",
	"007",
	"07x",
	"7",
	"7a",
	"10-a",
	"10-b",
	"012",
	"9223372036854775808",
	"18446744073709551617",
	"99999999999999999999-big",
	"100000000000000000000-bigger",
};

static const char *const byte_order[] = {
	"",  "-", "-10", "-5", "0", "00", "007", "1",  "10-a",     "2-a",
	"7", "A", "Z",   "_",  "a", "a-", "a0",  "aa", "\xc3\xa9", "\xff",
};

/* Numbers that are equal, so that the whole names decide by their bytes. */
static const struct {
	const char *before;
	const char *after;
} ties[] = {
	{ "0", "a" },      { "+3", "-x" },       { "01", "1" },  { "001", "01" },  { "1", "1.0" },
	{ "1.0", "1.00" }, { "1.0x", "1.x" },    { "-0", "0" },  { " 1", "1" },    { "\t1", " 1" },
	{ "-a", "a" },     { "1,000", "1_000" }, { "0.0", "a" }, { "-0.0", "00" }, { "1-a", "1-b" },
	{ "1A", "1a" },    { "1a", "1\xc3" },
};

static void check_pair(enum scan_order order, const char *before, const char *after)
{
	char buf[128];
	struct text what = TEXT_OVER(buf);

	text_fmt(&what, "scan_compare %d: %s before %s", (int)order, before, after);
	unit_check(scan_compare(order, before, after) < 0 && scan_compare(order, after, before) > 0,
		   buf);
}

static void check_order(enum scan_order order, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unit_check(scan_compare(order, names[i], names[i]) == 0, names[i]);
		for (size_t j = i + 1; j < n; j++)
			check_pair(order, names[i], names[j]);
	}
}

/* Two names, and whether their numbers are equal: a name without a number has none. */
static const struct {
	const char *a;
	const char *b;
	bool same;
} numbers[] = {
	{ "10-a", "10-b", true },   { "10-a", "010-b", true }, { "1.50-a", "1.5-b", true },
	{ "10-a", "100-b", false }, { "0", "00", true },       { "0", "a", false },
	{ "a", "b", false },        { "-5-a", "-5-b", false }, { "1", "2", false },
};

static void check_numbers(void)
{
	for (size_t i = 0; i < countof(numbers); i++)
		unit_check(scan_same_number(numbers[i].a, numbers[i].b) == numbers[i].same &&
				   scan_same_number(numbers[i].b, numbers[i].a) == numbers[i].same,
			   numbers[i].a);
}

/* The first bytes of a file, and the interpreter that they name. */
static const struct {
	const char *start;
	const char *interpreter;
} starts[] = {
	{ "#!/bin/sh\n", "/bin/sh" },
	{ "#! \t/bin/sh -e\n", "/bin/sh" },
	{ "#!/bin/sh", "/bin/sh" },
	{ "#!/bin/sh\r\n", "/bin/sh\r" },
	{ "#!\necho\n", "" },
	{ "echo\n", NULL },
	{ "", NULL },
	{ " #!/bin/sh\n", NULL },
	{ "\1\2\n", NULL },
};

static void check_starts(void)
{
	for (size_t i = 0; i < countof(starts); i++) {
		char start[32];
		const char *name;

		strcpy(start, starts[i].start);
		unit_check(script_is_text(start, strlen(start)), starts[i].start);
		name = script_interpreter(start);
		if (!starts[i].interpreter)
			unit_check(!name, starts[i].start);
		else
			unit_check_str(name, starts[i].interpreter, "script_interpreter");
	}
	unit_check(!script_is_text("a\0b\n", 4), "a NUL byte in the first line");
	unit_check(script_is_text("a\n\0b", 4), "a NUL byte after it");
}

static bool passes(const struct scan_rule *rule, const char *before, int byte, const char *after)
{
	char name[8];
	struct text text = TEXT_OVER(name);

	text_str(&text, before);
	text_char(&text, (char)byte);
	text_str(&text, after);
	const char *rule_name;

	return scan_name_ok(rule, name, &rule_name);
}

/* Is each byte allowed alone, first, in the middle and last in a name, or nowhere? */
static bool is_right(const struct scan_rule *rule, int byte, bool allowed)
{
	return passes(rule, "", byte, "") == allowed && passes(rule, "", byte, "a") == allowed &&
	       passes(rule, "a", byte, "a") == allowed && passes(rule, "a", byte, "") == allowed;
}

static void check_names(void)
{
	static const char common[] =
		"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz-";

	for (int byte = 1; byte < 256; byte++) {
		bool allowed = memchr(common, byte, sizeof(common) - 1);
		char buf[40];
		struct text what = TEXT_OVER(buf);

		text_fmt(&what, "scan_name_ok: byte %d", byte);
		unit_check(is_right(&scripts, byte, allowed) &&
				   is_right(&environment, byte, allowed || byte == '.'),
			   buf);
	}
}

/* Pattern, and the names it matches and does not, a blank between them. */
static const struct {
	const char *only;
	const char *matching;
	const char *others;
} globs[] = {
	{ "*", "a 10-x -", "" },
	{ "a", "a", "b ab" },
	{ "a*", "a ab abc", "b ba" },
	{ "*a", "a ba", "ab" },
	{ "*a*b*", "ab xaxbx aab", "ba a b" },
	{ "**x", "x ax", "xa" },
	{ "*aab", "aab aaab aabaab", "aaba aa" },
	{ "?", "a -", "ab" },
	{ "?\?-*", "10-a 20-", "1-a 100-a" },
	{ "[abc]", "a b c", "d ab" },
	{ "[a-c]x", "ax cx", "dx a" },
	{ "[!a-c]", "d -", "a b" },
	{ "[^a]", "b", "a" },
	{ "[]a]", "] a", "b" },
	{ "[a-]", "a -", "b" },
	{ "[!]]", "a", "]" },
	{ "[0-9]*[!0-9]", "1a 10-x", "10 a1" },
	{ "[a", "[a", "a [" },
	{ "[", "[", "a" },
	{ "\\*", "*", "a \\" },
	/* A backslash at the end escapes nothing, and matches nothing. */
	{ "a\\", "", "a\\ a" },
	{ "[a\\", "", "[a\\ a" },
	{ "[a\\]b]", "a ] b", "\\ a]b]" },
	{ "[!\\]]", "a \\", "]" },
	{ "[\\a-\\c]", "b", "- \\" },
	{ "[[:alpha:]]", "a Z", "1 : [ \344" },
	{ "[![:digit:]_]*", "a -", "1 _" },
	{ "[[:digit:][:upper:]-a]", "1 B - a", "b" },
	{ "[[:nope:]a]", "", "a n" },
	{ "[[:alpha:]", "[a [:", "a [1" },
	{ "[[:1:]]", ":] 1]", "1" },
	{ "[[=a=]b]", "a b", "=" },
	{ "[[.a.]-c]", "a b c", "-" },
	{ "[[.ab.]]", "", "a ab" },
	{ "[b-a]", "", "a b -" },
	{ "[]-a]", "] ^ a", "-" },
	{ "[\200-\377]", "\200 \344 \377", "a" },
	{ "a\\b", "ab", "a\\b" },
};

static void check_words(const char *only, const char *words, bool want)
{
	const struct scan_rule rule = { .only = only };
	char name[64], what[128];

	for (size_t n; *words; words += n + (words[n] == ' ')) {
		struct text text = TEXT_OVER(what), copy = TEXT_OVER(name);

		n = strcspn(words, " ");
		text_add(&copy, words, n);
		text_fmt(&text, "glob %s: %s", only, name);
		unit_check(scan_passes_filter(&rule, name) == want, what);
	}
}

static void check_globs(void)
{
	const struct scan_rule from = { .order = SCAN_NUMERIC, .from = "10-x" };

	for (size_t i = 0; i < countof(globs); i++) {
		check_words(globs[i].only, globs[i].matching, true);
		check_words(globs[i].only, globs[i].others, false);
	}
	unit_check(scan_passes_filter(&from, "10-x") && scan_passes_filter(&from, "10-y") &&
			   scan_passes_filter(&from, "100") && !scan_passes_filter(&from, "9-z") &&
			   !scan_passes_filter(&from, "10-a"),
		   "from");
}

static void check_reasons(void)
{
	unit_check_str(scan_reason(SCAN_KEPT, "a bad name"), NULL, "no reason");
	unit_check_str(scan_reason(SCAN_BAD_NAME, "a bad name"), "a bad name", "the given reason");
	unit_check_str(scan_reason(SCAN_DANGLING, NULL), "it is a dangling symlink", "a reason");
	for (int verdict = SCAN_DIRECTORY; verdict <= SCAN_FAILED; verdict++)
		unit_check(scan_reason((enum scan_verdict)verdict, NULL), "each has a reason");
}

void test_scan(void)
{
	check_reasons();
	check_globs();
	check_order(SCAN_NUMERIC, numeric_order, countof(numeric_order));
	check_order(SCAN_BYTES, byte_order, countof(byte_order));
	for (size_t i = 0; i < countof(ties); i++) {
		if (strcmp(ties[i].before, ties[i].after) < 0)
			check_pair(SCAN_NUMERIC, ties[i].before, ties[i].after);
		else
			check_pair(SCAN_NUMERIC, ties[i].after, ties[i].before);
	}
	check_numbers();
	check_starts();
	check_names();
}
