#include "plot/json.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "base/text.h"

/* Arrays and objects in one another, at most: each takes some of our stack. */
#define DEPTH_MAX 32

#define REPLACEMENT 0xfffdU

static int read_value(struct json *json, struct json_value *ret_value, int depth);

/* The next byte that is no blank. */
static char next(struct json *json)
{
	json->at += strspn(json->at, " \t\r\n");
	return *json->at;
}

static bool skip(struct json *json, char c)
{
	if (next(json) != c)
		return false;
	json->at++;
	return true;
}

/* Four hexadecimal digits: their value or -EINVAL. */
static int read_hex(struct json *json)
{
	static const char digits[] = "0123456789abcdefABCDEF";
	int code = 0;

	for (int i = 0; i < 4; i++, json->at++) {
		const char *digit = *json->at ? strchr(digits, *json->at) : NULL;

		if (!digit)
			return -EINVAL;
		code = code * 16 + (int)(digit - digits) - (digit - digits > 15 ? 6 : 0);
	}
	return code;
}

/* Behind "\u". Two halves of a pair are one character. */
static int read_code(struct json *json, unsigned *ret_code)
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

static char *put_code(char *to, unsigned code)
{
	int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;

	*to++ = (char)(more ? (0xff00U >> (more + 1) & 0xff) | code >> 6 * more : code);
	while (more-- > 0)
		*to++ = (char)(0x80 | (code >> 6 * more & 0x3f));
	return to;
}

/* How many bytes from s on are one character beyond ASCII; 0: they are none. */
static size_t utf8_length(const char *s)
{
	unsigned char first = (unsigned char)*s;
	size_t n = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	unsigned code = first & (0x7fU >> n);
	char shortest[4], *end;

	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	if (code > 0x10ffff || (code & ~0x7ffU) == 0xd800)
		return 0;
	end = put_code(shortest, code);
	return memcmp(shortest, s, (size_t)(end - shortest)) == 0 ? n : 0;
}

/* Behind a backslash. What is written is never longer than what was read. */
static int read_escape(struct json *json, char **to)
{
	static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
	char letter = *json->at;
	const char *known = letter ? strchr(letters, letter) : NULL;
	unsigned code = 0;
	int err = -EINVAL;

	/* Not beyond the end. */
	json->at += letter != '\0';
	if (known) {
		*(*to)++ = meanings[known - letters];
		return 0;
	}
	if (letter == 'u')
		err = read_code(json, &code);
	if (err == 0)
		*to = put_code(*to, code);
	return err;
}

static int read_string(struct json *json, const char **ret_string)
{
	char *to = ++json->at;

	*ret_string = to;
	while (*json->at != '"') {
		size_t n = (unsigned char)*json->at < 0x80 ? 1 : utf8_length(json->at);
		int err;

		/* The NUL at the end is one of those. */
		if ((unsigned char)*json->at < ' ' || n == 0)
			return -EINVAL;
		if (*json->at == '\\') {
			json->at++;
			err = read_escape(json, &to);
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

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static int64_t push_digit(int64_t value, char digit)
{
	if (__builtin_mul_overflow(value, 10, &value) ||
	    __builtin_add_overflow(value, digit - '0', &value))
		return INT64_MAX;
	return value;
}

/* One digit or more; how many of them counted, `max` at most, or -EINVAL. */
static int read_digits(struct json *json, int max, int64_t *value)
{
	int n = 0;

	if (!is_digit(*json->at))
		return -EINVAL;
	for (; is_digit(*json->at); json->at++)
		if (n < max) {
			*value = push_digit(*value, *json->at);
			n++;
		}
	return n;
}

/* From the 'e' on, if there is one. */
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
	/* Beyond that all is nothing, or the limit. */
	*ret_exponent = value > 99 ? 99 : (int)value;
	if (negative)
		*ret_exponent = -*ret_exponent;
	return n < 0 ? n : 0;
}

static int read_number(struct json *json, int64_t *ret_millionths)
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
		value = value == INT64_MAX ? value : push_digit(value, '0');
	for (; places < 0; places++)
		value /= 10;
	*ret_millionths = negative ? -value : value;
	return 0;
}

static int read_name(struct json *json, const char **ret_name)
{
	int err = next(json) == '"' ? read_string(json, ret_name) : -EINVAL;

	return err < 0 ? err : skip(json, ':') ? 0 : -EINVAL;
}

/* An array or an object. */
static int skip_nested(struct json *json, int depth)
{
	bool named = *json->at++ == '{';
	char last = named ? '}' : ']';
	struct json_value value;
	const char *name;
	int err = 0;

	if (depth > DEPTH_MAX)
		return -EINVAL;
	if (skip(json, last))
		return 0;
	do {
		if (named)
			err = read_name(json, &name);
		if (err == 0)
			err = read_value(json, &value, depth);
		if (err < 0)
			return err;
	} while (skip(json, ','));
	return skip(json, last) ? 0 : -EINVAL;
}

static int skip_word(struct json *json)
{
	for (const char *word = "true\0false\0null\0"; *word; word = text_at(word, 1)) {
		size_t n = strlen(word);

		if (strncmp(json->at, word, n) == 0) {
			json->at += n;
			return 0;
		}
	}
	return -EINVAL;
}

static int read_value(struct json *json, struct json_value *ret_value, int depth)
{
	char c = next(json);

	*ret_value = (struct json_value){ .kind = JSON_OTHER };
	if (c == '"') {
		ret_value->kind = JSON_STRING;
		return read_string(json, &ret_value->string);
	}
	if (c == '-' || is_digit(c)) {
		ret_value->kind = JSON_NUMBER;
		return read_number(json, &ret_value->millionths);
	}
	return c == '[' || c == '{' ? skip_nested(json, depth + 1) : skip_word(json);
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
	if (first && !skip(json, '{'))
		return -EINVAL;
	if (skip(json, '}'))
		return next(json) == '\0' && json->at == json->end ? 0 : -EINVAL;
	if (!first && !skip(json, ','))
		return -EINVAL;
	err = read_name(json, ret_name);
	if (err == 0)
		err = read_value(json, ret_value, 0);
	return err < 0 ? err : 1;
}
