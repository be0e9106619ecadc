/*
 * svg: the elements of a picture as SVG 1.1, appended to a text. Places are tenths of pixels.
 * Letters are those of a monospace font: 0.6 times its size wide, what may be wider counted as two
 * of them. Strings are UTF-8; what XML cannot hold of them becomes '?'.
 */
#ifndef SVG_H
#define SVG_H

#include <stddef.h>
#include <stdint.h>

struct text;

/* Which end of a string is at its place. */
enum svg_anchor { SVG_START, SVG_MIDDLE, SVG_END };

/* The attributes of a string that stand between its place and its letters. */
struct svg_font {
	int size; /* pixels */
	enum svg_anchor anchor;
	const char *style; /* more attributes, each behind a blank */
};

/* The width of so many letters. */
static inline int svg_width(int letters, int size)
{
	return letters * size * 6;
}

/* How many letters a string is. */
int svg_letters(const char *s);

/* Appends as much of a string as fits in so many letters; what is cut ends in an ellipsis. */
void svg_shorten(struct text *out, const char *s, int letters);

/* Appends a string with XML's own characters escaped. */
void svg_escape(struct text *out, const char *s);

/* Begins a picture of this size in pixels, white, named for who lists windows. */
void svg_open(struct text *out, int width, int height, const char *title);

void svg_close(struct text *out);

/* style: attributes, each behind a blank. */
void svg_rect(struct text *out, int64_t x, int64_t y, int64_t width, int64_t height,
	      const char *style);

/* y is that of the line the letters stand on. */
void svg_text(struct text *out, int64_t x, int64_t y, const struct svg_font *font, const char *s);

#endif
