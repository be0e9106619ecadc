/* SPDX-License-Identifier: Apache-2.0 */
#include "plot/svg.h"

#include <string.h>

#include "base/text.h"
#include "sys/util.h"

#define ELLIPSIS "\xe2\x80\xa6"

static const char *const anchor_names[] = {
	[SVG_START] = "start",
	[SVG_MIDDLE] = "middle",
	[SVG_END] = "end",
};

/* Returns the number of bytes of the character at s, where the string is UTF-8. */
static size_t character_length(const char *s)
{
	size_t n = 1;

	while (((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/*
 * Returns how many letters wide a character may be. From U+0800 on most may be two letters wide,
 * but not the punctuation around the ellipsis.
 */
static int letter_width(const char *s)
{
	return (unsigned char)*s >= 0xe0 && strncmp(s, ELLIPSIS, 2) != 0 ? 2 : 1;
}

/* Returns how many bytes of s are as wide as so many letters at most. */
static size_t fitting_length(const char *s, int letters)
{
	const char *at = s;

	while (*at && letter_width(at) <= letters) {
		letters -= letter_width(at);
		at += character_length(at);
	}
	return (size_t)(at - s);
}

int svg_letters(const char *s)
{
	int letters = 0;

	for (; *s; s += character_length(s))
		letters += letter_width(s);
	return letters;
}

void svg_shorten(struct text *out, const char *s, int letters)
{
	size_t n = fitting_length(s, letters);

	if (s[n])
		n = fitting_length(s, letters - 1);
	text_add(out, s, n);
	if (s[n] && letters > 0)
		text_str(out, ELLIPSIS);
}

/*
 * Characters of three bytes that cannot be in a picture, by the first two bytes and what the third
 * may be: U+FFFE and U+FFFF, which XML forbids; and U+202A to U+202E and U+2066 to U+2069, which
 * change the direction of the text behind them.
 */
static const struct {
	const char *start;
	const char *third;
} unfit[] = {
	{ "\xef\xbf", "\xbe\xbf" },
	{ "\xe2\x80", "\xaa\xab\xac\xad\xae" },
	{ "\xe2\x81", "\xa6\xa7\xa8\xa9" },
};

/* Returns the length of the character at s if it is a control character or in unfit[]; else 0. */
static size_t unfit_length(const char *s)
{
	if (((unsigned char)*s < ' ' && *s != '\n') || *s == 0x7f)
		return 1;
	for (size_t i = 0; i < countof(unfit); i++)
		if (strncmp(s, unfit[i].start, 2) == 0 && s[2] && strchr(unfit[i].third, s[2]))
			return 3;
	return 0;
}

/* Returns the entity that XML needs for this character, or NULL. */
static const char *xml_entity(char c)
{
	switch (c) {
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '&':
		return "&amp;";
	case '"':
		return "&quot;";
	default:
		return NULL;
	}
}

void svg_escape(struct text *out, const char *s)
{
	while (*s) {
		size_t n = unfit_length(s);
		const char *entity = xml_entity(*s);

		if (n > 0)
			text_char(out, '?');
		else if (entity)
			text_str(out, entity);
		else
			text_char(out, *s);
		s += n > 0 ? n : 1;
	}
}

/* Adds an attribute such as x="12.3". */
static void add_tenths(struct text *out, const char *name, int64_t tenths)
{
	text_fmt(out, " %s=\"%lld", name, (long long)(tenths / 10));
	if (tenths % 10)
		text_fmt(out, ".%d", (int)(tenths % 10));
	text_char(out, '"');
}

void svg_open(struct text *out, int width, int height, const char *title)
{
	text_str(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		      "<svg xmlns=\"http://www.w3.org/2000/svg\" font-family=\"monospace\" "
		      "fill=\"#222222\" xml:space=\"preserve\"");
	text_fmt(out, " width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\">\n<title>", width, height,
		 width, height);
	svg_escape(out, title);
	text_str(out, "</title>\n");
	svg_rect(out, 0, 0, (int64_t)width * 10, (int64_t)height * 10, " fill=\"#ffffff\"");
}

void svg_close(struct text *out)
{
	text_str(out, "</svg>\n");
}

void svg_rect(struct text *out, int64_t x, int64_t y, int64_t width, int64_t height,
	      const char *style)
{
	text_str(out, "<rect");
	add_tenths(out, "x", x);
	add_tenths(out, "y", y);
	add_tenths(out, "width", width);
	add_tenths(out, "height", height);
	text_str(out, style);
	text_str(out, "/>\n");
}

void svg_text(struct text *out, int64_t x, int64_t y, const struct svg_font *font, const char *s)
{
	text_str(out, "<text");
	add_tenths(out, "x", x);
	add_tenths(out, "y", y);
	text_fmt(out, " font-size=\"%d\"", font->size);
	if (font->anchor != SVG_START)
		text_fmt(out, " text-anchor=\"%s\"", anchor_names[font->anchor]);
	text_str(out, font->style);
	text_char(out, '>');
	svg_escape(out, s);
	text_str(out, "</text>\n");
}
