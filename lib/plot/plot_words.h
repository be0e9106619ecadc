/* plot_words: the words of plot's picture. Each function appends to a text. */
#ifndef PLOT_WORDS_H
#define PLOT_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "plot/timeline.h"

struct text;

#define PLOT_US_PER_SEC INT64_C(1000000)

/* How many scripts there are. */
int plot_scripts(const struct timeline *timeline);

/* What the legend calls a kind of end. */
const char *plot_kind(enum timeline_kind kind);

/* "os-refresh-config /usr/libexec/os-refresh-config" */
void plot_title(struct text *text, const struct timeline *timeline);

/* When the run was, how long, and what it came to. */
void plot_facts(struct text *text, const struct timeline *timeline);

/* What failed and was no script; false: nothing, and then, or for NULL, nothing is appended. */
bool plot_failure(struct text *text, const struct timeline *timeline);

/* What stands behind the name of a phase. */
void plot_lane(struct text *text, const struct timeline_lane *lane,
	       const struct timeline *timeline);

/* What stands behind the name of a script, at most 30 letters. */
void plot_bar(struct text *text, const struct timeline_bar *bar);

/* What is shown when the mouse is over a script: lines, escaped for XML. */
void plot_hover(struct text *text, const struct timeline_bar *bar);

/* A time of the axis, in the unit of its steps. */
void plot_tick(struct text *text, int64_t us, int64_t step_us);

#endif
