/* SPDX-License-Identifier: Apache-2.0 */
/* text: formats that are cut or escaped, and numbers as Python's int() reads them. */
#include "base/text.h"

#include <errno.h>
#include <string.h>

#include "base/utf8.h"
#include "sys/mem.h"
#include "sys/util.h"
#include "unit.h"

static void check_fmt(void)
{
	char buf[64], small[6];
	struct text text = TEXT_OVER(buf), cut = TEXT_OVER(small);

	text_fmt(&text, "%s|%5d|%03d|%lld|%c|", "a", 42, 5, -9000000000LL, 'x');
	unit_check_str(buf, "a|   42|005|-9000000000|x|", "conversions");
	text.len = 0;
	text_fmt(&text, "%s", "a\nb\t\\n\x7f\x01\xc3\xa9");
	unit_check_str(buf, "a\\nb\\t\\\\n\\x7f\\x01\xc3\xa9", "control bytes are escaped");
	text.len = 0;
	text_fmt(&text, "%-6s|", "ab");
	unit_check_str(buf, "ab    |", "padding");
	text_str(&cut, "12345");
	unit_check(!cut.truncated, "what just fits is whole");
	text_str(&cut, "6");
	unit_check(cut.truncated, "what does not fit is cut");
	unit_check_str(small, "12345", "what does fit stays");
}

/* However much of it fits, a text has an end, and the mark if something is missing. */
static void check_end(void)
{
	char buf[11], whole[11];
	struct text text = TEXT_TO_END(buf), fits = TEXT_TO_END(whole);

	text_str(&text, "abcdefghij");
	text_end(&text, "\n");
	unit_check_str(buf, "abcde...\n", "the mark, the end and its NUL fit");
	text = (struct text)TEXT_TO_END(buf);
	text_str(&text, "abc\342\202\254fgh");
	text_end(&text, "\n");
	unit_check_str(buf, "abc...\n", "no part of a character is left");
	text_str(&fits, "abcde");
	text_end(&fits, "");
	unit_check_str(whole, "abcde", "what just fits has no mark");
}

/* Every byte is itself or a known escape. */
static void check_escapes(void)
{
	for (int byte = 1; byte < 256; byte++) {
		char buf[8], want[8], s[2] = { (char)byte, '\0' };
		struct text text = TEXT_OVER(buf);
		const char *letter = memchr("\nn\tt\rr\\\\", byte, 8);

		text_fmt(&text, "%s", s);
		if ((byte >= ' ' && byte < 0x7f && byte != '\\') || byte > 0x9f)
			unit_check_str(buf, s, "a byte that stays");
		else if (letter)
			unit_check(buf[0] == '\\' && buf[1] == letter[1] && !buf[2],
				   "a letter's escape");
		else {
			want[0] = '\\';
			want[1] = 'x';
			want[2] = "0123456789"[byte >> 4];
			want[3] = "0123456789abcdef"[byte & 15];
			want[4] = '\0';
			unit_check_str(buf, want, "a number's escape");
		}
	}
}

/* Returns whether a terminal or a log may do more with the character than show it. */
static bool is_active(uint32_t code)
{
	return code < ' ' || code == '\\' || (code >= 0x7f && code <= 0x9f) || code == 0x61c ||
	       code == 0x200e || code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

/* Every character of UTF-8 is itself, or all its bytes are escaped. */
static void check_characters(void)
{
	bool right = true;

	for (uint32_t code = 1; code <= 0x10ffff; code += code < 0x3000 ? 1 : 251) {
		char s[8], buf[32] = { 0 };
		struct text text = TEXT_OVER(buf);
		size_t n;

		*utf8_put(s, code) = '\0';
		n = utf8_length(s);
		text_fmt(&text, "%s", s);
		if (n == 1 || (code >= 0xd800 && code <= 0xdfff))
			continue;
		if (is_active(code))
			right = right && text.len == 4 * n && buf[0] == '\\' && buf[1] == 'x';
		else
			right = right && strcmp(buf, s) == 0;
	}
	unit_check(right, "characters that only show, and those that do more");
}

/* A byte that is not UTF-8 is shown, unless it is a control character of Latin 1. */
static void check_bytes(void)
{
	char buf[64];
	struct text text = TEXT_OVER(buf);

	text_fmt(&text, "%s", "\302\233m \342\201\246 \233m \344 \342\202");
	unit_check_str(buf, "\\xc2\\x9bm \\xe2\\x81\\xa6 \\x9bm \344 \342\\x82",
		       "C1 as UTF-8 and as a byte, a direction, Latin 1, a torn character");
}

static void check_numbers(void)
{
	static const struct {
		const char *fmt;
		long long value;
		const char *want;
	} cases[] = {
		{ "%lld", 0, "0" },
		{ "%lld", -1, "-1" },
		{ "%lld", INT64_MAX, "9223372036854775807" },
		{ "%lld", INT64_MIN, "-9223372036854775808" },
		{ "%6lld|", 42, "    42|" },
		{ "%6lld|", -42, "   -42|" },
		{ "%06lld|", 42, "000042|" },
		{ "%2lld|", 12345, "12345|" },
		{ "%3lld|", 7, "  7|" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char buf[32];
		struct text text = TEXT_OVER(buf);

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		text_fmt(&text, cases[i].fmt, cases[i].value);
#pragma GCC diagnostic pop
		unit_check_str(buf, cases[i].want, cases[i].fmt);
	}
}

/* A text with an arena grows, whatever is appended. */
static void check_growth(void)
{
	struct mem mem = { 0 };
	struct text text = { .mem = &mem };
	bool same = true;

	for (int i = 0; i < 10000; i++)
		text_char(&text, (char)('a' + i % 26));
	for (int i = 0; i < 10000; i++)
		same = same && text.buf[i] == 'a' + i % 26;
	unit_check(text.len == 10000 && !text.truncated && !text.buf[10000], "10,000 bytes");
	unit_check(same, "10,000 bytes, each in its place");
	mem_release(&mem);
}

static void check_int(void)
{
	static const struct {
		const char *s;
		int status;
		int64_t value;
	} cases[] = {
		{ "0", 0, 0 },
		{ "5", 0, 5 },
		{ " 5\t", 0, 5 },
		{ "+5", 0, 5 },
		{ "-5", 0, -5 },
		{ "1_0", 0, 10 },
		{ "007", 0, 7 },
		{ "9223372036854775807", 0, INT64_MAX },
		{ "99999999999999999999", 0, INT64_MAX },
		{ "-99999999999999999999", 0, INT64_MIN },
		{ "-9223372036854775808", 0, INT64_MIN },
		{ "-9223372036854775809", 0, INT64_MIN },
		{ "9223372036854775808", 0, INT64_MAX },
		{ "\n\v\f\r5\n", 0, 5 },
		{ "1_000_000", 0, 1000000 },
		{ "-0", 0, 0 },
		{ "+-5", -EINVAL, 0 },
		{ "--5", -EINVAL, 0 },
		{ "- 5", -EINVAL, 0 },
		{ "+_5", -EINVAL, 0 },
		{ "", -EINVAL, 0 },
		{ " ", -EINVAL, 0 },
		{ "-", -EINVAL, 0 },
		{ "1.5", -EINVAL, 0 },
		{ "abc", -EINVAL, 0 },
		{ "5x", -EINVAL, 0 },
		{ "5 6", -EINVAL, 0 },
		{ "_5", -EINVAL, 0 },
		{ "5_", -EINVAL, 0 },
		{ "1__0", -EINVAL, 0 },
		{ "0x10", -EINVAL, 0 },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t value = 0;
		int status = text_to_int(cases[i].s, &value);

		unit_check(status == cases[i].status && value == cases[i].value, cases[i].s);
	}
}

static void check_errors(void)
{
	unit_check_str(text_error(EPERM), "Operation not permitted", "text_error");
	unit_check_str(text_error(ENOENT), "No such file or directory", "text_error");
	unit_check_str(text_error(EDQUOT), "Quota exceeded", "text_error");
	unit_check_str(text_error(0), "unknown error", "text_error");
	unit_check_str(text_error(ESRCH), "unknown error", "text_error");
	unit_check_str(text_error(EDQUOT + 1), "unknown error", "text_error");
	unit_check_str(text_error(-ENOENT), "unknown error", "text_error");
}

static void check_json(const char *s, size_t max, const char *want)
{
	char buf[64];
	struct text text = TEXT_OVER(buf);

	text_json(&text, s, strlen(s), max);
	unit_check_str(buf, want, s);
}

static void check_json_strings(void)
{
	check_json("", 20, "\"\"");
	check_json("a b", 20, "\"a b\"");
	check_json("\"q\"", 20, "\"\\\"q\\\"\"");
	check_json("a\\b", 20, "\"a\\\\\\\\b\"");
	check_json("\n\x7f", 20, "\"\\\\n\\\\x7f\"");
	check_json("\303\244\342\202\254\360\237\231\202", 20,
		   "\"\303\244\342\202\254\360\237\231\202\"");
	/* Bytes that are not UTF-8: alone, cut, too long for their code, a surrogate, too large. */
	check_json("\377", 20, "\"\\\\xff\"");
	check_json("\342\202", 20, "\"\\\\xe2\\\\x82\"");
	check_json("\300\200", 20, "\"\\\\xc0\\\\x80\"");
	check_json("\355\240\200", 20, "\"\\\\xed\\\\xa0\\\\x80\"");
	check_json("\364\220\200\200", 30, "\"\\\\xf4\\\\x90\\\\x80\\\\x80\"");
	/* C1 and a direction. */
	check_json("\302\205", 20, "\"\\\\xc2\\\\x85\"");
	check_json("\342\200\256a", 30, "\"\\\\xe2\\\\x80\\\\xaea\"");
	check_json("abcdef", 4, "\"abc...\"");
	check_json("abc", 4, "\"abc\"");
}

struct near_case {
	const char *word;
	const char *name;
	bool near;
};

static const struct near_case near_cases[] = {
	{ "lokfile", "lockfile", true },
	{ "lockkfile", "lockfile", true },
	{ "lockfule", "lockfile", true },
	{ "lockfiel", "lockfile", true },
	{ "file", "lockfile", false },
	{ "loockfiile", "lockfile", false },
	{ "", "run", false },
	{ "xy", "zw", true },
	{ "pre", "pre-configure", false },
	{ "preconfigure", "pre-configure", true },
	{ "aa", "aaa", true },
};

static void check_near(void)
{
	for (size_t i = 0; i < countof(near_cases); i++) {
		const struct near_case *near = &near_cases[i];

		unit_check(text_is_near(near->word, strlen(near->word), near->name) == near->near,
			   near->word);
	}
	unit_check(text_is_near("from=5", 4, "from"), "no more than n bytes");
}

void test_text(void)
{
	check_fmt();
	check_end();
	check_escapes();
	check_characters();
	check_bytes();
	check_numbers();
	check_growth();
	check_int();
	check_errors();
	if (ENABLE_EVENTS)
		check_json_strings();
	if (ENABLE_HELP)
		check_near();
}
