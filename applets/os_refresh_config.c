/* os-refresh-config: every phase of the base directory, under a lock. */
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "applets.h"
#include "opt.h"
#include "phase.h"
#include "run.h"
#include "sys.h"
#include "text.h"
#include "zone.h"

struct options {
	bool print_base;
	bool print_phases;
	bool dry_run;
	int level; /* index in levels */
	const char *lockfile;
	int64_t wait_ns;
	struct limits limits;
	bool strict;
};

/* As the words of --log-level, which the reference's error message has in this order. */
static const enum log_level levels[] = { LOG_ERROR, LOG_WARN, LOG_CRITICAL, LOG_INFO, LOG_DEBUG };
enum { DEFAULT_LEVEL = 3 };

/* No time that can be said is this: as many nanoseconds are no whole number of seconds. */
#define SAME_LIMIT INT64_MIN

/* clang-format off */
#define VALUE(member) offsetof(struct options, member)
#define ROWS(ROW) \
	ROW(help, 'h', OPT_HELP, 0, "help", "show this help and exit", "") \
	ROW(print_base, 0, OPT_FLAG, VALUE(print_base), "print-base", \
		"print the base directory and exit", "") \
	ROW(print_phases, 0, OPT_FLAG, VALUE(print_phases), "print-phases", \
		"print the phases and exit", "") \
	ROW(log_level, 0, OPT_CHOICE, VALUE(level), "log-level", \
		"the least that is logged; default INFO", \
		"ERROR\0WARN\0CRITICAL\0INFO\0DEBUG\0") \
	ROW(lockfile, 0, OPT_STRING, VALUE(lockfile), "lockfile", \
		"keeps a second copy from running; default\n" CONFIG_DEFAULT_LOCKFILE, \
		"LOCKFILE") \
	ROW(timeout, 0, OPT_TIME, VALUE(limits.run_ns), "timeout", \
		"seconds (or 5m, 1.5h) for the whole run; 0: no limit", "TIMEOUT") \
	ROW(error_timeout, 0, OPT_TIME, VALUE(limits.error_ns), "error-timeout", \
		"of the error handlers; default as --timeout", "TIME") \
	POLICY_ROWS(ROW, 0) \
	ROW(wait, 0, OPT_MAYBE_TIME, VALUE(wait_ns), "wait", \
		"for the lock, but not longer", "TIME") \
	ROW(dry_run, 0, OPT_FLAG, VALUE(dry_run), "dry-run", \
		"print PHASE<TAB>PATH of what would run, and exit", "") \
	ROW(version, 0, OPT_VERSION, 0, "version", "show the version and exit", "")
/* clang-format on */

OPT_TABLE(rows, ROWS, "")

static const char description[] =
	"Runs the scripts of pre-configure.d, configure.d, post-configure.d and\n"
	"migration.d in the base directory. When one fails, those of error.d run and\n"
	"the rest does not.\n\n"
	"The base directory is $OS_REFRESH_CONFIG_BASE_DIR if set, else\n" CONFIG_DEFAULT_BASE_DIR
	". Names have letters, digits, '-' and '_', or\n"
	"match the expression $RUN_PARTS_REGEX. Files in environment.d set the\n"
	"environment of the scripts. DIB_DEBUG_TRACE=1 names what is left out.\n\n"
	"Exit status: 0 success, 1 failure, 2 wrong usage, 11 locked.\n";

static const char *find_base(const struct log *log)
{
	const char *base = getenv("OS_REFRESH_CONFIG_BASE_DIR");

	if (base)
		return base;
	if (!sys_is_directory(CONFIG_OLD_BASE_DIR) || sys_is_directory(CONFIG_DEFAULT_BASE_DIR))
		return CONFIG_DEFAULT_BASE_DIR;
	log_line(log, LOG_WARN,
		 "Base directory %s is deprecated. The recommended base directory is %s",
		 CONFIG_OLD_BASE_DIR, CONFIG_DEFAULT_BASE_DIR);
	return CONFIG_OLD_BASE_DIR;
}

/* A name of any length, so not through a buffer. */
static int print_base(const char *name, const struct log *log)
{
	int status = applet_print(name, find_base(log));

	return status ? status : applet_print(name, "\n");
}

static int print_phases(const char *name)
{
	char buf[128];
	struct text text = TEXT_OVER(buf);

	for (const char *const *phase = phase_names; *phase; phase++)
		text_fmt(&text, "%s%c", *phase, phase[1] ? '\t' : '\n');
	return applet_print(name, buf);
}

static int usage_error(const char *name, const struct text *error)
{
	char buf[2048];
	struct text text = TEXT_OVER(buf);

	opt_usage(&text, OPT_FIRST(rows), name);
	text_fmt(&text, "%s: error: ", name);
	text_add(&text, error->buf, error->len);
	text_char(&text, '\n');
	(void)sys_write_all(STDERR_FILENO, text.buf, text.len);
	return EXIT_USAGE;
}

static int run(const struct options *options, const struct log *log)
{
	struct plan plan = {
		.dialect = &dialect_dib_run_parts,
		.tool = *log,
		.runner = { "dib-run-parts", LOG_DATED, LOG_INFO, log->zone },
		.phases = phase_names,
		.base = find_base(log),
		.list = options->dry_run,
		.lockfile = options->lockfile,
		.lock_wait_ns = options->wait_ns,
		.policy.limits = options->limits,
		.policy.strict = options->strict,
		.profile = true,
		.umask = -1,
		.policy.envp = environ,
	};

	run_read_environment(&plan);
	return applet_run(&plan);
}

int os_refresh_config_main(const char *name, char **argv)
{
	struct options options = { .level = DEFAULT_LEVEL,
				   .lockfile = CONFIG_DEFAULT_LOCKFILE,
				   .limits.error_ns = SAME_LIMIT };
	struct zone zone = { 0 };
	struct log log = { .name = "os-refresh-config", .form = LOG_PYTHON, .zone = &zone };
	char buf[1024];
	struct text error = TEXT_OVER(buf);

	switch (opt_parse(&(struct opt_syntax){ .rows = OPT_FIRST(rows) }, argv, &options,
			  &error)) {
	case OPT_SHOW_HELP:
		return applet_print_help(name, OPT_FIRST(rows), description);
	case OPT_SHOW_VERSION:
		return applet_print(name, APPLET_VERSION("os-refresh-config"));
	case OPT_BAD:
		return usage_error(name, &error);
	case OPT_RUN:
		break;
	}
	log.level = levels[options.level];
	if (options.limits.error_ns == SAME_LIMIT)
		options.limits.error_ns = options.limits.run_ns;
	if (options.print_base)
		return print_base(name, &log);
	if (options.print_phases)
		return print_phases(name);
	return run(&options, &log);
}
