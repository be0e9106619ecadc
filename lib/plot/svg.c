/* SPDX-License-Identifier: Apache-2.0 */
#include "plot/svg.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "sys/util.h"

#define ELLIPSIS "\xe2\x80\xa6"

/* U+2068 and U+2069, between which the direction of text is their own. */
#define ISOLATE "\xe2\x81\xa8"
#define ISOLATE_END "\xe2\x81\xa9"

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
 * but not the punctuation around the ellipsis; isolates have no width.
 */
static int letter_width(const char *s)
{
	if (strncmp(s, ISOLATE, 3) == 0 || strncmp(s, ISOLATE_END, 3) == 0)
		return 0;
	return (unsigned char)*s >= 0xe0 && strncmp(s, ELLIPSIS, 2) != 0 ? 2 : 1;
}

size_t svg_fitting(const char *s, int letters)
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
	size_t n = svg_fitting(s, letters);

	if (s[n])
		n = svg_fitting(s, letters - 1);
	text_add(out, s, n);
	if (s[n] && letters > 0)
		text_str(out, ELLIPSIS);
}

/* A range of characters. In UTF-8, the order of their bytes is that of their numbers. */
struct range {
	const char *first;
	const char *last;
};

static const struct range unfit[] = {
	{ "\x01", "\x1f" },
	{ "\x7f", "\xc2\x9f" },     /* U+007F to U+009F: control characters */
	{ "\xd8\x9c", "\xd8\x9c" }, /* U+061C, U+200E, U+200F: marks of a direction */
	{ "\xe2\x80\x8e", "\xe2\x80\x8f" },
	{ "\xe2\x80\xa8", "\xe2\x80\xae" }, /* U+2028 to U+202E: ends of lines, directions */
	{ "\xe2\x81\xa6", "\xe2\x81\xa9" }, /* U+2066 to U+2069: isolates */
	{ "\xef\xbf\xbe", "\xef\xbf\xbf" }, /* U+FFFE, U+FFFF: XML forbids them */
};

/* The blocks of scripts that are written from right to left. */
static const struct range right_to_left[] = {
	{ "\xd6\x90", "\xe0\xa3\xbf" },             /* U+0590 to U+08FF */
	{ "\xef\xac\x9d", "\xef\xb7\xbf" },         /* U+FB1D to U+FDFF */
	{ "\xef\xb9\xb0", "\xef\xbb\xbf" },         /* U+FE70 to U+FEFF */
	{ "\xf0\x90\xa0\x80", "\xf0\x90\xbf\xbf" }, /* U+10800 to U+10FFF */
	{ "\xf0\x9e\xa0\x80", "\xf0\x9e\xbf\xbf" }, /* U+1E800 to U+1EFFF */
};

/* Returns whether the character at s is in one of the n ranges. */
static bool is_in(const char *s, const struct range *ranges, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(s, ranges[i].first) >= 0 &&
		    strncmp(s, ranges[i].last, strlen(ranges[i].last)) <= 0)
			return true;
	return false;
}

void svg_clean(char *s)
{
	char *to = s;

	while (*s) {
		size_t n = character_length(s);

		if (is_in(s, unfit, countof(unfit))) {
			*to++ = '?';
		} else {
			memmove(to, s, n);
			to += n;
		}
		s += n;
	}
	*to = '\0';
}

static bool is_right_to_left(const char *s)
{
	for (; *s; s += character_length(s))
		if (is_in(s, right_to_left, countof(right_to_left)))
			return true;
	return false;
}

void svg_name(struct text *out, const char *s, int letters)
{
	bool isolated = is_right_to_left(s);

	if (isolated)
		text_str(out, ISOLATE);
	svg_shorten(out, s, letters);
	if (isolated)
		text_str(out, ISOLATE_END);
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
	for (; *s; s++) {
		const char *entity = xml_entity(*s);

		if (entity)
			text_str(out, entity);
		else
			text_char(out, *s);
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
