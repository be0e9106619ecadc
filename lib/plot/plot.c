/* SPDX-License-Identifier: Apache-2.0 */
#include "plot/plot.h"

#include <string.h>

#include "base/text.h"
#include "plot/plot_impl.h"
#include "plot/svg.h"
#include "plot/timeline.h"

/* Pixels. The room to the right of the bars is for names. */
#define WIDTH 1200
#define LEFT 16
#define BARS_BEGIN 24
#define BARS_END 940
#define RIGHT (WIDTH - LEFT)

#define TITLE_SIZE 18
#define TEXT_SIZE 12
#define TICK_SIZE 11
#define LANE_SIZE 13

#define TITLE_LINE 30
#define FACTS_LINE 52
#define FAILURE_HEIGHT 18
#define LEGEND_TOP 64
#define LEGEND_HEIGHT 12
#define AXIS_TOP 88 /* with its labels */
#define AXIS_HEIGHT 20
#define LANE_HEAD 24
#define LANE_FOOT 6
#define LANE_GAP 6
#define BOTTOM 10

/* The most letters of a lane's name; what is shown behind it needs about as many. */
#define LANE_LETTERS 70

/* Room for a line: its letters may have four bytes each. */
#define LINE_ROOM 1024

/* The most ticks on the axis, besides the one at 0. */
#define TICKS 10

/* The more scripts there are, the thinner are their rows, down to what can still be read. */
static const struct density {
	int scripts; /* the most scripts that are drawn so, or 0 for any number */
	int row;     /* pixels from row to row */
	int size;    /* the font size */
} densities[] = { { 40, 20, 12 }, { 150, 16, 11 }, { 0, 13, 10 } };

#define BAR_GAP 4

/* The colours can be told apart by people with colour blindness. */
static const char *const styles[TIMELINE_KINDS] = {
	[TIMELINE_DONE] = " fill=\"#4477aa\"",
	[TIMELINE_FAILED] = " fill=\"#cc3311\"",
	[TIMELINE_KILLED] = " fill=\"#ee7733\"",
	[TIMELINE_NOT_STARTED] = " fill=\"#aa3377\"",
	[TIMELINE_UNFINISHED] = " fill=\"#bbbbbb\" stroke=\"#555555\" stroke-dasharray=\"3 2\"",
};

struct plot {
	struct text *out;
	const struct timeline *timeline;
	const struct density *density;
	int64_t span_us;
	int axis; /* the y coordinate where the labels of the axis end and the lanes begin */
	int height;
};

/* Returns the x coordinate of a time, in tenths of pixels. */
static int64_t time_x(const struct plot *plot, int64_t us)
{
	return (int64_t)BARS_BEGIN * 10 + us * ((BARS_END - BARS_BEGIN) * 10) / plot->span_us;
}

/* Draws a line of text, shortened to the width of the picture. */
static void draw_line(const struct plot *plot, int y, int size, const char *style, const char *s)
{
	const struct svg_font font = { size, SVG_START, style };
	char buf[LINE_ROOM];
	struct text text = TEXT_OVER(buf);

	svg_shorten(&text, s, (RIGHT - LEFT) * 10 / svg_width(1, size));
	svg_text(plot->out, (int64_t)LEFT * 10, (int64_t)y * 10, &font, buf);
}

static void draw_head(const struct plot *plot)
{
	const struct timeline *timeline = plot->timeline;
	struct text text = { .mem = timeline->mem };

	plot_title(&text, timeline);
	if (!text.truncated) {
		svg_open(plot->out, WIDTH, plot->height, text.buf);
		draw_line(plot, TITLE_LINE, TITLE_SIZE, " font-weight=\"bold\"", text.buf);
	}
	text.len = 0;
	plot_facts(&text, timeline);
	if (!text.truncated)
		draw_line(plot, FACTS_LINE, TEXT_SIZE, "", text.buf);
	text.len = 0;
	if (plot_failure(&text, timeline) && !text.truncated)
		draw_line(plot, FACTS_LINE + FAILURE_HEIGHT, TEXT_SIZE, "", text.buf);
	plot->out->truncated |= text.truncated;
}

static void draw_legend(const struct plot *plot, int y)
{
	static const struct svg_font font = { TEXT_SIZE, SVG_START, "" };
	int64_t x = (int64_t)LEFT * 10, top = (int64_t)y * 10;

	for (int kind = 0; kind < TIMELINE_KINDS; kind++) {
		char buf[64];
		struct text text = TEXT_OVER(buf);

		text_fmt(&text, "%s %d", plot_kind(kind), plot->timeline->counts[kind]);
		svg_rect(plot->out, x, top, LEGEND_HEIGHT * 10, LEGEND_HEIGHT * 10, styles[kind]);
		x += (LEGEND_HEIGHT + 6) * 10;
		svg_text(plot->out, x, top + (LEGEND_HEIGHT - 2) * 10, &font, buf);
		x += svg_width(svg_letters(buf) + 3, TEXT_SIZE);
	}
}

/* Returns 1, 2 or 5 times a power of ten, of microseconds or, in long runs, of minutes. */
static int64_t tick_step(int64_t span_us)
{
	int64_t step_us = span_us > 200 * PLOT_US_PER_SEC ? 60 * PLOT_US_PER_SEC : 1;

	for (int i = 0; span_us / step_us > TICKS; i++)
		step_us = i % 3 == 1 ? step_us / 2 * 5 : step_us * 2;
	return step_us;
}

/* Draws the labels of the axis above and below the lanes. */
static void draw_axis(const struct plot *plot)
{
	static const struct svg_font font = { TICK_SIZE, SVG_MIDDLE, "" };
	int64_t step_us = tick_step(plot->span_us), top = (int64_t)plot->axis * 10;
	int64_t bottom = (int64_t)(plot->height - BOTTOM - AXIS_HEIGHT) * 10;

	for (int64_t us = 0; us <= plot->span_us; us += step_us) {
		int64_t x = time_x(plot, us);
		char buf[32];
		struct text text = TEXT_OVER(buf);

		plot_tick(&text, us, step_us);
		svg_text(plot->out, x, top - 50, &font, buf);
		svg_text(plot->out, x, bottom + 140, &font, buf);
	}
}

static int lane_height(const struct plot *plot, const struct timeline_lane *lane)
{
	return LANE_HEAD + lane->n_bars * plot->density->row + LANE_FOOT;
}

static void draw_band(const struct plot *plot, const struct timeline_lane *lane, int y)
{
	int64_t x = time_x(plot, lane->begin_us), height = (int64_t)lane_height(plot, lane) * 10;

	svg_rect(plot->out, 80, (int64_t)y * 10, (WIDTH - 16) * 10, height, " fill=\"#f4f5f7\"");
	svg_rect(plot->out, x, (int64_t)y * 10, time_x(plot, lane->end_us) - x + 10, height,
		 " class=\"lane\" fill=\"#e0e6ee\"");
}

/* Draws the lines of the axis in a lane, below its title. */
static void draw_grid(const struct plot *plot, const struct timeline_lane *lane, int y)
{
	int64_t step_us = tick_step(plot->span_us);
	int64_t height = (int64_t)(lane_height(plot, lane) - LANE_HEAD) * 10;

	for (int64_t us = 0; us <= plot->span_us; us += step_us)
		svg_rect(plot->out, time_x(plot, us), (int64_t)(y + LANE_HEAD) * 10, 10, height,
			 " class=\"grid\" fill=\"#c8cfd8\"");
}

/*
 * Draws the label of a bar, to the right of it or, if it does not fit there, where there is more
 * room.
 */
static void draw_label(const struct plot *plot, const struct timeline_bar *bar, int64_t x,
		       int64_t end, int64_t y)
{
	int size = plot->density->size;
	int before = (int)(x - LEFT * 10) / svg_width(1, size) - 1;
	int after = (int)(RIGHT * 10 - end) / svg_width(1, size) - 1;
	const char *name = strrchr(bar->path, '/');
	char buf[LINE_ROOM], facts[LINE_ROOM];
	struct text text = TEXT_OVER(buf), facts_text = TEXT_OVER(facts);
	struct svg_font font = { size, SVG_START, "" };

	name = name && name[1] ? name + 1 : bar->path;
	plot_bar(&facts_text, bar);
	if (svg_letters(name) + svg_letters(facts) > after && before > after) {
		font.anchor = SVG_END;
		after = before;
		end = x - svg_width(2, size);
	}
	svg_name(&text, name, after - svg_letters(facts));
	text_str(&text, facts);
	svg_text(plot->out, end + svg_width(1, size), y, &font, buf);
}

/* Draws a bar, which is never thinner than a pixel, with its label. */
static void draw_bar(const struct plot *plot, const struct timeline_bar *bar, int y)
{
	const struct density *density = plot->density;
	int64_t x = time_x(plot, bar->begin_us), width = time_x(plot, bar->end_us) - x;
	int height = density->row - BAR_GAP;

	width = width < 10 ? 10 : width;
	text_str(plot->out, "<g class=\"bar\">\n<title>");
	plot_hover(plot->out, bar);
	text_str(plot->out, "</title>\n");
	svg_rect(plot->out, x, (int64_t)(y + BAR_GAP / 2) * 10, width, (int64_t)height * 10,
		 styles[bar->kind]);
	draw_label(plot, bar, x, x + width,
		   (int64_t)y * 10 + density->row * 5 + density->size * 7 / 2);
	text_str(plot->out, "</g>\n");
}

static void draw_lane(const struct plot *plot, const struct timeline_lane *lane, int y)
{
	char buf[LINE_ROOM];
	struct text text = TEXT_OVER(buf);

	svg_name(&text, lane->name, LANE_LETTERS);
	plot_lane(&text, lane, plot->timeline);
	draw_line(plot, y + LANE_HEAD - 8, LANE_SIZE, " font-weight=\"bold\"", buf);
	y += LANE_HEAD;
	for (const struct timeline_bar *bar = lane->first; bar; bar = bar->next) {
		draw_bar(plot, bar, y);
		y += plot->density->row;
	}
}

/* Calls draw, unless it is NULL, for each lane. Returns where the last lane ends. */
static int each_lane(const struct plot *plot,
		     void (*draw)(const struct plot *plot, const struct timeline_lane *lane, int y))
{
	int y = plot->axis;

	for (const struct timeline_lane *lane = plot->timeline->first; lane; lane = lane->next) {
		if (draw)
			draw(plot, lane, y);
		y += lane_height(plot, lane) + LANE_GAP;
	}
	return y;
}

void plot_draw(struct text *out, const struct timeline *timeline)
{
	int extra = plot_failure(NULL, timeline) ? FAILURE_HEIGHT : 0;
	struct plot plot = {
		.out = out,
		.timeline = timeline,
		.density = densities,
		.span_us = timeline->end_us > 0 ? timeline->end_us : 1,
		.axis = AXIS_TOP + extra + AXIS_HEIGHT,
	};
	int scripts = plot_scripts(timeline);

	while (plot.density->scripts && scripts > plot.density->scripts)
		plot.density++;
	plot.height = each_lane(&plot, NULL) + AXIS_HEIGHT + BOTTOM;
	draw_head(&plot);
	draw_legend(&plot, LEGEND_TOP + extra);
	draw_axis(&plot);
	each_lane(&plot, draw_band);
	each_lane(&plot, draw_grid);
	each_lane(&plot, draw_lane);
	svg_close(out);
}
