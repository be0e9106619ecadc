/*
 * plot: the picture of a timeline as SVG: a title, the legend, an axis of time, and the phases as
 * lanes with a row for each script.
 */
#ifndef PLOT_H
#define PLOT_H

struct text;
struct timeline;

/* Appends the picture of a finished timeline. Where memory runs out, out->cut says so. */
void plot_draw(struct text *out, const struct timeline *timeline);

#endif
