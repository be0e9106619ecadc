/* phases: what os-refresh-config and refresh-phase share, which is all but the phases they run. */
#ifndef PHASES_H
#define PHASES_H

#include "base/date.h"
#include "options.h"

/* The struct that their options fill. */
struct phases_settings {
	struct plan plan;
	struct date_cache dates; /* of the log lines */
	int level;          /* enum log_level: the least that the phase log has */
	bool print_base;
	bool print_phases;
};

_Static_assert(offsetof(struct phases_settings, plan) == 0, "shared options fill a struct plan");

#define PHASES(member) offsetof(struct phases_settings, member)

/* The options of both. */
extern const struct opt phases_options[];

/* The differences between the two. */
struct phases_applet {
	const char *name;
	const char *version; /* the line that --version prints */
	const char *description;
	struct opt_syntax syntax;
};

/*
 * Fills *settings from the defaults and the command line. Unless it returns OPT_RUN, there is
 * nothing left to do, and *ret_status is the exit status.
 */
enum opt_verdict phases_parse(const struct phases_applet *applet, char **argv,
			      struct phases_settings *settings, int *ret_status);

/* Prints the usage and the error message on stderr. Returns the exit status. */
int phases_usage_error(const struct phases_applet *applet, const char *error);

/* Returns the base directory, and warns where that is the old one. */
const char *phases_find_base(const struct plan *plan);

/* Runs plan.phases and returns the exit status. */
int phases_run(struct plan *plan);

#endif
