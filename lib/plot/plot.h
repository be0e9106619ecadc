/* SPDX-License-Identifier: Apache-2.0 */
/*
 * plot: draws a timeline as SVG: a title, the legend, a time axis, and the phases as lanes with a
 * row for each script.
 */
#ifndef PLOT_H
#define PLOT_H

struct text;
struct timeline;

/* Appends the picture of a finished timeline; out->truncated is set if memory runs out. */
void plot_draw(struct text *out, const struct timeline *timeline);

#endif
