/* SPDX-License-Identifier: Apache-2.0 */
/*
 * progress: a line on a terminal that says which script runs, its number among how many, and for
 * how long; where several run side by side, how many, and since when. Two sinks with one state do
 * that: the first is before all other sinks and erases the line, so that what they print stands
 * alone; the second is after all others and shows it again when nothing has happened for a moment.
 * The line is not shown while the last line that a script printed is incomplete, nor once daemons
 * print without us. In the background, it is neither shown nor erased: that line of the terminal is
 * a shell's.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct event;
struct output;

/* The time between two EV_TICKs, by which the line counts seconds. */
#define PROGRESS_TICK_NS INT64_C(1000000000)

struct progress {
	struct output *out; /* stderr's; the caller sets it */
	const char *phase;  /* the phase of the scripts */
	const char *script; /* the name of the script that was started last, or NULL */
	int number;         /* its number in the phase, from 1 */
	int of;             /* how many parts the phase has */
	int running;        /* how many scripts run */
	bool side_by_side;  /* several have run at a time since none ran */
	int64_t started_ns; /* when the script, or the first of those, was started */
	int64_t printed_ns; /* the time of the last event that may have printed something */
	bool shown;         /* the line is on the terminal */
	bool disturbed;     /* daemons print without us, so the line could not be erased in time */
	bool mid_line;      /* the last output of the script did not end in a newline */
};

/* Returns whether standard error is a terminal on which a line can be erased. */
bool progress_is_possible(void);

/* The two sinks; self is one struct progress for both, which is zero but for `out` at first. */
void progress_hide(void *self, const struct event *event);
void progress_show(void *self, const struct event *event);

#endif
