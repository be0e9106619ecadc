/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run: a plan into a finished run. It takes the lock, opens the sinks, calls phase or parts, and
 * gives everything back on every way out. It knows the applets only by their plans.
 */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "report/log_sink.h"
#include "run/parts.h"

/* What an applet wants done. Everything in it stays the applet's. */
struct plan {
	const struct dialect *dialect;
	struct log phase_log;  /* what the phases come to, with levels */
	struct log script_log; /* what the runner of the scripts says; the same where it is alone */
	bool trace;            /* log why scripts run or do not */
	bool profile;          /* log how long they took */
	const char *const
		*phases; /* of the directory base, NULL after the last; NULL: dirs alone */
	const char *base;
	bool named;       /* the user has named the phases: one that is absent is told of */
	bool no_handlers; /* a phase that fails has no error handlers */
	const char *only; /* of the phases these scripts: see struct scan_rule; or NULL */
	const char *from;
	char *const *dirs;    /* NULL after the last */
	bool list;            /* print what would run instead of running it */
	bool kmsg;            /* the log goes to the kernel's as well */
	bool syslog;          /* and this to syslog */
	const char *events;   /* where the event log goes: see event_log_open; or NULL */
	const char *lockfile; /* NULL: no lock */
	int64_t lock_wait_ns; /* how long to wait for it; 0: not at all */
	const char *pattern; /* regular expression that replaces the dialect's name rule, or NULL */
	int umask;           /* of the scripts; -1: ours */
	bool keep_stdin;     /* every script reads all of our standard input */
	bool capture;        /* scripts print through us; the last of it is for error handlers */
	bool report;         /* what scripts print comes behind a line with their name */
	struct parts_policy policy;
};

struct run_result {
	int status; /* our exit status: see status.h */
	int signal; /* the signal that ended the run, or 0: its caller should end by it */
};

/*
 * Takes over what the environment says to dib-run-parts: RUN_PARTS_REGEX is the pattern, and with
 * DIB_DEBUG_TRACE above 0 the script log goes down to LOG_DEBUG and has the trace.
 */
void run_read_environment(struct plan *plan);

struct run_result run_plan(const struct plan *plan);

#endif
