/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phase: runs the phases of a base directory in order, and the error handlers when one has failed.
 * The phase NAME is the set of scripts in BASE/NAME.d; a phase without that directory is skipped.
 * The environment of the scripts names their phase, and that of the error handlers also what has
 * failed: see phase_env.h. How a set of scripts is run is said in parts.h.
 */
#ifndef PHASE_H
#define PHASE_H

#include "run/parts.h"

/* Whether an applet is built that runs phases. */
#define PHASES_BUILT_IN (ENABLE_OS_REFRESH_CONFIG || ENABLE_REFRESH_PHASE)

/* The phases to work on. All of it is the caller's. */
struct phases {
	struct parts *parts;      /* its dialect and its environment change while phases run */
	const char *base;         /* "" is the current directory, as for Python's os.path.join() */
	const char *const *names; /* the phases in order, NULL after the last */
	const char *error_name;   /* the phase of the error handlers; NULL: none are run */
	bool named;               /* the user named the phases: warn if one does not exist */
	const char *only;         /* a filter of struct scan_rule for these phases, or NULL */
	const char *from;         /* the same for the first of them that has a directory */
};

/*
 * The names of the four phases of os-refresh-config, in order and with NULL after the last; that of
 * the phase that has its error handlers; and all five.
 */
extern const char *const phase_names[];
extern const char phase_error_name[];
extern const char *const phase_all_names[];

/* Returns the name of the phase that a word, NAME or NAME.d, stands for, or NULL. */
const char *phase_find(const char *word);

/*
 * Does the work that parts->purpose names on the phases in order, until one fails or a signal asks
 * us to end. Returns the outcome of the last phase.
 *
 * After a failure, a run has the error handlers run, whose own outcome does not count; it has not
 * if a signal came, if no script was what the user asked for, or if the phase that failed is that
 * of the handlers. If the policy is strict, nothing runs unless all of it can be trusted.
 *
 * A check also looks at the names in the base directory, unless the user named the phases. It emits
 * an event for each outcome that is not a success.
 */
struct outcome phase_work(const struct phases *phases);

#endif
