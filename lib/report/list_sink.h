/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_sink: the sink that prints on stdout which scripts would run, a line for each. If some may
 * run side by side, each line ends with "<TAB>GROUP", the number of the script's group. Lines are
 * collected and written in large pieces. After a write has failed nothing more is written, and the
 * error is kept for the exit status.
 */
#ifndef LIST_SINK_H
#define LIST_SINK_H

#include <stdbool.h>
#include <stddef.h>

struct event;

struct list_sink {
	bool with_phase; /* lines begin with "PHASE<TAB>" */
	int error;       /* errno of the write that failed, or 0 */
	size_t len;      /* bytes that are collected in buf */
	char buf[4096];
};

/*
 * Adds the line of an EV_PART_LISTED; self is a struct list_sink, at first zero but for with_phase.
 */
void list_sink_handle(void *self, const struct event *event);

/* Writes what is still collected. Returns 0, or -errno if any write failed. */
int list_sink_finish(struct list_sink *sink);

#endif
