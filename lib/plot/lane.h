/* SPDX-License-Identifier: Apache-2.0 */
/* lane: draws a phase: its title, which is red if it failed, and the rows of its scripts. */
#ifndef LANE_H
#define LANE_H

#include "plot/timeline.h"

struct canvas;
struct text;

/* The colour of texts about failures, as an attribute. */
#define LANE_RED " fill=\"#b3260a\""

/* Returns the colour of a script that ended like this, as attributes. */
const char *lane_style(enum timeline_kind kind);

/* Draws a phase of this timeline. `front` is for what is drawn last; it is empty otherwise. */
void lane_draw(struct canvas *canvas, struct text *front, const struct timeline *timeline,
	       const struct timeline_lane *lane);

#endif
