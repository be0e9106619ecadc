/* SPDX-License-Identifier: Apache-2.0 */
#include "plot/canvas.h"

#include <string.h>

#include "base/text.h"
#include "plot/plot_words.h"
#include "plot/svg.h"

/* The room for labels to the right of the bars: a part of the width, and more if that is little. */
#define LABELS_PERCENT 22
#define LABELS_MIN 230 /* pixels; but not more than a third of the width */

#define TICK_SIZE 11
#define TICK_DISTANCE 80
#define AXIS_HEIGHT 20

/* The axis is drawn again after so many pixels. */
#define AXIS_EVERY 380

/* The most lines of a paragraph. */
#define LINES_MAX 4

int canvas_right(const struct canvas *canvas)
{
	return canvas->width - CANVAS_LEFT;
}

static int bars_width(const struct canvas *canvas)
{
	int labels = canvas->width * LABELS_PERCENT / 100;

	if (labels < LABELS_MIN)
		labels = canvas->width / 3 < LABELS_MIN ? canvas->width / 3 : LABELS_MIN;
	return canvas_right(canvas) - labels - CANVAS_BARS;
}

int64_t canvas_x(const struct canvas *canvas, int64_t us)
{
	return (int64_t)CANVAS_BARS * 10 + us * (bars_width(canvas) * 10) / canvas->span_us;
}

/*
 * Returns how many of n bytes are a line if it is broken between facts or, second best, words, and
 * in *ret_skip what is left out between it and the next line; or 0 if it cannot be broken.
 */
static size_t find_break(const char *s, size_t n, size_t *ret_skip)
{
	size_t dot = strlen(PLOT_DOT);

	for (size_t at = n; at > 0; at--)
		if (strncmp(s + at, PLOT_DOT, dot) == 0) {
			*ret_skip = dot;
			return at;
		}
	*ret_skip = 1;
	while (n > 0 && s[n] != ' ')
		n--;
	return n;
}

void canvas_paragraph(struct canvas *canvas, int size, int indent, const char *style, const char *s)
{
	const struct svg_font font = { size, SVG_START, style };
	int x = CANVAS_LEFT + indent, height = size * 3 / 2;
	int letters = (canvas_right(canvas) - x) * 10 / svg_width(1, size);

	for (int line = 1; *s; line++) {
		size_t skip = 0, n = svg_fitting(s, letters);

		if (s[n])
			n = line < LINES_MAX ? find_break(s, n, &skip) : 0;
		canvas->line->len = 0;
		if (n > 0)
			text_add(canvas->line, s, n);
		else
			svg_shorten(canvas->line, s, letters);
		if (canvas->line->truncated)
			return;
		canvas->y += height;
		svg_text(canvas->out, (int64_t)x * 10, (int64_t)canvas->y * 10 - size * 4, &font,
			 canvas->line->buf);
		s += n > 0 ? n + skip : strlen(s);
	}
}

/* Returns 1, 2 or 5 times a power of ten, of microseconds or, in long runs, of minutes. */
static int64_t tick_step(const struct canvas *canvas)
{
	int ticks = bars_width(canvas) / TICK_DISTANCE;
	int64_t span_us = canvas->span_us;
	int64_t step_us = span_us > 200 * PLOT_US_PER_SEC ? 60 * PLOT_US_PER_SEC : 1;

	for (int i = 0; span_us / step_us > ticks; i++)
		step_us = i % 3 == 1 ? step_us / 2 * 5 : step_us * 2;
	return step_us;
}

void canvas_axis(struct canvas *canvas)
{
	static const struct svg_font font = { TICK_SIZE, SVG_MIDDLE, " fill=\"#555555\"" };
	int64_t step_us = tick_step(canvas), y = (int64_t)canvas->y * 10;

	svg_rect(canvas->out, CANVAS_MARGIN * 10, y,
		 (int64_t)(canvas->width - 2 * CANVAS_MARGIN) * 10, AXIS_HEIGHT * 10,
		 " fill=\"#ffffff\"");
	for (int64_t us = 0; us <= canvas->span_us; us += step_us) {
		char buf[32];
		struct text text = TEXT_OVER(buf);

		plot_tick(&text, us, step_us);
		svg_text(canvas->out, canvas_x(canvas, us), y + 140, &font, buf);
	}
	canvas->y += AXIS_HEIGHT;
	canvas->axis_y = canvas->y;
}

void canvas_axis_if_far(struct canvas *canvas, int height)
{
	if (canvas->y > canvas->axis_y + AXIS_HEIGHT * 2 &&
	    canvas->y + height > canvas->axis_y + AXIS_EVERY)
		canvas_axis(canvas);
}

void canvas_grid(const struct canvas *canvas, int y)
{
	int64_t step_us = tick_step(canvas), height = (int64_t)(canvas->y - y) * 10;

	for (int64_t us = 0; us <= canvas->span_us; us += step_us)
		svg_rect(canvas->out, canvas_x(canvas, us), (int64_t)y * 10, 10, height,
			 " class=\"grid\" fill=\"#c8cfd8\"");
}
