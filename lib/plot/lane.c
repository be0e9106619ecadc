/* SPDX-License-Identifier: Apache-2.0 */
#include "plot/lane.h"

#include "base/text.h"
#include "plot/canvas.h"
#include "plot/plot_words.h"
#include "plot/rows.h"
#include "plot/svg.h"

#define TITLE_SIZE 13
#define CAPTION_SIZE 11
#define HEAD 6 /* pixels above the title */
#define FOOT 6
#define GAP 6

/* Pixels from bar to bar: of one row and the next, and of thin ones. */
#define BAR_GAP 4
#define THIN_ROW 10
#define THIN_BAR_GAP 2

/* The most names that are shown for a bar of several scripts. */
#define NAMES_MAX 30
#define NAME_LETTERS_MAX 60

/* People with colour blindness can tell these colours apart. */
const char *lane_style(enum timeline_kind kind)
{
	static const char *const styles[TIMELINE_KINDS] = {
		[TIMELINE_DONE] = " fill=\"#4477aa\"",
		[TIMELINE_FAILED] = " fill=\"#cc3311\"",
		[TIMELINE_KILLED] = " fill=\"#ee7733\"",
		[TIMELINE_NOT_STARTED] = " fill=\"#aa3377\"",
		[TIMELINE_UNFINISHED] =
			" fill=\"#bbbbbb\" stroke=\"#555555\" stroke-dasharray=\"3 2\"",
	};

	return styles[kind];
}

static void draw_label(const struct canvas *canvas, const struct rows_bar *bar, int64_t y)
{
	bool failed = plot_failed(bar->script->kind);
	struct svg_font font = { canvas->size, bar->label_before ? SVG_END : SVG_START,
				 failed ? LANE_RED " font-weight=\"bold\"" : "" };
	int gap = svg_width(1, canvas->size);
	char buf[512];
	struct text label = TEXT_OVER(buf);

	plot_label(&label, bar->script, bar->letters);
	svg_text(canvas->out, bar->label_before ? bar->x - gap : bar->end + gap, y, &font, buf);
}

/* Draws a script with its label. A failure has a light background, which makes it easy to find. */
static void draw_script(const struct canvas *canvas, const struct rows_bar *bar, int64_t y)
{
	int64_t height = (canvas->row - BAR_GAP) * 10;

	text_str(canvas->out, "<g class=\"bar\">\n<title>");
	plot_hover(canvas->out, bar->script);
	text_str(canvas->out, "</title>\n");
	if (plot_failed(bar->script->kind))
		svg_rect(canvas->out, bar->left - 30, y - 10, bar->right - bar->left + 60,
			 height + 20, " class=\"mark\" fill=\"#fbe0d8\"");
	svg_rect(canvas->out, bar->x, y, bar->end - bar->x, height, lane_style(bar->script->kind));
	draw_label(canvas, bar, y + height / 2 + canvas->size * 7 / 2);
	text_str(canvas->out, "</g>\n");
}

/* Adds how many scripts share a bar, and their names, as far as there is room. */
static void add_names(struct text *text, const struct rows_bar *bar)
{
	int n = 0;

	for (const struct rows_bar *other = bar; other; other = other->next)
		n++;
	text_fmt(text, "%d scripts:", n);
	for (int i = 0; i < n && i < NAMES_MAX; i++, bar = bar->next) {
		char buf[512];
		struct text label = TEXT_OVER(buf);

		plot_label(&label, bar->script, NAME_LETTERS_MAX);
		text_char(text, '\n');
		svg_escape(text, buf);
	}
	if (n > NAMES_MAX)
		text_fmt(text, "\nand %d more", n - NAMES_MAX);
}

/* Returns how a bar looks: as the script that failed, if there is one among those that share it. */
static enum timeline_kind kind_of(const struct rows_bar *bar)
{
	enum timeline_kind kind = TIMELINE_DONE;

	for (; bar; bar = bar->next)
		if (!plot_failed(kind) && bar->script->kind != TIMELINE_DONE)
			kind = bar->script->kind;
	return kind;
}

static void draw_thin(const struct canvas *canvas, const struct rows_bar *bar, int64_t y)
{
	text_str(canvas->out, "<g class=\"thin\">\n<title>");
	if (bar->next)
		add_names(canvas->out, bar);
	else
		plot_hover(canvas->out, bar->script);
	text_str(canvas->out, "</title>\n");
	svg_rect(canvas->out, bar->x, y, bar->end - bar->x, (THIN_ROW - THIN_BAR_GAP) * 10,
		 lane_style(kind_of(bar)));
	text_str(canvas->out, "</g>\n");
}

static void draw_caption(struct canvas *canvas, const struct rows *rows)
{
	char buf[128];
	struct text text = TEXT_OVER(buf);

	text_fmt(&text, "%d more, each up to ", rows->n - rows->labelled);
	plot_time(&text, rows->thin_us);
	if (rows->thin_failed > 0)
		text_fmt(&text, ", %d of them failed", rows->thin_failed);
	text_str(&text, PLOT_DOT "point at a bar to see names");
	canvas_paragraph(canvas, CAPTION_SIZE, CANVAS_BARS - CANVAS_LEFT, " fill=\"#555555\"", buf);
	canvas->y += THIN_BAR_GAP;
}

static void draw_labelled(struct canvas *canvas, const struct rows *rows)
{
	int64_t y[ROWS_MAX] = { 0 };

	for (int i = 0; i < rows->n_rows; i++) {
		canvas_axis_if_far(canvas, canvas->row);
		y[i] = (int64_t)canvas->y * 10 + BAR_GAP * 5;
		canvas->y += canvas->row;
	}
	for (int i = 0; i < rows->n; i++)
		if (rows->bars[i].rank < rows->labelled)
			draw_script(canvas, &rows->bars[i], y[rows->bars[i].row]);
}

static void draw_rest(struct canvas *canvas, const struct rows *rows)
{
	if (rows->n_thin == 0)
		return;
	canvas_axis_if_far(canvas, (rows->n_thin + 1) * THIN_ROW);
	draw_caption(canvas, rows);
	for (int i = 0; i < rows->n; i++)
		if (rows->bars[i].rank >= rows->labelled && !rows->bars[i].hidden)
			draw_thin(canvas, &rows->bars[i],
				  ((int64_t)canvas->y + rows->bars[i].row * THIN_ROW) * 10);
	canvas->y += rows->n_thin * THIN_ROW;
}

/* Draws what is behind the bars: the time of the phase, and the lines of the axis. */
static void draw_background(const struct canvas *canvas, const struct timeline_lane *lane, int top,
			    int grid)
{
	int64_t x = canvas_x(canvas, lane->begin_us), y = (int64_t)top * 10;
	int64_t height = (int64_t)(canvas->y - top) * 10;

	svg_rect(canvas->out, CANVAS_MARGIN * 10, y,
		 (int64_t)(canvas->width - 2 * CANVAS_MARGIN) * 10, height, " fill=\"#f4f5f7\"");
	svg_rect(canvas->out, x, y, canvas_x(canvas, lane->end_us) - x + 10, height,
		 " class=\"lane\" fill=\"#e0e6ee\"");
	canvas_grid(canvas, grid);
}

static void draw_title(struct canvas *canvas, const struct timeline *timeline,
		       const struct timeline_lane *lane)
{
	const char *red = LANE_RED " font-weight=\"bold\"", *plain = " font-weight=\"bold\"";
	struct text title = { .mem = timeline->mem };

	canvas->y += HEAD;
	plot_lane(&title, lane, timeline);
	if (title.truncated)
		canvas->out->truncated = true;
	else
		canvas_paragraph(canvas, TITLE_SIZE, 0, plot_lane_failed(lane) ? red : plain,
				 title.buf);
}

/* The height is only known once the rows are drawn; so they are put after the background then. */
void lane_draw(struct canvas *canvas, struct text *front, const struct timeline *timeline,
	       const struct timeline_lane *lane)
{
	struct text *out = canvas->out;
	struct rows rows;
	int top, grid;

	if (rows_place(&rows, timeline->mem, canvas, lane) < 0) {
		out->truncated = true;
		return;
	}
	canvas_axis_if_far(canvas, (rows.n_rows + 2) * canvas->row + rows.n_thin * THIN_ROW);
	top = canvas->y;
	canvas->out = front;
	draw_title(canvas, timeline, lane);
	grid = canvas->y;
	draw_labelled(canvas, &rows);
	draw_rest(canvas, &rows);
	canvas->y += FOOT;
	canvas->out = out;
	draw_background(canvas, lane, top, grid);
	out->truncated |= front->truncated;
	if (!out->truncated)
		text_add(out, front->buf, front->len);
	front->len = 0;
	canvas->y += GAP;
}
