/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list_sink: the sink that prints on stdout which scripts would run, a line for each. If some may
 * run side by side, each line ends with "<TAB>GROUP", the number of the script's group. The list
 * is written as a whole at the end.
 */
#ifndef LIST_SINK_H
#define LIST_SINK_H

#include <stdbool.h>

#include "base/text.h"

struct event;

struct list_sink {
	bool with_phase;  /* lines begin with "PHASE<TAB>" */
	struct text list; /* the lines so far, in an arena */
};

/* Adds the line of an EV_PART_LISTED; self is a struct list_sink, with an empty list at first. */
void list_sink_handle(void *self, const struct event *event);

/* Writes the list. Returns 0; -ENOMEM, and nothing is written; or -errno of writing. */
int list_sink_finish(const struct list_sink *sink);

#endif
