/*
 * sink: the sink that writes the log lines of a run to stderr. Where a run has no phases, its
 * two logs are the same.
 */
#ifndef LOG_SINK_H
#define LOG_SINK_H

#include "base/log.h"

struct event;
struct message;

struct log_sink {
	const struct message *messages; /* by the kind of event */
	struct log phase_log;
	struct log script_log;
};

/* self is a const struct log_sink. */
void log_sink_handle(void *self, const struct event *event);

#endif
