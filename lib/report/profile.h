/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profile: the sink that logs, at the end of a set of scripts, how long each of them took, in the
 * order in which they ran. The lines are those of dib-run-parts, which also has them after a
 * failure. A script that was not started has none. If some ran side by side, more rows say how long
 * each group took, how long all scripts took one after the other, how long they would take if each
 * group ran at once, and how long they took.
 */
#ifndef PROFILE_H
#define PROFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"

struct event;

/* Sums and times of a set of scripts, in nanoseconds. */
struct profile_sums {
	int64_t first_ns;   /* when its first script was started, by sys_now_ns(); 0: none was */
	int64_t elapsed_ns; /* from then to EV_PARTS_ENDED */
	int64_t sum_ns;     /* of all scripts whose rows have been logged */
	int64_t path_ns;    /* of the longest of these in each group */
	int64_t longest_ns; /* of the longest of these in the last group */
	int group;          /* the number of the last group */
	bool has_groups;    /* there was a row of a group */
};

struct profile {
	struct log log;  /* the caller sets it */
	int64_t wall_ns; /* the time of EV_PARTS_ENDED, which all lines of a table have */
	struct profile_sums sums;
};

/*
 * Logs the head of the table on EV_PARTS_ENDED, a row on EV_PART_PROFILED and EV_GROUP_PROFILED,
 * and its end on EV_PARTS_PROFILED.
 */
void profile_handle(void *self, const struct event *event);

#endif
