/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parts: runs, checks or lists one set of scripts, those of one or more directories. To run a set
 * is to scan the directories, to make the environment of the scripts, and to run them in order as
 * jobs of the loop. The dialect says what counts as a failure and whether it ends the set. What
 * happens is reported by events only: nothing is formatted or printed here, and phases are only
 * names.
 */
#ifndef PARTS_H
#define PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "report/dialect.h"
#include "run/status.h"
#include "sys/mem.h"
#include "sys/signals.h"

struct job_grace;
struct loop;
struct sinks;
struct script_io;

/* Time limits in nanoseconds; 0 or less means that there is no limit. */
struct limits {
	int64_t run_ns;    /* for the whole run */
	int64_t script_ns; /* for each script */
	int64_t error_ns;  /* for the error handlers together */
	int64_t grace_ns;  /* from asking a script to end to killing it; or LIMITS_GRACE_DEFAULT */
};

/* At a limit, scripts are killed at once; when a signal asks us to end, they have 5 seconds. */
#define LIMITS_GRACE_DEFAULT INT64_MIN

/* Returns the grace of the jobs of a run with these limits. */
struct job_grace limits_grace(const struct limits *limits);
/* The policy decides what becomes of a set of scripts whose environment.d cannot be used. */
enum parts_environment {
	PARTS_ENV_NEEDED,    /* the set fails */
	PARTS_ENV_IF_USABLE, /* an error is reported, and the scripts run without it */
	PARTS_ENV_UNUSED     /* the same, and it is not even tried */
};

/* The ways in which the output of scripts that run side by side is passed on. */
enum parts_output {
	PARTS_GROUPED,  /* script by script, in their order */
	PARTS_LIVE,     /* line by line, as the lines come */
	PARTS_PREFIXED, /* the same, each line after the name of its script */
};

/* As the number of jobs: one for each CPU that we may use. */
#define PARTS_JOBS_CPUS (-1)

/* The part of a plan that says how scripts are run. */
struct parts_policy {
	struct limits limits;
	bool profile;       /* report how long scripts took */
	bool strict;        /* scripts that other users could have written are refused */
	bool warn_trust;    /* they are reported, too, where they are not refused */
	struct strvec args; /* the arguments of every script */
	char *const *envp;  /* the environment of the scripts, before environment.d */
	enum parts_environment environment;
	bool new_session; /* every script leads a session of its own, and goes on if we end */
	int jobs;         /* how many scripts of one number may run at a time: parts_set_jobs */
	int output;       /* enum parts_output */
};

/*
 * The work that is done with a set of scripts. All but the first run nothing.
 *
 * PARTS_LIST emits an EV_PART_LISTED for every script that would run, in its order; parts that a
 * run would skip, and failures, have the same events as there.
 *
 * PARTS_CHECK evaluates environment.d, and emits an event for everything that can be known to be
 * wrong with the set. The rule of the dialect must have keep_order, for scripts are checked in the
 * order of the list. The outcome is always that of a success.
 *
 * PARTS_TRUST emits an EV_REFUSED for everything that a run would refuse because other users could
 * have written it, and no other event. The outcome is a failure if there is anything of that kind.
 */
enum parts_purpose { PARTS_RUN, PARTS_LIST, PARTS_CHECK, PARTS_TRUST };

/* The things that all sets of scripts of a run have in common; it owns none of them. */
struct parts {
	enum parts_purpose purpose;
	struct mem *mem;
	struct loop *loop;
	const struct sinks *sinks;
	struct dialect dialect;
	struct script_io *io;
	struct parts_policy policy;
	struct sys_stop stop;  /* the deadline of the sets to come, and the signals that end them */
	int64_t limit_ns;      /* the limit that this deadline comes from, for events */
	struct strvec doubted; /* the paths that have been reported as not to be trusted */
	char *const *envp;     /* of the scripts that have run last, or NULL: there were none */
};

/*
 * Makes the number of jobs in the policy one that there can be: 0 becomes 1, and PARTS_JOBS_CPUS
 * the number of CPUs.
 */
void parts_set_jobs(struct parts *parts);

/* Gives the sets to come a common limit that begins now, in nanoseconds; 0 or less is no limit. */
void parts_set_limit(struct parts *parts, int64_t limit_ns);

/*
 * Does the work that parts->purpose names on the scripts of the directories, which are at least
 * one, with NULL after the last. `phase` is their phase in events, or NULL. For a run,
 * parts_set_limit must have been called. Returns what the set came to; the events have said why.
 * The paths in it live as long as parts->mem.
 */
struct outcome parts_work(struct parts *parts, const char *phase, char *const *dirs);

#endif
