/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refresh_common: what os-refresh-config and refresh-phase share: their options, their error
 * messages in the form of Python's argparse, and the plan of a run over the base directory. They
 * differ in the phases that they run.
 */
#ifndef REFRESH_COMMON_H
#define REFRESH_COMMON_H

#include "base/date.h"
#include "run_options.h"

/* The options of both fill this struct. */
struct refresh_settings {
	struct plan plan;
	struct date_cache dates; /* for the log lines */
	bool print_base;
	bool print_phases;
};

_Static_assert(offsetof(struct refresh_settings, plan) == 0, "shared options fill a struct plan");

#define PHASES(member) offsetof(struct refresh_settings, member)

/* The rows of the options that both have, with those of run_options. */
extern const struct opt refresh_options[];

/*
 * Fills *settings from the defaults and the command line. Returns -1, or, if it has printed the
 * help, the version or an error, the exit status.
 */
int refresh_parse(const struct opt_syntax *syntax, char **argv, struct refresh_settings *settings);

/*
 * Prints the error message on stderr in the form of argparse's, without the usage before it.
 * Returns EXIT_USAGE.
 */
int refresh_usage_error(const char *name, const char *error);

/*
 * Returns the base directory: $OS_REFRESH_CONFIG_BASE_DIR, or that of the configuration, or, with a
 * warning in the phase log, the one of old installations if only that one exists.
 */
const char *refresh_find_base(const struct plan *plan);

/* Fills in the rest of the plan, runs its phases and returns the exit status. */
int refresh_run(struct plan *plan);

#endif
