/* SPDX-License-Identifier: Apache-2.0 */
/*
 * svg: appends the elements of a picture, as SVG 1.1, to a text. Coordinates are tenths of pixels.
 * Widths of strings are counted in letters of a monospace font, which are 0.6 times as wide as the
 * font size; characters that may be wider count as two. Strings are UTF-8, and those that others
 * have written have been cleaned by svg_clean.
 */
#ifndef SVG_H
#define SVG_H

#include <stddef.h>
#include <stdint.h>

struct text;

/* The part of a string that is at its x coordinate. */
enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

struct svg_font {
	int size; /* in pixels */
	enum svg_anchor anchor;
	const char *style; /* more attributes, each with a blank in front */
};

/* Returns the width of so many letters, in tenths of pixels. */
static inline int svg_width(int letters, int size)
{
	return letters * size * 6;
}

/* Returns the width of a string in letters. */
int svg_letters(const char *s);

/* Returns how many bytes of a string are as wide as so many letters at most. */
size_t svg_fitting(const char *s, int letters);

/*
 * Replaces, by '?', the characters of a string that XML forbids, that begin a new line, or that
 * change the direction of the text around them. The string may become shorter.
 */
void svg_clean(char *s);

/* Appends a string, shortened to so many letters with an ellipsis at the end if it is wider. */
void svg_shorten(struct text *out, const char *s, int letters);

/*
 * Appends the same for a name. If a part of it is written from right to left, the whole is isolated
 * (U+2068 to U+2069), so that what is before and after it stays in its place.
 */
void svg_name(struct text *out, const char *s, int letters);

/* Appends a string as XML text: with entities for < > & and "; for use in attributes too. */
void svg_escape(struct text *out, const char *s);

/* Begins a white picture of this size in pixels, with a title for the browser to show. */
void svg_open(struct text *out, int width, int height, const char *title);

/* Ends the picture. */
void svg_close(struct text *out);

/* Appends a rectangle. style: attributes, each with a blank in front. */
void svg_rect(struct text *out, int64_t x, int64_t y, int64_t width, int64_t height,
	      const char *style);

/* Appends a string whose baseline is at y. */
void svg_text(struct text *out, int64_t x, int64_t y, const struct svg_font *font, const char *s);

#endif
