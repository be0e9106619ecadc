/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log: the sink that writes the event log: a JSON object per line and event, appended, each with
 * one write. refreshbox-events(5) is what its readers may rely on.
 */
#ifndef EVENT_LOG_H
#define EVENT_LOG_H

#include <stdbool.h>
#include <stdint.h>

struct event;

#define EVENT_LOG_VERSION 1

struct event_log {
	int fd;
	bool waits;         /* a reader at the other end of fd is waited for */
	int64_t started_ns; /* by sys_now_ns(): the times of the lines begin here */
	int error;          /* errno of the first line that could not be written, or 0 */
};

/*
 * Opens what `target` names: a file, made where there is none, or "fd:" and the number of a
 * descriptor of ours. Returns 0 or -errno. A fifo that nobody reads is -ENXIO.
 */
int event_log_open(struct event_log *log, const char *target);

/* self is the struct event_log. */
void event_log_handle(void *self, const struct event *event);

#endif
