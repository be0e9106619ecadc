/*
 * journal: the sink that writes the log lines of a run to stderr. Where a run has no phases, its
 * two logs are the same.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "base/log.h"

struct event;
struct message;

struct journal {
	const struct message *messages; /* by the kind of event */
	struct log phase_log;
	struct log script_log;
};

/* self is a const struct journal. */
void journal_handle(void *self, const struct event *event);

#endif
