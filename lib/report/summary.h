/* SPDX-License-Identifier: Apache-2.0 */
/*
 * summary: the sink that logs, at the end of a run, a line for each phase: how many scripts ran,
 * how many entries were left out, and how long it took. If a phase failed, further lines say which
 * script failed and how, or why none ran, where the event log is, and by which command the phase
 * can go on at that script and the phases run that did not run because of it.
 */
#ifndef SUMMARY_H
#define SUMMARY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"

struct event;
struct part;

/* Room for the phases of refresh-phase and os-refresh-config, which have five names. */
enum { SUMMARY_PHASES = 8 };

struct summary_phase {
	const char *name;   /* NULL: this entry and those after it are not used */
	int run;            /* scripts that were started */
	int skipped;        /* entries of the directory that were not to run */
	int64_t elapsed_ns; /* from the beginning of the phase to its end */
};

struct summary {
	const struct log *log; /* the log to write to, set by the caller */
	const char *events;    /* the target of the event log, or NULL; set by the caller */

	/* The caller sets these parts of the command for the rest; NULL stands for a default. */
	const char *base;
	const char *pattern; /* of RUN_PARTS_REGEX */
	const char *lockfile;
	const char *only;
	const char *from;
	bool no_lock;
	bool no_handlers;
	const char *const *left; /* the phases that have not succeeded, NULL after the last */

	struct summary_phase phases[SUMMARY_PHASES]; /* in order; a name has one entry */
	struct summary_phase *current;               /* the phase that is running, or NULL */
	int64_t started_ns;                          /* when that began, by sys_now_ns() */

	const char *failed_phase; /* NULL: no phase failed */
	bool any_run;             /* a script was started in it */
	char cause[512];          /* the first error that was logged since it began, or "" */
	const struct part *failed_script; /* the script that failed in it, or NULL */
	const char *failed_reason;        /* these three are of the script */
	int failed_status;
	int64_t failed_ns; /* how long it ran */
};

/* Counts events, and logs the summary on EV_RUN_ENDED; self is a struct summary. */
void summary_handle(void *self, const struct event *event);

#endif
