/* SPDX-License-Identifier: Apache-2.0 */
#include "plot/rows.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>

#include "base/text.h"
#include "plot/canvas.h"
#include "plot/plot_words.h"
#include "plot/svg.h"
#include "plot/timeline.h"
#include "sys/mem.h"

/* The least width of a bar, which that of a failure exceeds. */
#define BAR_MIN 20
#define FAILED_MIN 80
#define THIN_MIN 30

/* The least distance of things in a row. */
#define LABEL_GAP 140
#define THIN_GAP 10

/* Decides on which side of its bar a label is, and how much room that takes. */
static void measure_label(struct rows_bar *bar, const struct canvas *canvas)
{
	int letter = svg_width(1, canvas->size);
	int before = (int)(bar->x - CANVAS_LEFT * 10) / letter - 1;
	int after = (int)(canvas_right(canvas) * 10 - bar->end) / letter - 1;
	char buf[512];
	struct text label = TEXT_OVER(buf);
	int width;

	plot_label(&label, bar->script, INT_MAX);
	bar->label_before = svg_letters(buf) > after && before > after;
	bar->letters = bar->label_before ? before : after;
	width = svg_letters(buf) < bar->letters ? svg_letters(buf) : bar->letters;
	bar->left = bar->x - (bar->label_before ? (int64_t)(width + 1) * letter : 0);
	bar->right = bar->end + (bar->label_before ? 0 : (int64_t)(width + 1) * letter);
}

static void measure(struct rows_bar *bar, const struct canvas *canvas,
		    const struct timeline_bar *script)
{
	int64_t least = plot_failed(script->kind) ? FAILED_MIN : BAR_MIN;

	bar->script = script;
	bar->x = canvas_x(canvas, script->begin_us);
	bar->end = canvas_x(canvas, script->end_us);
	if (bar->end < bar->x + least)
		bar->end = bar->x + least;
	measure_label(bar, canvas);
}

static int64_t duration_of(const struct rows_bar *bar)
{
	return bar->script->end_us - bar->script->begin_us;
}

/* For qsort: whatever is no success comes first, then what took longest, then what began first. */
static int compare_ranks(const void *a, const void *b)
{
	const struct rows_bar *const *left = a, *const *right = b;
	bool left_done = (*left)->script->kind == TIMELINE_DONE;
	bool right_done = (*right)->script->kind == TIMELINE_DONE;
	int64_t left_us = duration_of(*left), right_us = duration_of(*right);

	if (left_done != right_done)
		return left_done ? 1 : -1;
	if (left_us != right_us)
		return left_us > right_us ? -1 : 1;
	return *left < *right ? -1 : 1;
}

static int rank(struct rows *rows, struct mem *mem)
{
	struct rows_bar **order = mem_alloc(mem, (size_t)rows->n * sizeof(struct rows_bar *));

	if (!order)
		return -ENOMEM;
	for (int i = 0; i < rows->n; i++)
		order[i] = &rows->bars[i];
	qsort(order, (size_t)rows->n, sizeof(struct rows_bar *), compare_ranks);
	for (int i = 0; i < rows->n; i++)
		order[i]->rank = i;
	return 0;
}

/* Places the scripts of a lower rank than this, if there are enough rows. */
static bool place_labelled(struct rows *rows, int labelled, int rows_max)
{
	int64_t ends[ROWS_MAX] = { 0 };

	rows->n_rows = 0;
	rows->labelled = labelled;
	for (int i = 0; i < rows->n; i++) {
		struct rows_bar *bar = &rows->bars[i];

		if (bar->rank >= labelled)
			continue;
		bar->row = 0;
		while (bar->row < rows->n_rows && bar->left < ends[bar->row] + LABEL_GAP)
			bar->row++;
		if (bar->row == rows_max)
			return false;
		if (bar->row == rows->n_rows)
			rows->n_rows++;
		ends[bar->row] = bar->right;
	}
	return true;
}

/* Finds how many scripts can have a label, and places those. */
static void choose_labelled(struct rows *rows, int rows_max)
{
	int fits = 0, too_many = rows->n + 1;

	while (too_many - fits > 1) {
		int try = fits + (too_many - fits) / 2;

		if (place_labelled(rows, try, rows_max))
			fits = try;
		else
			too_many = try;
	}
	place_labelled(rows, fits, rows_max);
}

/* Adds a script to the bar of others. */
static void join(struct rows_bar *first, struct rows_bar *bar)
{
	bar->hidden = true;
	first->last->next = bar;
	first->last = bar;
	if (first->end < bar->end)
		first->end = bar->end;
}

/* Places a bar in the first row that is free there, or else in the row that ends first. */
static void place_thin(struct rows *rows, int ends[ROWS_THIN_MAX], int i)
{
	struct rows_bar *bar = &rows->bars[i];
	int best = 0;

	for (bar->row = 0; bar->row < rows->n_thin; bar->row++) {
		if (rows->bars[ends[bar->row]].end + THIN_GAP <= bar->x)
			break;
		if (rows->bars[ends[bar->row]].end < rows->bars[ends[best]].end)
			best = bar->row;
	}
	if (bar->row == ROWS_THIN_MAX) {
		join(&rows->bars[ends[best]], bar);
		return;
	}
	if (bar->row == rows->n_thin)
		rows->n_thin++;
	ends[bar->row] = i;
}

static void place_rest(struct rows *rows)
{
	int ends[ROWS_THIN_MAX] = { 0 }; /* the last bar of each row */

	rows->n_thin = 0;
	for (int i = 0; i < rows->n; i++) {
		struct rows_bar *bar = &rows->bars[i];

		if (bar->rank < rows->labelled)
			continue;
		rows->thin_failed += plot_failed(bar->script->kind);
		if (rows->thin_us < duration_of(bar))
			rows->thin_us = duration_of(bar);
		if (bar->end < bar->x + THIN_MIN)
			bar->end = bar->x + THIN_MIN;
		bar->last = bar;
		place_thin(rows, ends, i);
	}
}

int rows_place(struct rows *rows, struct mem *mem, const struct canvas *canvas,
	       const struct timeline_lane *lane)
{
	int i = 0;

	*rows = (struct rows){ .n = lane->n_bars };
	if (rows->n == 0)
		return 0;
	rows->bars = mem_alloc(mem, (size_t)rows->n * sizeof(struct rows_bar));
	if (!rows->bars)
		return -ENOMEM;
	for (const struct timeline_bar *script = lane->first; script; script = script->next)
		measure(&rows->bars[i++], canvas, script);
	if (rank(rows, mem) < 0)
		return -ENOMEM;
	choose_labelled(rows, canvas->rows_max);
	place_rest(rows);
	return 0;
}
