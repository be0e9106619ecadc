/* SPDX-License-Identifier: Apache-2.0 */
/* plot_words, private to plot: the words of the picture. Most functions append to a text. */
#ifndef PLOT_IMPL_H
#define PLOT_IMPL_H

#include <stdbool.h>
#include <stdint.h>

#include "plot/timeline.h"

struct text;

#define PLOT_US_PER_SEC INT64_C(1000000)

/* Returns the number of scripts in a finished timeline. */
int plot_scripts(const struct timeline *timeline);

/* Returns the name of a kind of end in the legend. */
const char *plot_kind(enum timeline_kind kind);

/* Appends the program and its directory: "os-refresh-config /usr/libexec/os-refresh-config". */
void plot_title(struct text *text, const struct timeline *timeline);

/* Appends the date of the run, its duration, its result, and how many of its lines are torn. */
void plot_facts(struct text *text, const struct timeline *timeline);

/*
 * Appends what failed besides scripts, unless text is NULL. Returns false, having appended nothing,
 * if nothing did.
 */
bool plot_failure(struct text *text, const struct timeline *timeline);

/* Appends what is shown behind the name of a phase. */
void plot_lane(struct text *text, const struct timeline_lane *lane,
	       const struct timeline *timeline);

/* Appends what is shown behind the name of a script: at most 30 letters. */
void plot_bar(struct text *text, const struct timeline_bar *bar);

/* Appends the lines that a browser shows when the mouse is over a script, escaped for XML. */
void plot_hover(struct text *text, const struct timeline_bar *bar);

/* Appends a time on the axis, in the unit that suits the step between its labels. */
void plot_tick(struct text *text, int64_t us, int64_t step_us);

#endif
