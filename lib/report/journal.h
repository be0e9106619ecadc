/*
 * journal: the sink that writes the log lines of a run to stderr, in the words of its dialect. Two
 * voices: the tool's (os-refresh-config) with levels, and the runner's
 * (dib-run-parts), which is always heard; where there is no tool, the runner says it all.
 */
#ifndef JOURNAL_H
#define JOURNAL_H

#include "base/log.h"

struct dialect;
struct event;

struct journal {
	const struct dialect *dialect; /* whose words are used */
	struct log tool;
	struct log runner;
};

/* self is a const struct journal. */
void journal_handle(void *self, const struct event *event);

#endif
