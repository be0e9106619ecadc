/* SPDX-License-Identifier: Apache-2.0 */
#include "plot/json.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "base/utf8.h"
#include "sys/util.h"

/* How deeply arrays and objects may be nested: each level takes some of our stack. */
#define DEPTH_MAX 32

/* The replacement character. */
#define REPLACEMENT 0xfffdU

static int parse_value(struct json *json, struct json_value *ret_value, int depth);

/* Skips blanks. Returns the byte behind them. */
static char next_byte(struct json *json)
{
	json->at += text_span(json->at, " \t\r\n");
	return *json->at;
}

/* Skips blanks and the byte c. Returns false, at the byte, if it is not c. */
static bool take_byte(struct json *json, char c)
{
	if (next_byte(json) != c)
		return false;
	json->at++;
	return true;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Returns the value of a hexadecimal digit, or -EINVAL. */
static int hex_value(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -EINVAL;
}

/* Reads four hexadecimal digits. Returns their value or -EINVAL. */
static int read_hex(struct json *json)
{
	int code = 0;

	for (int i = 0; i < 4; i++, json->at++) {
		int digit = hex_value(*json->at);

		if (digit < 0)
			return digit;
		code = code * 16 + digit;
	}
	return code;
}

/*
 * Reads what follows "\u": four digits, or two escapes for the halves of a surrogate pair, which
 * are one character. NUL and a half without the other become U+FFFD.
 */
static int read_unicode(struct json *json, unsigned *ret_code)
{
	int high = read_hex(json), low;

	if (high < 0)
		return high;
	*ret_code = high == 0 || (high & 0xf800) == 0xd800 ? REPLACEMENT : (unsigned)high;
	if ((high & 0xfc00) != 0xd800 || json->at[0] != '\\' || json->at[1] != 'u')
		return 0;
	json->at += 2;
	low = read_hex(json);
	if (low < 0)
		return low;
	if ((low & 0xfc00) == 0xdc00)
		*ret_code = 0x10000U + ((unsigned)(high & 0x3ff) << 10 | (unsigned)(low & 0x3ff));
	else
		json->at -= 6;
	return 0;
}

/* Reads the rest of an escape. What it stands for is never longer than what was read. */
static int read_string_escape(struct json *json, char **to)
{
	static const struct {
		char letter;
		char byte;
	} escapes[] = {
		{ '"', '"' },  { '\\', '\\' }, { '/', '/' },  { 'b', '\b' },
		{ 'f', '\f' }, { 'n', '\n' },  { 'r', '\r' }, { 't', '\t' },
	};
	char letter = *json->at;
	unsigned code;
	int err;

	if (letter == '\0')
		return -EINVAL;
	json->at++;
	for (size_t i = 0; i < countof(escapes); i++)
		if (escapes[i].letter == letter) {
			*(*to)++ = escapes[i].byte;
			return 0;
		}
	err = letter == 'u' ? read_unicode(json, &code) : -EINVAL;
	if (err == 0)
		*to = utf8_put(*to, code);
	return err;
}

static int read_string(struct json *json, char **ret_string)
{
	char *to = ++json->at;

	*ret_string = to;
	while (*json->at != '"') {
		size_t n = utf8_length(json->at);
		int err;

		/* This includes the NUL at the end of the text. */
		if ((unsigned char)*json->at < ' ' || n == 0)
			return -EINVAL;
		if (*json->at == '\\') {
			json->at++;
			err = read_string_escape(json, &to);
			if (err < 0)
				return err;
			continue;
		}
		while (n-- > 0)
			*to++ = *json->at++;
	}
	json->at++;
	*to = '\0';
	return 0;
}

/*
 * Reads digits, at least one, and appends the first `max` to a number that stops at INT64_MAX.
 * Returns how many it appended, or -EINVAL.
 */
static int read_digits(struct json *json, int max, int64_t *value)
{
	int n = 0;

	if (!is_digit(*json->at))
		return -EINVAL;
	for (; is_digit(*json->at); json->at++)
		if (n < max) {
			*value = text_push_digit(*value, *json->at - '0', false);
			n++;
		}
	return n;
}

/*
 * Reads the exponent, if there is one. It stops at 99 either way, where every number is 0 or
 * the limit.
 */
static int read_exponent(struct json *json, int *ret_exponent)
{
	int64_t value = 0;
	bool negative;
	int n;

	*ret_exponent = 0;
	if ((*json->at | 32) != 'e')
		return 0;
	negative = *++json->at == '-';
	json->at += negative || *json->at == '+';
	n = read_digits(json, INT_MAX, &value);
	*ret_exponent = value > 99 ? 99 : (int)value;
	if (negative)
		*ret_exponent = -*ret_exponent;
	return n < 0 ? n : 0;
}

/* Reads a number as millionths of one; further digits are cut off. */
static int read_millionths(struct json *json, int64_t *ret_millionths)
{
	bool negative = *json->at == '-';
	int64_t value = 0;
	int places = 0, exponent, err = 0;

	json->at += negative;
	if (*json->at == '0')
		json->at++;
	else
		err = read_digits(json, INT_MAX, &value);
	if (err >= 0 && *json->at == '.') {
		json->at++;
		places = err = read_digits(json, 6, &value);
	}
	if (err >= 0)
		err = read_exponent(json, &exponent);
	if (err < 0)
		return err;
	for (places = 6 - places + exponent; places > 0; places--)
		value = value == INT64_MAX ? value : text_push_digit(value, 0, false);
	for (; places < 0; places++)
		value /= 10;
	*ret_millionths = negative ? -value : value;
	return 0;
}

static int read_member_name(struct json *json, const char **ret_name)
{
	char *name = NULL;
	int err = next_byte(json) == '"' ? read_string(json, &name) : -EINVAL;

	*ret_name = name;
	return err < 0 ? err : take_byte(json, ':') ? 0 : -EINVAL;
}

/* Skips an array or an object. */
static int skip_nested(struct json *json, int depth)
{
	bool named = *json->at++ == '{';
	char last = named ? '}' : ']';
	struct json_value value;
	const char *name;
	int err = 0;

	if (depth > DEPTH_MAX)
		return -EINVAL;
	if (take_byte(json, last))
		return 0;
	do {
		if (named)
			err = read_member_name(json, &name);
		if (err == 0)
			err = parse_value(json, &value, depth);
		if (err < 0)
			return err;
	} while (take_byte(json, ','));
	return take_byte(json, last) ? 0 : -EINVAL;
}

static int skip_literal(struct json *json)
{
	static const char *const literals[] = { "true", "false", "null" };

	for (size_t i = 0; i < countof(literals); i++) {
		size_t n = strlen(literals[i]);

		if (strncmp(json->at, literals[i], n) == 0) {
			json->at += n;
			return 0;
		}
	}
	return -EINVAL;
}

static int parse_value(struct json *json, struct json_value *ret_value, int depth)
{
	char c = next_byte(json);

	*ret_value = (struct json_value){ .kind = JSON_OTHER };
	if (c == '"') {
		ret_value->kind = JSON_STRING;
		return read_string(json, &ret_value->string);
	}
	if (c == '-' || is_digit(c)) {
		ret_value->kind = JSON_NUMBER;
		return read_millionths(json, &ret_value->millionths);
	}
	return c == '[' || c == '{' ? skip_nested(json, depth + 1) : skip_literal(json);
}

void json_open(struct json *json, char *s, size_t n)
{
	json->at = s;
	json->end = s + n;
	json->begun = false;
}

int json_member(struct json *json, const char **ret_name, struct json_value *ret_value)
{
	bool first = !json->begun;
	int err;

	json->begun = true;
	if (first && !take_byte(json, '{'))
		return -EINVAL;
	if (take_byte(json, '}'))
		return next_byte(json) == '\0' && json->at == json->end ? 0 : -EINVAL;
	if (!first && !take_byte(json, ','))
		return -EINVAL;
	err = read_member_name(json, ret_name);
	if (err == 0)
		err = parse_value(json, ret_value, 0);
	return err < 0 ? err : 1;
}
