/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phase: the phases of a base directory, in order, and the error handlers when one fails. A phase
 * NAME is the set of scripts in BASE/NAME.d; one without a directory is passed over. The scripts
 * learn from their environment which phase it is, error handlers also what failed: see phase_env.
 */
#ifndef PHASE_H
#define PHASE_H

#include "run/parts.h"

#define PHASES_BUILT_IN (ENABLE_OS_REFRESH_CONFIG || ENABLE_REFRESH_PHASE)

struct phases {
	struct parts *parts;
	const char *base;         /* "" is the current directory, as for os.path.join() */
	const char *const *names; /* in order, NULL after the last */
	const char *error_name;   /* the phase of the error handlers; NULL: there are none */
	bool named;               /* by the user: he wants to know of one that is absent */
	const char *only;         /* of those phases the scripts to run: see struct scan_rule */
	const char *from;
};

/* The four phases of os-refresh-config, in order, and the one of its error handlers. */
extern const char *const phase_names[];
extern const char phase_error_name[];

/*
 * Runs the phases until one fails; then the error handlers, once, whose own status does not count.
 * Returns what the failed phase came to, or success.
 */
struct outcome phase_run_all(const struct phases *phases);

/* Lists the scripts of every phase; see parts_list. */
struct outcome phase_list_all(const struct phases *phases);

#endif
