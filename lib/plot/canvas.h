/* SPDX-License-Identifier: Apache-2.0 */
/*
 * canvas: what all parts of the picture share. They are drawn from top to bottom, each where the
 * one before it ends; the time axis is repeated in between, so that it is near everywhere.
 */
#ifndef CANVAS_H
#define CANVAS_H

#include <stdbool.h>
#include <stdint.h>

struct text;

/* Pixels from the left edge: of text, and of the time 0. */
#define CANVAS_LEFT 16
#define CANVAS_BARS 24

/* Bars, and the backgrounds of phases, stay this far from the edges. */
#define CANVAS_MARGIN 8

struct canvas {
	struct text *out;
	struct text *line; /* for a line that is put together; empty otherwise */
	int width;         /* of the picture, in pixels */
	int64_t span_us;   /* the time from the beginning to the end of the run, at least 1 */
	int row;           /* pixels from a row of bars to the next */
	int size;          /* of their labels */
	int rows_max;      /* the most rows with labels that a phase gets */
	int y;             /* where the next part begins, in pixels */
	int axis_y;        /* where the axis was drawn last */
};

/* Returns the x coordinate up to which there may be text. */
int canvas_right(const struct canvas *canvas);

/* Returns the x coordinate of a time, in tenths of pixels. */
int64_t canvas_x(const struct canvas *canvas, int64_t us);

/*
 * Draws a text, with the attributes `style`, in as many lines as it needs, up to a few. It is
 * broken between facts or, if that is not possible, between words. `indent`: pixels.
 */
void canvas_paragraph(struct canvas *canvas, int size, int indent, const char *style,
		      const char *s);

/* Draws the labels of the axis, on a white strip. */
void canvas_axis(struct canvas *canvas);

/* The same, if a part of this height would end too far from the last ones. */
void canvas_axis_if_far(struct canvas *canvas, int height);

/* Draws the vertical lines of the axis, from y to the next part, in pixels. */
void canvas_grid(const struct canvas *canvas, int y);

#endif
