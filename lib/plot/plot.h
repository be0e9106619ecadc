/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plot: draws a timeline as SVG. On top are what came of the run, what failed, and the slowest
 * scripts; below a time axis, the phases are lanes with their scripts as bars.
 */
#ifndef PLOT_H
#define PLOT_H

struct text;
struct timeline;

/* The widths of a picture, in pixels. PLOT_WIDTH fits the window of a browser on a desk. */
#define PLOT_WIDTH 1200
#define PLOT_WIDTH_MIN 320
#define PLOT_WIDTH_MAX 10000

/* Appends the picture of a finished timeline; out->truncated is set if memory runs out. */
void plot_draw(struct text *out, const struct timeline *timeline, int width);

#endif
