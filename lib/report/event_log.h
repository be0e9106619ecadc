/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_log: the sink that appends the event log, in which an event is a line with a JSON object.
 * A line is written as a whole, so that those of several runs do not mix. Events that are
 * only for people, or for other sinks, have no line. refreshbox-events(5) is the contract with the
 * readers of the log; EVENT_LOG_VERSION changes with it.
 */
#ifndef EVENT_LOG_H
#define EVENT_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "report/event.h"
#include "sys/output.h"

/* The version of the format, which the first line of a run has. */
#define EVENT_LOG_VERSION 1

/* The letters of the id of a run: of several runs in a log, all may be process 1 of a container. */
#define EVENT_LOG_ID 8

struct event_log {
	struct output
		*out; /* the caller sets it, to an output of the descriptor event_log_open gave */
	/* These two tell the lines of one run from those of another. */
	pid_t pid;                 /* the caller sets it */
	char id[EVENT_LOG_ID + 1]; /* random hexadecimal digits */
	int64_t started_ns; /* the time of EV_RUN_STARTED, from which the times of lines count */
};

/* The target of an event log, once it is open. */
struct event_log_target {
	int fd;
	bool may_drop; /* nobody waits for the reader: a fifo that was opened by its path */
	bool is_torn;  /* the last run has not ended its last line */
};

/*
 * Opens the target of the log: a path, where a file that only we can read is made if there is none,
 * or "fd:N" with the number of a descriptor that we were given. A descriptor above 2 is made
 * close-on-exec; 0 to 2 are also the scripts'. Returns 0 or -errno, which is -ENXIO for a fifo
 * without a reader, and those of trust_open.
 */
int event_log_open(struct event_log_target *target, const char *name);

/* Makes the id of the run. */
void event_log_make_id(struct event_log *log);

/* Appends the line of an event, if it has one; self is a struct event_log with out, pid and id. */
void event_log_handle(void *self, const struct event *event);

#endif
