/* SPDX-License-Identifier: Apache-2.0 */
/*
 * progress: two sinks that show on a terminal, in one line, which script runs, of how many, and for
 * how long. The first comes before all other sinks and takes the line away, the second after them
 * shows it again. It is never shown behind a line that a script has not ended.
 */
#ifndef PROGRESS_H
#define PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct event;

/* How often the time in it moves on. */
#define PROGRESS_TICK_NS INT64_C(1000000000)

struct progress {
	const char *phase;
	const char *script; /* NULL: none is running */
	int number;         /* of the script in its phase, from 1 */
	int of;
	int64_t started_ns; /* the script, of sys_now_ns() */
	int64_t printed_ns; /* when something was written last */
	bool shown;
	bool disturbed; /* daemons print on their own: it would come between */
	bool mid_line;  /* what a script printed last did not end in a newline */
};

/* Is standard error a terminal that a line can be taken away from? */
bool progress_is_possible(void);

/* self is the same struct progress, zero at first, for both. */
void progress_hide(void *self, const struct event *event);
void progress_show(void *self, const struct event *event);

#endif
