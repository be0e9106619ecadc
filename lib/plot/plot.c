/* SPDX-License-Identifier: Apache-2.0 */
#include "plot/plot.h"

#include <limits.h>

#include "base/text.h"
#include "plot/canvas.h"
#include "plot/lane.h"
#include "plot/plot_words.h"
#include "plot/rows.h"
#include "plot/svg.h"
#include "plot/timeline.h"

#define TITLE_SIZE 18
#define RESULT_SIZE 14
#define TEXT_SIZE 12

#define TOP 8
#define BOTTOM 8
#define PARAGRAPH_GAP 4
#define LEGEND_BOX 12 /* the side of its squares */

/* How many of the slowest scripts are listed, and of those that failed. */
#define LISTED 5

/* If there are many scripts, their rows are lower. */
#define FEW_SCRIPTS 40

/* The fewest rows with labels that a phase may have, however many phases there are. */
#define ROWS_MIN 8

/* The list of the slowest scripts: its rows, and the letters of its first column. */
#define LIST_ROW 16
#define TIME_LETTERS 12

/* Room for a path: its letters may have four bytes each. */
#define LINE_ROOM 8192

#define BOLD " font-weight=\"bold\""

/* Scripts that are listed, in order; the rest of the array is NULL. */
struct list {
	const struct timeline_bar *bars[LISTED];
	int n; /* how many there are, listed or not */
};

/* Adds a script to a list, in front of those that have a smaller key. */
static void list_script(struct list *list, const struct timeline_bar *bar,
			int64_t (*key)(const struct timeline_bar *bar))
{
	int at = list->n < LISTED ? list->n : LISTED;

	list->n++;
	for (; at > 0 && key(list->bars[at - 1]) < key(bar); at--)
		if (at < LISTED)
			list->bars[at] = list->bars[at - 1];
	if (at < LISTED)
		list->bars[at] = bar;
}

static int64_t time_of(const struct timeline_bar *bar)
{
	return bar->end_us - bar->begin_us;
}

/* Scripts that failed come before those that did not end, each in the order of time. */
static int64_t failure_key(const struct timeline_bar *bar)
{
	return -bar->end_us - (plot_failed(bar->kind) ? 0 : TIMELINE_MAX_US);
}

static void make_lists(const struct timeline *timeline, struct list *slowest, struct list *failed)
{
	for (const struct timeline_lane *lane = timeline->first; lane; lane = lane->next)
		for (const struct timeline_bar *bar = lane->first; bar; bar = bar->next) {
			list_script(slowest, bar, time_of);
			if (bar->kind != TIMELINE_DONE)
				list_script(failed, bar, failure_key);
		}
}

/* Draws a text that has been put together, and empties it; nothing if it is empty. */
static void draw_text(struct canvas *canvas, int size, const char *style, struct text *text)
{
	if (text->truncated)
		canvas->out->truncated = true;
	else if (text->len > 0)
		canvas_paragraph(canvas, size, 0, style, text->buf);
	text->len = 0;
}

/* Draws what came of the run, and what failed. */
static void draw_result(struct canvas *canvas, const struct timeline *timeline,
			const struct list *failed, struct text *text)
{
	bool bad = plot_result(text, timeline);

	draw_text(canvas, RESULT_SIZE, bad ? LANE_RED BOLD : BOLD, text);
	for (int i = 0; i < LISTED && i < failed->n; i++) {
		bad = plot_failed(failed->bars[i]->kind);
		plot_failure(text, failed->bars[i]);
		draw_text(canvas, RESULT_SIZE, bad ? LANE_RED BOLD : BOLD, text);
	}
	if (failed->n > LISTED) {
		text_fmt(text, "and %d more", failed->n - LISTED);
		draw_text(canvas, TEXT_SIZE, "", text);
	}
}

/* Draws the slowest scripts as a table of times and names. */
static void draw_slowest(struct canvas *canvas, const struct list *slowest, struct text *text)
{
	static const struct svg_font font = { TEXT_SIZE, SVG_START, "" };
	int letter = svg_width(1, TEXT_SIZE), x = CANVAS_LEFT * 10 + TIME_LETTERS * letter;
	int letters = (canvas_right(canvas) * 10 - x) / letter;

	if (slowest->n < 2)
		return;
	text_str(text, "Slowest scripts");
	draw_text(canvas, TEXT_SIZE, BOLD, text);
	for (int i = 0; i < LISTED && i < slowest->n; i++) {
		char time_buf[32], path_buf[LINE_ROOM];
		struct text time = TEXT_OVER(time_buf), path = TEXT_OVER(path_buf);
		int64_t y;

		plot_time(&time, time_of(slowest->bars[i]));
		plot_path(&path, slowest->bars[i]->path, letters);
		canvas->y += LIST_ROW;
		y = (int64_t)canvas->y * 10 - 40;
		svg_text(canvas->out, CANVAS_LEFT * 10, y, &font, time_buf);
		svg_text(canvas->out, x, y, &font, path_buf);
	}
}

static void draw_legend(struct canvas *canvas, const struct timeline *timeline)
{
	static const struct svg_font font = { TEXT_SIZE, SVG_START, "" };
	int64_t x = CANVAS_LEFT * 10, box = LEGEND_BOX * 10;

	for (int kind = 0; kind < TIMELINE_KINDS; kind++) {
		char buf[64];
		struct text text = TEXT_OVER(buf);
		int64_t width;

		if (timeline->counts[kind] == 0)
			continue;
		text_fmt(&text, "%s %d", plot_kind(kind), timeline->counts[kind]);
		width = box + 60 + svg_width(svg_letters(buf), TEXT_SIZE);
		if (x + width > canvas_right(canvas) * 10) {
			x = CANVAS_LEFT * 10;
			canvas->y += LEGEND_BOX + PARAGRAPH_GAP;
		}
		svg_rect(canvas->out, x, (int64_t)canvas->y * 10, box, box, lane_style(kind));
		svg_text(canvas->out, x + box + 60, (int64_t)canvas->y * 10 + box - 20, &font, buf);
		x += width + svg_width(3, TEXT_SIZE);
	}
	canvas->y += LEGEND_BOX + PARAGRAPH_GAP;
}

static void draw_head(struct canvas *canvas, const struct timeline *timeline, struct text *text)
{
	struct list slowest = { .n = 0 }, failed = { .n = 0 };

	make_lists(timeline, &slowest, &failed);
	plot_title(text, timeline);
	draw_text(canvas, TITLE_SIZE, BOLD, text);
	draw_result(canvas, timeline, &failed, text);
	plot_facts(text, timeline);
	draw_text(canvas, TEXT_SIZE, "", text);
	canvas->y += PARAGRAPH_GAP;
	draw_slowest(canvas, &slowest, text);
	canvas->y += PARAGRAPH_GAP * 2;
	if (plot_scripts(timeline) > 0)
		draw_legend(canvas, timeline);
}

/* Draws everything below the head. */
static void draw_lanes(struct canvas *canvas, const struct timeline *timeline)
{
	struct text front = { .mem = timeline->mem };

	canvas_axis(canvas);
	for (const struct timeline_lane *lane = timeline->first; lane; lane = lane->next)
		lane_draw(canvas, &front, timeline, lane);
	canvas_axis(canvas);
}

/* With few phases, each may have more rows, so that the height of the picture has its limits. */
static int rows_max(const struct timeline *timeline)
{
	int n = 0, rows;

	for (const struct timeline_lane *lane = timeline->first; lane; lane = lane->next)
		n += lane->n_bars > 0;
	rows = n ? ROWS_MAX / n : ROWS_MAX;
	return rows < ROWS_MIN ? ROWS_MIN : rows;
}

/* The picture begins with its height, which is known when it has been drawn. */
void plot_draw(struct text *out, const struct timeline *timeline, int width)
{
	bool few = plot_scripts(timeline) <= FEW_SCRIPTS;
	struct text body = { .mem = timeline->mem }, line = { .mem = timeline->mem };
	struct text text = { .mem = timeline->mem };
	struct canvas canvas = {
		.out = &body,
		.line = &line,
		.width = width,
		.span_us = timeline->end_us > 0 ? timeline->end_us : 1,
		.row = few ? 20 : 16,
		.size = few ? 12 : 11,
		.rows_max = rows_max(timeline),
		.y = TOP,
	};

	draw_head(&canvas, timeline, &text);
	draw_lanes(&canvas, timeline);
	plot_title(&text, timeline);
	out->truncated |= body.truncated | line.truncated | text.truncated;
	if (out->truncated)
		return;
	svg_open(out, width, canvas.y + BOTTOM, text.buf);
	text_add(out, body.buf, body.len);
	svg_close(out);
}
