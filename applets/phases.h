/* phases: what os-refresh-config and refresh-phase have in common, all but which phases to run. */
#ifndef PHASES_H
#define PHASES_H

#include "date.h"
#include "options.h"

/* What their rows fill. */
struct phases_options {
	struct plan plan;
	struct dates dates; /* of the log lines */
	int level;        /* a place in the words of --log-level */
	bool print_base;
	bool print_phases;
};

/* clang-format off */

#define PHASES(member) offsetof(struct phases_options, member)
#define PHASES_ROWS(ROW) \
	ROW(log_level, 0, OPT_CHOICE, PHASES(level), "log-level", \
	    "the least that is logged; default INFO", \
	    "ERROR\0WARN\0CRITICAL\0INFO\0DEBUG\0") \
	ROW(lockfile, 0, OPT_STRING, PLAN(lockfile), "lockfile", \
	    "keeps a second copy from running; default\n" CONFIG_DEFAULT_LOCKFILE, "LOCKFILE") \
	ROW(error_timeout, 0, OPT_TIME, PLAN(policy.limits.error_ns), "error-timeout", \
	    "of the error handlers; default as --timeout", "TIME") \
	OPT_IF(ENABLE_CAPTURE, \
	       ROW(capture, 0, OPT_FLAG, PLAN(capture), "capture", \
		   "pass on what scripts print; error.d can read the last", "")) \
	ROW(wait, 0, OPT_MAYBE_TIME, PLAN(lock_wait_ns), "wait", \
	    "for the lock, but not longer", "TIME") \
	ROW(dry_run, 0, OPT_FLAG, PLAN(list), "dry-run", \
	    "print PHASE<TAB>PATH of what would run, and exit", "") \
	ROW(version, 0, OPT_VERSION, 0, "version", "show the version and exit", "") \
	ROW(help, 'h', OPT_HELP, 0, "help", "show this help and exit", "")

/* clang-format on */

OPT_TYPE(phases_rows, PHASES_ROWS);
extern const struct phases_rows phases_rows;

/* What tells the one from the other. */
struct phases_applet {
	const char *name;
	const char *version; /* the line that --version prints */
	const char *description;
	struct opt_syntax syntax;
};

/*
 * Fills *options by the defaults and the command line. Returns OPT_RUN; else that is all, and
 * *ret_status is the exit status.
 */
enum opt_verdict phases_parse(const struct phases_applet *applet, char **argv,
			      struct phases_options *options, int *ret_status);

/* Prints the usage and what is wrong, on stderr; returns the exit status. */
int phases_usage_error(const struct phases_applet *applet, const char *error);

/* The base directory; warns of an old one. */
const char *phases_find_base(const struct plan *plan);

/* Runs plan.phases and returns the exit status. */
int phases_run(struct plan *plan);

#endif
