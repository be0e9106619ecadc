/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event_log: the sink that writes the event log: one JSON object on a line for each event, appended
 * with one write. Programs that read it may rely on what refreshbox-events(5) says.
 */
#ifndef EVENT_LOG_H
#define EVENT_LOG_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct event;

#define EVENT_LOG_VERSION 1

struct event_log {
	int fd;
	pid_t pid;          /* ours: it tells the lines of one run from those of another */
	bool waits;         /* a reader at the other end of fd is waited for */
	int64_t started_ns; /* by sys_now_ns(): the times of the lines begin here */
	int error;          /* errno of the first line that could not be written, or 0 */
};

/*
 * Opens what `target` names: a file, which is made if there is none, or "fd:" and the number of a
 * descriptor of ours. Returns 0 or -errno, which is -ENXIO for a fifo that nobody reads.
 */
int event_log_open(struct event_log *log, const char *target);

/* self is the struct event_log. */
void event_log_handle(void *self, const struct event *event);

#endif
