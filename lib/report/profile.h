/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profile: the sink that logs, at the end of a set of scripts, how long each of them took, in the
 * order in which they ran. The lines are those of dib-run-parts, which also has them after a
 * failure. A script that was not started has none.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include "base/log.h"

struct event;

struct profile {
	struct log log;  /* the caller sets it */
	int64_t wall_ns; /* the time of EV_PARTS_ENDED, which all lines of a table have */
};

/* Logs the head of the table on EV_PARTS_ENDED, a row on EV_PART_PROFILED, and then its end. */
void profile_handle(void *self, const struct event *event);

#endif
