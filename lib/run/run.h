/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run: carries out a plan, which an applet makes out of its options. It opens the sinks, takes the
 * lock, runs or lists phases or directories, and returns the exit status. Sinks, lock, descriptors
 * and memory are released on every way out. The order of phases and of scripts, and the rules for
 * statuses, are not here but in phase.h, parts.h and status.h. It knows of applets only their
 * plans.
 */
#ifndef RUN_H
#define RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "report/log_sink.h"
#include "run/parts.h"

/* The work that an applet asks for. All that a plan points to belongs to the applet. */
struct plan {
	const struct dialect *dialect;

	/* what is logged, and where */
	struct log phase_log;  /* messages about phases and the run */
	struct log script_log; /* messages about scripts; the same as phase_log without phases */
	bool trace;            /* log why scripts run or do not */
	bool quiet;            /* log only warnings and errors, and no profile */
	bool kmsg;             /* copy the log to the kernel's log */
	bool syslog;           /* copy the log to syslog */
	const char *events;    /* the target of the event log, as event_log_open has it, or NULL */

	/* what is run */
	const char *const *phases; /* names, NULL after the last; or NULL: run `dirs` */
	const char *base;          /* base, named, only and from are as in struct phases */
	bool named;
	bool no_handlers; /* error handlers are not run after a failure */
	const char *only;
	const char *from;
	char *const *dirs; /* directories of scripts, NULL after the last, if there are no phases */
	const char *pattern; /* a regular expression in place of the rule for names, or NULL */
	bool list;           /* print which scripts would run, and run nothing */
	const char *check;   /* print what is wrong instead of the list, in the image with this root
				directory, in which this process is; "/": in no image; or NULL */

	/* how it is run */
	bool no_lock;         /* take no lock; without phases, there is none */
	const char *lockfile; /* the path of the lock file, or NULL: lock_default */
	int64_t lock_wait_ns; /* how long to wait for the lock; 0 is not at all */
	int umask;            /* the umask of the scripts, or -1: ours */
	bool keep_stdin;      /* every script reads all of our standard input */
	bool capture;         /* pass on what scripts print, and keep it for error handlers */
	bool report;          /* pass on what scripts print, after a line with the script's name */
	struct parts_policy policy;

	char *const *then; /* the arguments of the program that follows a success, or NULL */
};

struct run_result {
	int status; /* our exit status: see status.h */
	int signal; /* the signal that ended the run, and should end the caller too; or 0 */

	/* After a success, the environment of plan->then; NULL if no program can take it. */
	char **then_envp;
};

/*
 * Carries out the plan, and returns when all of it has ended; errors are reported through the
 * sinks. On return the signal mask is that of before, but SIGPIPE and SIGXFSZ may be ignored, and
 * further changes to this process stay: the umask, the subreaper, close-on-exec marks. So a process
 * carries out one plan.
 */
struct run_result run_plan(const struct plan *plan);

#endif
