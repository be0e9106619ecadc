/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_log: the sink that appends the event log, in which an event is a line with a JSON object.
 * A line is written with one write(2), so that those of several runs do not mix. Events that are
 * only for people, or for other sinks, have no line. refreshbox-events(5) is the contract with the
 * readers of the log; EVENT_LOG_VERSION changes with it.
 */
#ifndef EVENT_LOG_H
#define EVENT_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "report/event.h"
#include "sys/write.h"

/* The version of the format, which the first line of a run has. */
#define EVENT_LOG_VERSION 1

/* The letters of the id of a run: of several runs in a log, all may be process 1 of a container. */
#define EVENT_LOG_ID 8

struct event_log {
	struct sys_lines out; /* its descriptor, which the caller closes, is -1 without a log */
	/* These two tell the lines of one run from those of another. */
	pid_t pid;                 /* the caller sets it */
	char id[EVENT_LOG_ID + 1]; /* random hexadecimal digits */
	int64_t started_ns; /* the time of EV_RUN_STARTED, from which the times of lines count */
	/*
	 * The EV_RUN_STARTED, until its line is written; then its at_ns is 0. That is before the
	 * line of the next event, because by then the loop waits for a reader of the log, and
	 * signals end that.
	 */
	struct event start;
	int error; /* errno of the first line that could not be written, or 0 */
};

/*
 * Opens the target of the log, and sets out and id: a path, where a file that only we can read
 * is made if there is none, or "fd:N" with the number of a descriptor that we were given. A reader
 * of "fd:N" is waited for; a fifo that is opened by its path and is full loses lines. A descriptor
 * above 2 is made close-on-exec; 0 to 2 are also the scripts'. If the last run has not ended its
 * last line, ours begins a new one. Returns 0 or -errno, which is -ENXIO for a fifo without a
 * reader, and those of trust_open.
 */
int event_log_open(struct event_log *log, const char *target);

/*
 * Writes the line of an event, if it has one; self is a struct event_log that has been opened. An
 * error is kept in it, and later lines are tried all the same.
 */
void event_log_handle(void *self, const struct event *event);

#endif
