#include "text.h"

#include <errno.h>
#include <string.h>

#include "mem.h"

static bool make_room(struct text *text, size_t n)
{
	char *grown;

	if (text->cap - text->len > n)
		return true;
	grown = text->mem ? mem_grow(text->mem, text->buf, &text->cap, text->len + n + 1, 1) : NULL;
	if (!grown)
		return false;
	text->buf = grown;
	return true;
}

void text_add(struct text *text, const char *bytes, size_t n)
{
	if (!make_room(text, n)) {
		text->cut = true;
		n = text->cap > text->len ? text->cap - text->len - 1 : 0;
		if (n == 0)
			return;
	}
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

static const char hex_digits[] = "0123456789abcdef";

static void add_escape(struct text *text, unsigned char c)
{
	char escape[4] = { '\\', 'x', hex_digits[c >> 4], hex_digits[c & 15] };
	const char *known = memchr("\nn\tt\rr\\\\", c, 8);

	if (known) {
		escape[1] = known[1];
		text_add(text, escape, 2);
	} else {
		text_add(text, escape, sizeof(escape));
	}
}

static bool is_plain(unsigned char c)
{
	return c >= ' ' && c != 0x7f && c != '\\';
}

static void add_escaped(struct text *text, const char *s)
{
	while (*s) {
		size_t n = 0;

		while (is_plain((unsigned char)s[n]))
			n++;
		text_add(text, s, n);
		s += n;
		if (*s)
			add_escape(text, (unsigned char)*s++);
	}
}

/* One conversion of a format: what stands between its % and its letter. */
struct spec {
	bool left;
	char pad;
	size_t width;
};

static const char *parse_spec(const char *at, struct spec *ret_spec)
{
	*ret_spec = (struct spec){ .pad = ' ' };
	if (*at == '-') {
		ret_spec->left = true;
		at++;
	}
	if (*at == '0')
		ret_spec->pad = '0';
	for (; *at >= '0' && *at <= '9'; at++)
		ret_spec->width = ret_spec->width * 10 + (size_t)(*at - '0');
	while (*at == 'l')
		at++;
	return at;
}

static void pad(struct text *text, char c, size_t width, size_t used)
{
	for (; used < width; used++)
		text_char(text, c);
}

static void add_number(struct text *text, long long value, const struct spec *spec)
{
	char digits[24];
	size_t at = sizeof(digits);
	unsigned long long rest = value < 0 ? 0 - (unsigned long long)value :
					      (unsigned long long)value;

	do
		digits[--at] = (char)('0' + rest % 10);
	while ((rest /= 10) > 0);
	if (value < 0)
		digits[--at] = '-';
	pad(text, spec->pad, spec->left ? 0 : spec->width, sizeof(digits) - at);
	text_add(text, digits + at, sizeof(digits) - at);
	pad(text, ' ', spec->left ? spec->width : 0, sizeof(digits) - at);
}

/* Only left-aligned padding: no caller pads a string on its left. */
static void add_string(struct text *text, const char *s, const struct spec *spec)
{
	size_t start = text->len;

	add_escaped(text, s);
	pad(text, ' ', spec->width, text->len - start);
}

void text_vfmt(struct text *text, const char *fmt, va_list ap)
{
	for (; *fmt; fmt++) {
		size_t n = strcspn(fmt, "%");
		struct spec spec;
		const char *letter;

		text_add(text, fmt, n);
		fmt += n;
		if (!*fmt)
			return;
		letter = parse_spec(fmt + 1, &spec);
		if (*letter == 's')
			add_string(text, va_arg(ap, const char *), &spec);
		else if (*letter == 'd')
			add_number(text,
				   letter[-1] == 'l' ? va_arg(ap, long long) : va_arg(ap, int),
				   &spec);
		else if (*letter == 'c')
			text_char(text, (char)va_arg(ap, int));
		else
			text_char(text, '%');
		fmt = letter;
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

int text_index(const char *list, const char *s, size_t n)
{
	for (int i = 0; *list; i++, list += strlen(list) + 1)
		if (strncmp(list, s, n) == 0 && list[n] == '\0')
			return i;
	return -1;
}

static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static int64_t push_digit(int64_t value, int digit, bool negative)
{
	if (__builtin_mul_overflow(value, 10, &value) ||
	    __builtin_add_overflow(value, negative ? -digit : digit, &value))
		return negative ? INT64_MIN : INT64_MAX;
	return value;
}

int text_to_int(const char *s, int64_t *ret_value)
{
	int64_t value = 0;
	bool negative, digit_before = false;

	while (is_blank(*s))
		s++;
	negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	for (; (*s >= '0' && *s <= '9') || (*s == '_' && digit_before); s++) {
		digit_before = *s != '_';
		if (digit_before)
			value = push_digit(value, *s - '0', negative);
	}
	if (!digit_before)
		return -EINVAL;
	while (is_blank(*s))
		s++;
	if (*s)
		return -EINVAL;
	*ret_value = value;
	return 0;
}
