/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_sink: the sink that writes the log lines of a run to stderr: for each event the message of
 * the dialect, in the log that the message names. If a run has no phases, both logs have the same
 * settings.
 */
#ifndef LOG_SINK_H
#define LOG_SINK_H

#include "base/log.h"

struct event;
struct message;

struct log_sink {
	const struct message *messages; /* the table of the dialect */
	struct log phase_log;
	struct log script_log;
};

/* Writes the line of an event, if it has one; self is a const struct log_sink. */
void log_sink_handle(void *self, const struct event *event);

#endif
