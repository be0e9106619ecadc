/* phases: what os-refresh-config and refresh-phase share, which is all but the phases they run. */
#ifndef REFRESH_COMMON_H
#define REFRESH_COMMON_H

#include "base/date.h"
#include "run_options.h"

/* The struct that their options fill. */
struct refresh_settings {
	struct plan plan;
	struct date_cache dates; /* of the log lines */
	int level;          /* enum log_level: the least that the phase log has */
	bool print_base;
	bool print_phases;
};

_Static_assert(offsetof(struct refresh_settings, plan) == 0, "shared options fill a struct plan");

#define PHASES(member) offsetof(struct refresh_settings, member)

/* The options of both. */
extern const struct opt refresh_options[];

/* The differences between the two. */
struct refresh_applet {
	const char *name;
	const char *version; /* the line that --version prints */
	const char *description;
	struct opt_syntax syntax;
};

/*
 * Fills *settings from the defaults and the command line. Unless it returns OPT_RUN, there is
 * nothing left to do, and *ret_status is the exit status.
 */
enum opt_verdict refresh_parse(const struct refresh_applet *applet, char **argv,
			      struct refresh_settings *settings, int *ret_status);

/* Prints the usage and the error message on stderr. Returns the exit status. */
int refresh_usage_error(const struct refresh_applet *applet, const char *error);

/* Returns the base directory, and warns where that is the old one. */
const char *refresh_find_base(const struct plan *plan);

/* Runs plan.phases and returns the exit status. */
int refresh_run(struct plan *plan);

#endif
