/* SPDX-License-Identifier: Apache-2.0 */
/* plot_words: the words of the picture. Most functions append to a text. */
#ifndef PLOT_WORDS_H
#define PLOT_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "plot/timeline.h"

struct text;

#define PLOT_US_PER_SEC INT64_C(1000000)

/* It separates facts: a middle dot, U+00B7, between blanks. */
#define PLOT_DOT " \xc2\xb7 "

/* Returns the number of scripts in a finished timeline. */
int plot_scripts(const struct timeline *timeline);

/* Returns whether a script of this kind failed. */
bool plot_failed(enum timeline_kind kind);

/* Returns the name of a kind of end in the legend. */
const char *plot_kind(enum timeline_kind kind);

/* Appends the program and its directory: "os-refresh-config /usr/libexec/os-refresh-config". */
void plot_title(struct text *text, const struct timeline *timeline);

/*
 * Appends what came of the run besides its scripts: that it succeeded, that it was ended by a
 * signal, or what failed. Appends nothing if that is just a script. Returns whether it is bad.
 */
bool plot_result(struct text *text, const struct timeline *timeline);

/* Appends "Failed: post-configure.d/99-bad, exit status 2, at 11.7 s"; or "Unfinished: ...". */
void plot_failure(struct text *text, const struct timeline_bar *bar);

/* Appends the date of the run, its duration, and numbers of other things. */
void plot_facts(struct text *text, const struct timeline *timeline);

/* Appends the last two parts of a script's path, of so many letters at most. */
void plot_path(struct text *text, const char *path, int letters);

/* Appends a time in the unit and with the digits that are easy to read. */
void plot_time(struct text *text, int64_t us);

/* Returns whether a phase failed. */
bool plot_lane_failed(const struct timeline_lane *lane);

/* Appends the title of a phase. */
void plot_lane(struct text *text, const struct timeline_lane *lane,
	       const struct timeline *timeline);

/*
 * Appends the label of a script: its name, its time, and its end unless that is success. A name
 * that is too long for so many letters in all is cut.
 */
void plot_label(struct text *text, const struct timeline_bar *bar, int letters);

/* Appends the lines that a browser shows when the mouse is over a script, escaped for XML. */
void plot_hover(struct text *text, const struct timeline_bar *bar);

/* Appends a time on the axis, in the unit that suits the step between its labels. */
void plot_tick(struct text *text, int64_t us, int64_t step_us);

#endif
