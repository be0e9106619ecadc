/* SPDX-License-Identifier: Apache-2.0 */
/* Strings of JSON, as in the event log. */
#include "base/text.h"
#include "base/utf8.h"

/* Appends the first character of s in the form of JSON. Returns how many bytes of s it has. */
static size_t add_character(struct text *text, const char *s)
{
	unsigned char c = (unsigned char)*s;
	size_t n = utf8_length(s);
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
	text_str(text, s < end ? TEXT_TRUNCATED "\"" : "\"");
}
