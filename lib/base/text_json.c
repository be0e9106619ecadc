/* SPDX-License-Identifier: Apache-2.0 */
/* Strings of JSON, as in the event log. */
#include "base/text.h"
#include "base/utf8.h"

/* Appends the first character of s in the form of JSON. Returns how many bytes of s it has. */
static size_t add_character(struct text *text, const char *s)
{
	size_t n = utf8_length(s) > 0 ? text_visible(s) : 0;
	char buf[20];
	struct text escape = TEXT_OVER(buf);

	if (n > 0) {
		text_add(text, "\\", *s == '"');
		text_add(text, s, n);
		return n;
	}
	n = text_escape(&escape, s);
	for (const char *at = buf; *at; at++) {
		if (*at == '\\')
			text_char(text, '\\');
		text_char(text, *at);
	}
	return n;
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
