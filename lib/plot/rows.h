/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rows: places the scripts of a phase in rows. Scripts share a row where neither their bars nor
 * their labels meet. If there are too many for that, the shortest ones get no label, and thin bars
 * in rows of their own, in which one bar may stand for several scripts. Scripts that failed, or
 * did not end, get a label first. Coordinates are tenths of pixels.
 */
#ifndef ROWS_H
#define ROWS_H

#include <stdbool.h>
#include <stdint.h>

struct canvas;
struct mem;
struct timeline_bar;
struct timeline_lane;

/* The most rows of a phase: with labels, and of thin bars. */
#define ROWS_MAX 64
#define ROWS_THIN_MAX 6

struct rows_bar {
	const struct timeline_bar *script;
	int rank;            /* its place among the scripts of the phase, if the longest is 0 */
	int row;             /* labelled scripts and thin bars count from 0 each */
	int64_t x, end;      /* where the bar begins and ends */
	int64_t left, right; /* the same with the label */
	bool label_before;   /* the label is to the left of the bar */
	int letters;         /* what fits where the label is */

	/* A thin bar for several scripts: the first one has the others in a list. */
	struct rows_bar *next, *last;
	bool hidden; /* this is one of the others */
};

struct rows {
	struct rows_bar *bars; /* in the order of their beginnings */
	int n;
	int labelled; /* the scripts of a lower rank than this have a label */
	int n_rows;
	int n_thin;
	int64_t thin_us; /* the longest time of those without a label */
	int thin_failed; /* how many of those failed */
};

/* Places the scripts of a phase. Returns 0 or -ENOMEM. */
int rows_place(struct rows *rows, struct mem *mem, const struct canvas *canvas,
	       const struct timeline_lane *lane);

#endif
