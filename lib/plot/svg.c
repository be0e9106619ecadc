#include "plot/svg.h"

#include <string.h>

#include "base/text.h"

#define ELLIPSIS "\xe2\x80\xa6"

/* The bytes of the character at s, 1 at least, of what is UTF-8. */
static size_t bytes_of(const char *s)
{
	size_t n = 1;

	while (((unsigned char)s[n] & 0xc0) == 0x80)
		n++;
	return n;
}

/* From U+0800 on few characters are sure to be narrow: punctuation is, the ellipsis too. */
static int letters_of(const char *s)
{
	return (unsigned char)*s >= 0xe0 && strncmp(s, ELLIPSIS, 2) != 0 ? 2 : 1;
}

/* The bytes of s that fit in so many letters. */
static size_t fitting(const char *s, int letters)
{
	const char *at = s;

	while (*at && letters_of(at) <= letters) {
		letters -= letters_of(at);
		at += bytes_of(at);
	}
	return (size_t)(at - s);
}

int svg_letters(const char *s)
{
	int letters = 0;

	for (; *s; s += bytes_of(s))
		letters += letters_of(s);
	return letters;
}

void svg_shorten(struct text *out, const char *s, int letters)
{
	size_t n = fitting(s, letters);

	if (s[n])
		n = fitting(s, letters - 1);
	text_add(out, s, n);
	if (s[n] && letters > 0)
		text_str(out, ELLIPSIS);
}

/*
 * The bytes of a character that cannot be in a picture, or 0: control characters; U+FFFE and
 * U+FFFF, which are none; and those that turn the direction of what stands behind them.
 */
static size_t unfit(const char *s)
{
	static const char sets[] = "\xef\xbf\xbe\xbf\0\xe2\x80\xaa\xab\xac\xad\xae\0"
				   "\xe2\x81\xa6\xa7\xa8\xa9\0";

	if (((unsigned char)*s < ' ' && *s != '\n') || *s == 0x7f)
		return 1;
	for (const char *set = sets; *set; set = text_at(set, 1))
		if (strncmp(s, set, 2) == 0 && s[2] && strchr(set + 2, s[2]))
			return 3;
	return 0;
}

void svg_escape(struct text *out, const char *s)
{
	static const char escapes[] = "<lt\0>gt\0&amp\0\"quot\0";

	while (*s) {
		size_t n = unfit(s);

		if (n > 0)
			text_char(out, '?');
		else if (strchr("<>&\"", *s))
			text_fmt(out, "&%s;", text_numbered(escapes, *s));
		else
			text_char(out, *s);
		s += n > 0 ? n : 1;
	}
}

/* ` NAME="12.3"` */
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
	static const char anchors[] = "start\0middle\0end\0";

	text_str(out, "<text");
	add_tenths(out, "x", x);
	add_tenths(out, "y", y);
	text_fmt(out, " font-size=\"%d\"", font->size);
	if (font->anchor != SVG_START)
		text_fmt(out, " text-anchor=\"%s\"", text_at(anchors, font->anchor));
	text_str(out, font->style);
	text_char(out, '>');
	svg_escape(out, s);
	text_str(out, "</text>\n");
}
