/* Strings of JSON. */
#include <string.h>

#include "base/text.h"

size_t text_utf8_length(const char *s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	unsigned char first = (unsigned char)*s;
	size_t n = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	uint32_t code = first & (0x7fU >> n);

	if (first < 0xc0 || first >= 0xf8)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	return code < least[n] || code > 0x10ffff || (code & ~0x7ffU) == 0xd800 ? 0 : n;
}

/* Appends one character as it stands in a string. Returns how many bytes of s it is. */
static size_t add_character(struct text *text, const char *s)
{
	unsigned char c = (unsigned char)*s;
	size_t n = c < 0x80 ? 1 : text_utf8_length(s);
	char buf[8];
	struct text escape = TEXT_OVER(buf);

	if (c == '"')
		text_char(text, '\\');
	if (n > 0 && c >= ' ' && c != 0x7f && c != '\\') {
		text_add(text, s, n);
		return n;
	}
	text_escape(&escape, c);
	for (const char *at = buf; *at; at++) {
		if (*at == '\\')
			text_char(text, '\\');
		text_char(text, *at);
	}
	return 1;
}

void text_json(struct text *text, const char *s, size_t n, size_t max)
{
	const char *end = s + n;
	size_t start = text->len;

	text_char(text, '"');
	while (s < end && text->len - start < max)
		s += add_character(text, s);
	text_str(text, s < end ? "...\"" : "\"");
}
