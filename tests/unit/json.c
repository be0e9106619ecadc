/* SPDX-License-Identifier: Apache-2.0 */
/* json: the members of an object, one after the other; and utf8, by which its strings are judged. */
#include "plot/json.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "sys/mem.h"
#include "sys/util.h"
#include "unit.h"

/*
 * A text, and its members: NAME=STRING, NAME=NUMBER in millionths or NAME with a blank behind each;
 * then "." at the end or "!" and the offset of an error.
 */
static const struct {
	const char *json;
	const char *want;
} cases[] = {
	{ "{}", "." },
	{ " {\t} \r\n", "." },
	{ "{\"a\":\"x\",\"b\" : \"\" }", "a=x b= ." },
	{ "{\"a\":0,\"b\":-1,\"c\":12.5,\"d\":1e3,\"e\":2E-3,\"f\":1.5e+1}",
	  "a=0 b=-1000000 c=12500000 d=1000000000 e=2000 f=15000000 ." },
	{ "{\"a\":0.0000019,\"b\":123456.7891234,\"c\":-0.5,\"d\":0e9,\"e\":1e-7}",
	  "a=1 b=123456789123 c=-500000 d=0 e=0 ." },
	{ "{\"a\":9223372036854.775807,\"b\":9223372036855,\"c\":1e400,\"d\":-1e99,\"e\":1e-400}",
	  "a=9223372036854775807 b=9223372036854775807 c=9223372036854775807 "
	  "d=-9223372036854775807 e=0 ." },
	{ "{\"a\":true,\"b\":false,\"c\":null,\"d\":[],\"e\":{},\"f\":[1,[\"x\",{\"y\":2}]]}",
	  "a b c d e f ." },
	{ "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "a=\"\\/\b\f\n\r\t ." },
	{ "{\"\\u0061\":\"\\u00e9\\u20ac\\uD83D\\ude00\"}",
	  "a=\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80 ." },
	{ "{\"a\":\"\\u0000\\ud83dx\\ude00\\ud83d\\u0041\"}",
	  "a=\xef\xbf\xbd\xef\xbf\xbdx\xef\xbf\xbd\xef\xbf\xbd"
	  "A ." },
	{ "{\"a\":\"\xc3\xa9 \xf4\x8f\xbf\xbf\"}", "a=\xc3\xa9 \xf4\x8f\xbf\xbf ." },

	{ "", "!0" },
	{ "[]", "!0" },
	{ "{\"a\":1} x", "a=1000000 !8" },
	{ "{\"a\":1,}", "a=1000000 !7" },
	{ "{\"a\":1 \"b\":2}", "a=1000000 !7" },
	{ "{\"a\" 1}", "!5" },
	{ "{a:1}", "!1" },
	{ "{\"a\":01}", "a=0 !6" },
	{ "{\"a\":1.}", "!7" },
	{ "{\"a\":+1}", "!5" },
	{ "{\"a\":.5}", "!5" },
	{ "{\"a\":1e}", "!7" },
	{ "{\"a\":nul}", "!5" },
	{ "{\"a\":\"x", "!7" },
	{ "{\"a\":\"\n\"}", "!6" },
	{ "{\"a\":\"\\x\"}", "!8" },
	{ "{\"a\":\"\\u12g4\"}", "!10" },
	{ "{\"a\":\"\xff\"}", "!6" },
	{ "{\"a\":\"\xc0\x80\"}", "!6" },
	{ "{\"a\":[1 2]}", "!8" },
};

static void check_object(const char *text, const char *want)
{
	struct mem mem = { 0 };
	struct text got = { .mem = &mem };
	size_t n = strlen(text);
	char *copy = mem_dup(&mem, text, n);
	struct json json;
	struct json_value value;
	const char *name;
	int more;

	json_open(&json, copy, n);
	while ((more = json_member(&json, &name, &value)) == 1) {
		text_str(&got, name);
		if (value.kind == JSON_STRING) {
			text_char(&got, '=');
			text_str(&got, value.string);
		} else if (value.kind == JSON_NUMBER) {
			text_fmt(&got, "=%lld", (long long)value.millionths);
		}
		text_char(&got, ' ');
	}
	if (more == 0)
		text_char(&got, '.');
	else
		text_fmt(&got, "!%d", (int)(json.at - copy));
	unit_check_str(got.buf, want, text);
	mem_release(&mem);
}

/* An object with an array in it, and in that another, so often. */
static void check_nesting(int depth, bool ok)
{
	char buf[200] = "{\"a\":";
	size_t n = strlen(buf);
	struct json json;
	struct json_value value;
	const char *name;

	memset(buf + n, '[', (size_t)depth);
	memset(buf + n + (size_t)depth, ']', (size_t)depth);
	strcpy(buf + n + 2 * (size_t)depth, "}");
	json_open(&json, buf, strlen(buf));
	unit_check((json_member(&json, &name, &value) == 1) == ok, "json: nested arrays");
}

static void check_utf8(void)
{
	static const struct {
		const char *s;
		size_t n;
	} lengths[] = {
		{ "", 1 },
		{ "a", 1 },
		{ "\x7f", 1 },
		{ "\x80", 0 },
		{ "\xbf\x80", 0 },
		{ "\xc1\xbf", 0 },
		{ "\xc2\x80", 2 },
		{ "\xdf\xbf", 2 },
		{ "\xc3", 0 },
		{ "\xe0\x9f\xbf", 0 },
		{ "\xe0\xa0\x80", 3 },
		{ "\xed\x9f\xbf", 3 },
		{ "\xed\xa0\x80", 0 },
		{ "\xed\xbf\xbf", 0 },
		{ "\xee\x80\x80", 3 },
		{ "\xe2\x82", 0 },
		{ "\xf0\x8f\xbf\xbf", 0 },
		{ "\xf0\x90\x80\x80", 4 },
		{ "\xf4\x8f\xbf\xbf", 4 },
		{ "\xf4\x90\x80\x80", 0 },
		{ "\xf8\x88\x80\x80\x80", 0 },
		{ "\xff", 0 },
	};
	static const uint32_t codes[] = { 1, 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x10000, 0x10ffff };

	for (size_t i = 0; i < countof(lengths); i++)
		unit_check(utf8_length(lengths[i].s) == lengths[i].n, lengths[i].s);
	for (size_t i = 0; i < countof(codes); i++) {
		char buf[5] = "";
		char *end = utf8_put(buf, codes[i]);

		unit_check(utf8_length(buf) == (size_t)(end - buf), "utf8: put and measured");
	}
}

void test_json(void)
{
	for (size_t i = 0; i < countof(cases); i++)
		check_object(cases[i].json, cases[i].want);
	check_nesting(32, true);
	check_nesting(33, false);
	check_utf8();
}
