/* SPDX-License-Identifier: Apache-2.0 */
/* ere: what matches, what is refused and where. GNU grep -E 3.8 agrees but where it is said. */
#include "base/ere.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "sys/clock.h"
#include "sys/mem.h"
#include "unit.h"

struct match_case {
	const char *pattern;
	const char *s;
	bool match;
};

static const struct match_case match_cases[] = {
	/* bytes, and anything that needs no escape */
	{ "", "", true },
	{ "", "x", true },
	{ "a", "", false },
	{ "abc", "xxabcxx", true },
	{ "abc", "abxc", false },
	{ "aab", "aaab", true },
	{ ".", "", false },
	{ ".", "x", true },
	{ "^.$", "\n", true },
	{ "^.$", "\x80", true },
	{ "\xc3+", "a\xc3\xc3", true },
	{ "a)", "a)", true },
	{ ")", "a", false },
	{ "a}]", "a}]", true },
	{ "^[0-9]+-[a-z-]+$", "10-install", true },
	{ "^[0-9]+-[a-z-]+$", "10-install.sh", false },
	{ "\\.sh$", "10-install.sh", true },
	/* escapes */
	{ "^\\.$", "x", false },
	{ "^\\\\$", "\\", true },
	{ "^\\*\\+\\?$", "*+?", true },
	{ "^\\[\\]\\(\\)\\{\\}\\|\\^\\$$", "[](){}|^$", true },
	{ "^\\/\\-\\_\\%\\ $", "/-_% ", true },
	{ "a\\{1\\}", "a{1}", true },
	{ "a\\|b", "a", false },
	{ "^\\w+$", "a_Z9", true },
	{ "\\w", "-. \xe9", false },
	{ "^\\W+$", "-. \xe9", true },
	{ "\\W", "a_Z9", false },
	{ "^\\s+$", " \t\n\v\f\r", true },
	{ "\\S", " \t", false },
	/* alternatives and groups */
	{ "a|b", "xb", true },
	{ "a|b", "c", false },
	{ "^(a|b|c)$", "c", true },
	{ "^(a|b|c)$", "d", false },
	{ "^(ab|c)(d|ef)$", "cef", true },
	{ "^(ab|c)(d|ef)$", "abe", false },
	{ "^(a(b(c)?)?)?$", "ab", true },
	{ "^(a(b(c)?)?)?$", "ac", false },
	{ "a|", "x", true },
	{ "^(|a)$", "", true },
	{ "^(a|)b$", "b", true },
	{ "^a()b$", "ab", true },
	{ "()", "", true },
	{ "x|(a|b){2}", "ab", true },
	{ "^(one|two|three|four)$", "three", true },
	/* repetitions */
	{ "^a*$", "", true },
	{ "^a*$", "aaa", true },
	{ "^a*$", "aab", false },
	{ "^a+$", "", false },
	{ "^a+$", "aa", true },
	{ "^a?$", "aa", false },
	{ "^ab*c$", "ac", true },
	{ "^(ab)*c$", "ababc", true },
	{ "^(ab)*c$", "abac", false },
	{ "^a{2}$", "aa", true },
	{ "^a{2}$", "aaa", false },
	{ "^a{2,}$", "a", false },
	{ "^a{2,}$", "aaaa", true },
	{ "^a{,2}$", "aa", true },
	{ "^a{,2}$", "aaa", false },
	{ "^a{,}$", "aaa", true },
	{ "^a{1,3}$", "aaa", true },
	{ "^a{1,3}$", "", false },
	{ "^a{0}b$", "b", true },
	{ "^a{0}b$", "ab", false },
	{ "^a{002}$", "aa", true },
	{ "^(a|bc){2,3}$", "abca", true },
	{ "^(a|bc){2,3}$", "abcbca", false },
	{ "^a{2}{3}$", "aaaaaa", true },
	{ "^a{2}{3}$", "aaaa", false },
	{ "^a+?$", "", true },
	{ "^.{3}$", "ab", false },
	{ "^[ab]{3}$", "aba", true },
	{ "^(){3}a$", "a", true },
	{ "^(a?){3}b$", "aab", true },
	{ "a{300}", "aaaa", false },
	/* repetitions of what may be empty end */
	{ "^(a*)*$", "aaa", true },
	{ "^(a*)*b", "aaac", false },
	{ "^(|a)+$", "aa", true },
	{ "^((a*)+|b)*$", "abab", true },
	{ "(^)*a", "ba", true },
	{ "(a*){2,}b", "aab", true },
	/* a repetition of nothing, and braces that are no bounds */
	{ "*a", "a", true },
	{ "^(*a)$", "a", true },
	{ "b|+a", "a", true },
	{ "{1}a", "a", true },
	{ "^*b", "ab", true },
	{ "{a", "{a", true },
	{ "^a{x$", "a{x", true },
	{ "^a{1$", "a{1", true },
	{ "^a{1,x}$", "a{1,x}", true },
	{ "^a{,", "a{,", true },
	/* bracket expressions */
	{ "^[abc]$", "b", true },
	{ "^[abc]$", "d", false },
	{ "^[^abc]$", "d", true },
	{ "^[^abc]$", "a", false },
	{ "^[^a]$", "\n", true },
	{ "^[a-c]$", "b", true },
	{ "^[a-c]$", "-", false },
	{ "^[]a]$", "]", true },
	{ "^[^]a]$", "]", false },
	{ "^[a-]$", "-", true },
	{ "^[-a]$", "-", true },
	{ "^[%--]$", "&", true },
	{ "^[--/]$", ".", true },
	{ "^[]-a]$", "^", true },
	{ "^[a^]$", "^", true },
	{ "^[.*$(|]$", "|", true },
	{ "^[\\]$", "\\", true },
	{ "^[\\n]$", "\\", true },
	{ "^[\\]]$", "\\]", true },
	{ "^[\x80-\xff]$", "\x90", true },
	{ "^[\x80-\xff]$", "a", false },
	{ "^[[:alpha:]]+$", "azAZ", true },
	{ "[[:alpha:]]", "09_\xe4", false },
	{ "^[[:digit:][:space:]_-]+$", "0 _-", true },
	{ "^[[:upper:]][[:lower:]][[:xdigit:]]$", "Abf", true },
	{ "^[[:punct:]]+$", "!/:@[`{~", true },
	{ "[[:graph:]]", " \t", false },
	{ "^[[:print:]]$", " ", true },
	{ "^[[:cntrl:]]+$", "\x01\x1f\x7f", true },
	{ "^[[:blank:]]+$", " \t", true },
	{ "^[^[:alnum:]]$", "_", true },
	{ "^[[.a.][=b=]]+$", "ab", true },
	{ "^[[.-.]-0]$", ".", true },
	{ "^[a-[.c.]]$", "b", true },
	{ "^[[.].]]$", "]", true },
	{ "^[[===]]$", "=", true },
	{ "^[:a]$", ":", true },
	{ "^[[-a]$", "]", true },
	{ "^[:a-b:]$", "a", true },
	{ "^[::]$", ":", true },
	{ "^[[=a=]-]$", "-", true },
	/* anchors, anywhere */
	{ "^a", "ba", false },
	{ "a$", "ab", false },
	{ "^$", "", true },
	{ "^$", "x", false },
	{ "^^a$$", "a", true },
	{ "a^b", "a^b", false },
	{ "a$b", "ab", false },
	{ "(^a)", "ba", false },
	{ "(^a|b)c", "bac", false },
	{ "(^a|b)c", "abc", true },
	{ "a|^b", "ab", true },
	{ "(a$|b)", "ac", false },
	{ "a^*b", "ab", true },
	/* a newline in the string ends no line; regexec(3) of glibc errs in two of these */
	{ "a$", "a\n", false },
	{ "a$.", "a\n", false },
	{ "^b", "a\nb", false },
	{ ".^b", "\nb", false },
	/* words */
	{ "\\<b", "a b", true },
	{ "\\<b", "ab", false },
	{ "a\\>", "a-b", true },
	{ "a\\>", "a_b", false },
	{ "\\bab\\b", "-ab-", true },
	{ "\\bab\\b", "xab", false },
	{ "a\\Bb", "ab", true },
	{ "a\\B", "a", false },
	{ "\\B", "", true },
	{ "\\b", "- -", false },
	{ "\\`a\\'", "a", true },
	{ "\\`a", "ba", false },
	/* lines of the pattern */
	{ "a\nb", "xb", true },
	{ "a\nb", "c", false },
	{ "^(a)$\n^b$", "b", true },
	{ "a\n", "x", true },
	{ "a\n)", ")", true },
	{ "a{1\n}", "}", true },
};

struct error_case {
	const char *pattern;
	int err;
	size_t offset;
	const char *what;
};

static const struct error_case error_cases[] = {
	{ "(", -EINVAL, 0, "unmatched (" },
	{ "ab(c(d)", -EINVAL, 2, "unmatched (" },
	{ "(a\nb)", -EINVAL, 0, "unmatched (" },
	{ "[", -EINVAL, 0, "unmatched [" },
	{ "a[]", -EINVAL, 1, "unmatched [" },
	{ "a[^]", -EINVAL, 1, "unmatched [" },
	{ "[a-", -EINVAL, 0, "unmatched [" },
	{ "[a\nb]", -EINVAL, 0, "unmatched [" },
	{ "[[:alpha:]", -EINVAL, 0, "unmatched [" },
	{ "[a[:alpha", -EINVAL, 2, "unmatched [: or [= or [." },
	{ "[a[:alpha]]", -EINVAL, 2, "unmatched [: or [= or [." },
	{ "[[.", -EINVAL, 1, "unmatched [: or [= or [." },
	{ "[[.\n.]]", -EINVAL, 1, "unmatched [: or [= or [." },
	{ "[[=a]", -EINVAL, 1, "unmatched [: or [= or [." },
	{ "[[:foo:]]", -EINVAL, 1, "unknown character class" },
	{ "[[:ALPHA:]]", -EINVAL, 1, "unknown character class" },
	{ "[[::]]", -EINVAL, 1, "unknown character class" },
	{ "[[.ab.]]", -EINVAL, 1, "not a single character" },
	{ "[[==]]", -EINVAL, 1, "not a single character" },
	{ "x[:alpha:]", -EINVAL, 1, "a character class is written [[:name:]]" },
	{ "[^:space:]", -EINVAL, 0, "a character class is written [[:name:]]" },
	{ "[cz-a]", -EINVAL, 2, "range out of order" },
	{ "[a--]", -EINVAL, 1, "range out of order" },
	{ "[\xff-a]", -EINVAL, 1, "range out of order" },
	{ "[a-c-e]", -EINVAL, 4, "a range without a beginning" },
	{ "[[:digit:]-z]", -EINVAL, 10, "a range without a beginning" },
	{ "[:foo:]", -EINVAL, 0, "a character class is written [[:name:]]" },
	{ "[[=a=]-c]", -EINVAL, 6, "a range without a beginning" },
	{ "[a-[=c=]]", -EINVAL, 3, "a range without an end" },
	{ "[a-[:digit:]]", -EINVAL, 3, "a range without an end" },
	{ "a{2,1}", -EINVAL, 1, "bad bounds in { }" },
	{ "a{}", -EINVAL, 1, "bad bounds in { }" },
	{ "a{1,2,3}", -EINVAL, 1, "bad bounds in { }" },
	{ "(){4001}", -E2BIG, 2, "more than 4000 states" },
	{ "a{1,99999999999}", -E2BIG, 1, "more than 4000 states" },
	{ "\\", -EINVAL, 0, "backslash at the end" },
	{ "ab\\", -EINVAL, 2, "backslash at the end" },
	{ "a\\\nb", -EINVAL, 1, "backslash at the end" },
	/* grep has back-references */
	{ "(a)\\1", -EINVAL, 3, "back-references are not supported" },
	/* grep takes these, given the memory */
	{ "a{4000}", -E2BIG, 7, "more than 4000 states" },
	{ "(.?){2000}x", -E2BIG, 11, "more than 4000 states" },
	{ "((a{255}){255}){255}", -E2BIG, 14, "more than 4000 states" },
	/* grep warns of these and takes the letter */
	{ "a\\d", -EINVAL, 1, "unknown escape" },
	{ "\\0", -EINVAL, 0, "unknown escape" },
	{ "\\n", -EINVAL, 0, "unknown escape" },
};

static void check_match(const struct match_case *test)
{
	struct mem mem = { 0 };
	struct ere_error error = { .what = "nothing" };
	struct ere *ere;
	char row[200];
	int err = ere_compile(&mem, test->pattern, ERE_NEWLINE_OR, &ere, &error);

	snprintf(row, sizeof(row), "ere '%s' on '%s': error %d (%s), or not %smatched",
		 test->pattern, test->s, err, error.what, test->match ? "" : "un");
	unit_check(err == 0 && ere_match(ere, test->s) == test->match, row);
	mem_release(&mem);
}

static void check_error(const struct error_case *test)
{
	struct mem mem = { 0 };
	struct ere_error error = { .what = "nothing" };
	struct ere *ere;
	char row[200];
	int err = ere_compile(&mem, test->pattern, ERE_NEWLINE_OR, &ere, &error);

	snprintf(row, sizeof(row), "ere '%s': error %d at %zu, not %d at %zu", test->pattern, err,
		 error.offset, test->err, test->offset);
	unit_check(err == test->err && error.offset == test->offset, row);
	unit_check_str(error.what, test->what, row);
	mem_release(&mem);
}

static void check_depth(size_t depth, int want)
{
	struct mem mem = { 0 };
	struct ere_error error = { .what = "nothing" };
	struct ere *ere;
	char pattern[1024];
	int err;

	memset(pattern, '(', depth);
	memset(pattern + depth, ')', depth);
	pattern[2 * depth] = '\0';
	err = ere_compile(&mem, pattern, ERE_NEWLINE_OR, &ere, &error);
	unit_check(err == want, "ere: groups are nested 200 deep and no deeper");
	mem_release(&mem);
}

/* Each of these takes a backtracking matcher longer than anyone waits. */
static void check_time(void)
{
	static const char *const patterns[] = {
		"(a*)*b",
		"(a|aa)+$",
		"(a+a+)+b",
		"((a?){20}){20}c",
	};
	char name[256];

	memset(name, 'a', sizeof(name) - 2);
	name[sizeof(name) - 2] = '!';
	name[sizeof(name) - 1] = '\0';
	for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		check_match(&(struct match_case){ patterns[i], name, false });
}

/* The time that this process has had of a processor: others that run do not count. */
static int64_t used_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return ts.tv_sec * NS_PER_SEC + ts.tv_nsec;
}

/* Returns the shortest of five times for a match of the longest name that fails. */
static int64_t time_of_match(const char *pattern)
{
	struct mem mem = { 0 };
	struct ere_error error = { .what = "nothing" };
	struct ere *ere;
	int64_t shortest_ns = INT64_MAX;
	char name[256];

	memset(name, 'a', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	if (!unit_check(ere_compile(&mem, pattern, ERE_NEWLINE_OR, &ere, &error) == 0, pattern))
		return 0;
	for (int i = 0; i < 5; i++) {
		int64_t start_ns = used_ns(), ns;

		unit_check(!ere_match(ere, name), pattern);
		ns = used_ns() - start_ns;
		if (ns < shortest_ns)
			shortest_ns = ns;
	}
	mem_release(&mem);
	return shortest_ns;
}

/* A match takes time in proportion to the states: 4 times as many take less than 10 times as long. */
static void check_largest(void)
{
	int64_t quarter_ns = time_of_match("(.?){499}x"), all_ns = time_of_match("(.?){1999}x");

	unit_check(all_ns < 10 * quarter_ns, "ere: the largest takes linear time");
}

/* What one match leaves in the scratch memory must not show in the next. */
static void check_again(void)
{
	struct mem mem = { 0 };
	struct ere_error error = { .what = "nothing" };
	struct ere *ere;
	int err = ere_compile(&mem, "^(a|b)+c$|d", ERE_NEWLINE_OR, &ere, &error);

	if (!unit_check(err == 0, "ere: alternatives compile"))
		return;
	for (int i = 0; i < 3; i++) {
		unit_check(ere_match(ere, "abbac"), "ere: matches again");
		unit_check(!ere_match(ere, "abbacc"), "ere: does not match again");
		unit_check(!ere_match(ere, ""), "ere: does not match nothing");
		unit_check(ere_match(ere, "xxd"), "ere: matches the other alternative again");
	}
	mem_release(&mem);
}

/* In a pattern whose newlines separate nothing. */
static void check_newline_byte(void)
{
	static const struct match_case cases[] = {
		{ "a\nb", "b", false },     { "a\nb", "xa\nb", true },
		{ "(a\nb)", "a\nb", true }, { "^[a\nb]$", "\n", true },
		{ "a\\\nb", "a\nb", true }, { "a{1\n}", "a{1\n}", true },
	};
	struct mem mem = { 0 };
	struct ere_error error;
	struct ere *ere;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int err = ere_compile(&mem, cases[i].pattern, ERE_NEWLINE_BYTE, &ere, &error);

		unit_check(err == 0 && ere_match(ere, cases[i].s) == cases[i].match,
			   cases[i].pattern);
	}
	unit_check(ere_compile(&mem, "[\n", ERE_NEWLINE_BYTE, &ere, &error) == -EINVAL,
		   "ere: an open bracket before a newline");
	mem_release(&mem);
}

void test_ere(void)
{
	for (size_t i = 0; i < sizeof(match_cases) / sizeof(match_cases[0]); i++)
		check_match(&match_cases[i]);
	for (size_t i = 0; i < sizeof(error_cases) / sizeof(error_cases[0]); i++)
		check_error(&error_cases[i]);
	check_depth(200, 0);
	check_depth(201, -E2BIG);
	check_time();
	check_largest();
	check_again();
	check_newline_byte();
}
