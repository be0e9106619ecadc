/* SPDX-License-Identifier: Apache-2.0 */
/*
 * summary: the sink that ends the log of a run with a line for each phase and, where one failed,
 * with what failed, where to read of it, and how to run that phase again.
 */
#ifndef SUMMARY_H
#define SUMMARY_H

#include <stdint.h>

#include "base/log.h"

struct event;

enum { SUMMARY_PHASES = 8 };

struct summary_phase {
	const char *name;
	int run;      /* scripts started */
	int left_out; /* entries of the directory that were not */
	int64_t elapsed_ns;
};

struct summary {
	const struct log *log;
	const char *events; /* where the event log is, or NULL */

	struct summary_phase phases[SUMMARY_PHASES]; /* in order; those of one name are one */
	struct summary_phase *current;
	int64_t started_ns; /* the current phase, of sys_now_ns() */

	const char *failed_phase;
	const char *failed_script; /* NULL: something else than a script failed */
	const char *failed_reason;
	int failed_status;
	int64_t failed_ns; /* how long the script ran */
};

/* self is a struct summary with log and events filled in. */
void summary_handle(void *self, const struct event *event);

#endif
