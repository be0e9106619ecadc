/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parts: one set of scripts, from its directories to its last event. Scan, environment, then the
 * scripts in order. It knows no phases and formats nothing.
 */
#ifndef PARTS_H
#define PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include "report/dialect.h"
#include "run/status.h"
#include "sys/mem.h"

struct loop;
struct sinks;
struct script_io;

/* Nanoseconds; 0 and less: no limit. */
struct limits {
	int64_t run_ns;    /* of the whole run */
	int64_t script_ns; /* of each script */
	int64_t error_ns;  /* of the error handlers together */
	int64_t grace_ns;  /* from asking a script to end to killing it; 0: it is not asked */
};

/* How scripts are run, as the user wants it. */
struct parts_policy {
	struct limits limits;
	bool strict;       /* what others can write is not run */
	struct strvec args; /* what every script is given */
	char *const *envp; /* the environment we were given */
	bool new_session;  /* every script leads a session of its own, and outlives our end */
};

/* The setting of every set of scripts of a run. */
struct parts {
	struct mem *mem;
	struct loop *loop;
	const struct sinks *sinks;
	struct dialect dialect;
	struct script_io *io;
	struct parts_policy policy;
	int64_t deadline_ns; /* of sys_now_ns(), for the set of scripts; 0 is never */
	int64_t limit_ns;    /* what it was made of, for the event */
};

/* Begins to count a limit of nanoseconds for the sets to come. */
void parts_set_limit(struct parts *parts, int64_t limit_ns);

/*
 * Runs the scripts of the directories, NULL after the last. phase names them in events, or is NULL.
 */
struct outcome parts_run(struct parts *parts, const char *phase, char *const *dirs);

/* Only tells, as EV_REFUSED, what parts_run would refuse for want of trust; 0: nothing. */
struct outcome parts_check(struct parts *parts, const char *phase, char *const *dirs);

/* Emits an EV_PART_LISTED for every script that parts_run would run, in its order. */
struct outcome parts_list(struct parts *parts, const char *phase, char *const *dirs);

#endif
