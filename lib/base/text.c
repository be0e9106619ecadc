/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <errno.h>
#include <string.h>

#include "base/utf8.h"
#include "sys/mem.h"
#include "sys/util.h"

#define NUMBER_WIDTH 24 /* INT64_MIN has 20 characters */

/* Makes room for n more bytes, or for as many as fit. Returns how many. */
static size_t make_room(struct text *text, size_t n)
{
	char *grown = NULL;

	if (text->cap - text->len > n)
		return n;
	if (text->mem)
		grown = mem_reserve(text->mem, text->buf, &text->cap, text->len + n + 1, 1);
	if (grown) {
		text->buf = grown;
		return n;
	}
	text->truncated = true;
	return text->cap ? text->cap - text->len - 1 : 0;
}

void text_add(struct text *text, const char *bytes, size_t n)
{
	n = make_room(text, n);
	if (text->cap == 0)
		return;
	memcpy(text->buf + text->len, bytes, n);
	text->len += n;
	text->buf[text->len] = '\0';
}

void text_str(struct text *text, const char *s)
{
	text_add(text, s, strlen(s));
}

void text_char(struct text *text, char c)
{
	text_add(text, &c, 1);
}

static void cut_last_character(struct text *text)
{
	while (text->len > 0 && (text->buf[text->len - 1] & 0xc0) == 0x80)
		text->len--;
	if (text->len > 0 && (text->buf[text->len - 1] & 0x80))
		text->len--;
}

void text_end(struct text *text, const char *end)
{
	text->cap += TEXT_END_ROOM;
	if (text->truncated) {
		cut_last_character(text);
		text_str(text, TEXT_TRUNCATED);
	}
	text_str(text, end);
}

static char hex_digit(unsigned value)
{
	return (char)(value < 10 ? '0' + value : 'a' - 10 + value);
}

/* Ranges of characters beyond ASCII that are controls, separate lines or set a direction. */
static const uint16_t hidden[][2] = {
	{ 0x80, 0x9f },     { 0x61c, 0x61c },   { 0x200e, 0x200f },
	{ 0x2028, 0x202e }, { 0x2066, 0x2069 },
};

size_t text_visible(const char *s)
{
	unsigned char c = (unsigned char)*s;
	uint32_t code;
	size_t n;

	if (c < 0x80)
		return c >= ' ' && c != 0x7f && c != '\\';
	n = utf8_decode(s, &code);
	if (n == 0)
		return c > 0x9f;
	for (size_t i = 0; i < countof(hidden); i++)
		if (code >= hidden[i][0] && code <= hidden[i][1])
			return 0;
	return n;
}

static void escape_byte(struct text *text, unsigned char c)
{
	static const char named[] = "\n\t\r\\", names[] = "ntr\\";
	const char *at = c ? strchr(named, c) : NULL;
	char hex[] = { '\\', 'x', hex_digit(c >> 4), hex_digit(c & 15) };

	if (at)
		hex[1] = names[at - named];
	text_add(text, hex, at ? 2 : sizeof(hex));
}

size_t text_escape(struct text *text, const char *s)
{
	size_t n = utf8_length(s), i = 0;

	do
		escape_byte(text, (unsigned char)s[i]);
	while (++i < n);
	return i;
}

/* Appends a string as %s does. */
static void add_escaped(struct text *text, const char *s)
{
	while (*s) {
		size_t n = 0, more;

		while ((more = text_visible(s + n)) > 0)
			n += more;
		text_add(text, s, n);
		s += n;
		if (*s)
			s += text_escape(text, s);
	}
}

/* One conversion of a format: the flags and the width between its % and its letter. */
struct spec {
	bool is_long;
	char pad;
	int width;
};

static const char *parse_spec(const char *at, struct spec *ret_spec)
{
	*ret_spec = (struct spec){ 0 };
	at += *at == '-';
	ret_spec->pad = *at == '0' ? '0' : ' ';
	for (; *at >= '0' && *at <= '9'; at++)
		ret_spec->width = ret_spec->width * 10 + (*at - '0');
	for (; *at == 'l'; at++)
		ret_spec->is_long = true;
	return at;
}

static void add_decimal(struct text *text, long long value, const struct spec *spec)
{
	char digits[NUMBER_WIDTH];
	char *end = digits + sizeof(digits), *at = end;
	unsigned long long rest = value < 0 ? 0 - (unsigned long long)value :
					      (unsigned long long)value;

	do
		*--at = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (value < 0)
		*--at = '-';
	while (end - at < spec->width && at > digits)
		*--at = spec->pad;
	text_add(text, at, (size_t)(end - at));
}

void text_vfmt(struct text *text, const char *fmt, va_list ap)
{
	for (;; fmt++) {
		struct spec spec;
		size_t n = 0, end;
		long long value;

		while (fmt[n] && fmt[n] != '%')
			n++;
		text_add(text, fmt, n);
		if (!fmt[n])
			return;
		fmt = parse_spec(fmt + n + 1, &spec);
		end = text->len + (size_t)spec.width;
		if (*fmt == 's') {
			add_escaped(text, va_arg(ap, const char *));
		} else {
			value = spec.is_long ? va_arg(ap, long long) : va_arg(ap, int);
			if (*fmt == 'c')
				text_char(text, (char)value);
			else
				add_decimal(text, value, &spec);
		}
		/* A string is padded on the right, with or without a '-'. */
		for (size_t at = text->len; at < end; at++)
			text_char(text, ' ');
	}
}

void text_fmt(struct text *text, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	text_vfmt(text, fmt, ap);
	va_end(ap);
}

int text_line(const char *text, const char *place)
{
	int line = 1;

	while (text < place)
		line += *text++ == '\n';
	return line;
}

bool text_equals(const char *string, const char *bytes, size_t n)
{
	return strncmp(string, bytes, n) == 0 && string[n] == '\0';
}

size_t text_span(const char *s, const char *bytes)
{
	size_t n = 0;

	while (s[n] && strchr(bytes, s[n]))
		n++;
	return n;
}

/* strchr(3) finds the NUL as well. */
size_t text_until(const char *s, const char *bytes)
{
	size_t n = 0;

	while (!strchr(bytes, s[n]))
		n++;
	return n;
}

const char *text_skip_blanks(const char *s)
{
	while (*s == ' ' || (*s >= '\t' && *s <= '\r'))
		s++;
	return s;
}

int64_t text_push_digit(int64_t value, int digit, bool negative)
{
	if (__builtin_mul_overflow(value, 10, &value) ||
	    __builtin_add_overflow(value, negative ? -digit : digit, &value))
		return negative ? INT64_MIN : INT64_MAX;
	return value;
}

const char *text_parse_int(const char *s, int64_t *ret_value)
{
	int64_t value = 0;
	bool negative, digit_before = false;

	s = text_skip_blanks(s);
	negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	for (; (*s >= '0' && *s <= '9') || (*s == '_' && digit_before); s++) {
		digit_before = *s != '_';
		if (digit_before)
			value = text_push_digit(value, *s - '0', negative);
	}
	*ret_value = value;
	return digit_before ? s : NULL;
}

int text_to_int(const char *s, int64_t *ret_value)
{
	int64_t value;

	s = text_parse_int(s, &value);
	if (!s || *text_skip_blanks(s))
		return -EINVAL;
	*ret_value = value;
	return 0;
}
