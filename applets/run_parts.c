/* SPDX-License-Identifier: Apache-2.0 */
/* run-parts: runs the scripts of directories, with the command line of debianutils 5.23. */
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/text.h"
#include "run_options.h"
#include "sys/mem.h"

#define UMASK_MAX 07777
#define DEFAULT_UMASK 022

struct settings {
	struct plan plan;
	struct dialect dialect;
	bool list; /* also files that cannot be executed; --test is plan.list */
	bool verbose;
	bool lsb_names;       /* --lsbsysinit, and no --regex after it */
	struct strvec umasks; /* each must be valid; the last one counts */
};

_Static_assert(offsetof(struct settings, plan) == 0, "shared options fill a struct plan");

#define VALUE(member) offsetof(struct settings, member)

static const struct opt_choice orders[] = { { "name", SCAN_BYTES },
					    { "numeric", SCAN_NUMERIC },
					    { NULL, 0 } };

/* clang-format off */
static const struct opt options[] = {
	{ .name = "test", .kind = OPT_FLAG, .at = VALUE(plan.list), .common = true,
	  .help = HELP("print the names of the scripts that would run") },
	{ .name = "list", .kind = OPT_FLAG, .at = VALUE(list), .common = true,
	  .help = HELP("print the names of all valid files, executable or not") },
	{ .name = "verbose", .letter = 'v', .kind = OPT_FLAG, .at = VALUE(verbose), .common = true,
	  .help = HELP("print the name of each script before it runs") },
	{ .name = "debug", .letter = 'd', .kind = OPT_FLAG, .at = VALUE(plan.trace),
	  .help = HELP("print why each file runs or not") },
	{ .name = "report", .kind = OPT_FLAG, .at = VALUE(plan.report), .common = true,
	  .help = HELP("print the name of each script that prints something") },
	{ .name = "stdin", .kind = OPT_FLAG, .at = VALUE(plan.keep_stdin),
	  .help = HELP("give all of standard input to every script") },
	{ .name = "reverse", .kind = OPT_FLAG, .at = VALUE(dialect.scan.reverse), .common = true,
	  .help = HELP("run the scripts in reverse order") },
	{ .name = "exit-on-error", .kind = OPT_FLAG, .at = VALUE(dialect.stop_on_error),
	  .common = true, .help = HELP("stop at the first script that fails") },
	{ .name = "new-session", .kind = OPT_FLAG, .at = VALUE(plan.policy.new_session),
	  .help = HELP("run each script in a session of its own") },
	{ .name = "lsbsysinit", .kind = OPT_FLAG, .at = VALUE(lsb_names),
	  .help = HELP("run only names in the LSB namespaces") },
	{ .name = "regex", .kind = OPT_STRING, .at = VALUE(plan.pattern),
	  .clears = VALUE(lsb_names), .arg = "RE", .common = true,
	  .help = HELP("run only names that match RE") },
	{ .name = "umask", .letter = 'u', .kind = OPT_LIST, .at = VALUE(umasks), .arg = "UMASK",
	  .help = HELP("umask of the scripts, in octal (default 022)") },
	{ .name = "arg", .letter = 'a', .kind = OPT_LIST, .at = VALUE(plan.policy.args),
	  .arg = "ARG", .common = true, .help = HELP("pass ARG to every script; may be repeated") },
	{ .name = "order", .kind = OPT_CHOICE, .at = VALUE(dialect.scan.order),
	  .choices = orders, .arg = "ORDER",
	  .help = HELP("order of the scripts: name (default) or numeric") },
	{ .name = "profile", .kind = OPT_FLAG, .at = VALUE(plan.policy.profile),
	  .help = HELP("print how many seconds each script took") },
	{ .name = "version", .letter = 'V', .kind = OPT_VERSION, .common = true,
	  .help = HELP("print the version and exit") },
	{ .name = "help", .letter = 'h', .kind = OPT_HELP, .arg = OPT_ALL, .common = true,
	  .help = HELP("print the common options, or all of them, and exit") },
	IF_HELP(
	{ .kind = OPT_GROUP, .help = "how scripts run" }, )
	{ .kind = OPT_MORE, .more = run_options, .low_priority = true },
};
/* clang-format on */

static const char description[] =
	"Runs the scripts of the directories in the order of their names. If several\n"
	"directories have a script of the same name, the one in the first of them runs.\n\n"
	"Exit status: that of the last script that failed; 1 for wrong usage, or for a\n"
	"script that was ended by a signal or could not be started.\n";

const struct opt_syntax run_parts_syntax = {
	.name = "run-parts",
	.version = "Debian run-parts program, version 5.23, as done by "
		   "refreshbox " REFRESHBOX_VERSION "\n",
	.description = HELP(description),
	.grammar = OPT_GETOPT_LONG,
	.options = options,
	.operands = "DIRECTORY...",
};

static int run_parts_usage_error(const struct log *log, const char *what)
{
	applet_log_error(log, what, "\nTry `run-parts --help' for more information.");
	return EXIT_FAILED;
}

/*
 * Reads the octal number that the string begins with, as debianutils does with sscanf(3). Returns
 * -1 if there is none or it is too large.
 */
static int read_octal(const char *digits)
{
	int value = 0, n = 0;

	digits = text_skip_blanks(digits);
	digits += *digits == '+';
	for (; digits[n] >= '0' && digits[n] <= '7' && value <= UMASK_MAX; n++)
		value = value * 8 + (digits[n] - '0');
	return n > 0 && value <= UMASK_MAX ? value : -1;
}

static int umask_of(const struct strvec *umasks)
{
	int mask = DEFAULT_UMASK;

	for (size_t i = 0; i < umasks->n && mask >= 0; i++)
		mask = read_octal(umasks->v[i]);
	return mask;
}

static int run_dirs(struct settings *settings, char **dirs)
{
	struct plan *plan = &settings->plan;
	struct dialect *dialect = &settings->dialect;

	plan->script_log = plan->phase_log;
	if (settings->verbose)
		plan->script_log.level = LOG_DEBUG;
	if (settings->lsb_names) {
		plan->pattern = NULL;
		dialect->scan.names = SCAN_NAMES_LSB;
		dialect->bad_name = "its name is in none of the LSB namespaces";
	}
	if (settings->list) {
		plan->list = true;
		dialect->scan.access = R_OK;
		dialect->special_is_error = false;
	}
	plan->dialect = dialect;
	plan->dirs = dirs;
	plan->policy.envp = environ;
	/* Cron would mail such a line every day to somebody who has not asked. */
	plan->policy.warn_trust = settings->verbose || plan->trace;
	if (!applet_begin_check(plan))
		return EXIT_FAILED;
	return applet_run(plan);
}

static int check_and_run_dirs(struct settings *settings, char **dirs)
{
	const struct log *log = &settings->plan.phase_log;

	settings->plan.umask = umask_of(&settings->umasks);
	if (settings->plan.umask < 0) {
		log_line(log, LOG_ERROR, "bad umask value");
		return EXIT_FAILED;
	}
	if (!*dirs)
		return run_parts_usage_error(log, "missing operand");
	if (ENABLE_JOBS && settings->plan.policy.jobs && settings->plan.policy.jobs != 1 &&
	    settings->dialect.scan.order != SCAN_NUMERIC)
		return run_parts_usage_error(log, "--jobs needs --order=numeric");
	if (settings->list && settings->plan.list)
		return run_parts_usage_error(log, "--list and --test can not be used together");
	return run_dirs(settings, dirs);
}

int run_parts_main(const char *name, char **argv)
{
	struct mem mem = { 0 };
	struct settings settings = {
		.plan.phase_log = { .name = "run-parts", .form = LOG_NAME, .level = LOG_INFO },
		.plan.policy.limits.grace_ns = LIMITS_GRACE_DEFAULT,
		.dialect = dialect_run_parts,
	};
	char buf[1024];
	struct text error = TEXT_OVER(buf);
	enum opt_verdict verdict = opt_parse(&run_parts_syntax, &mem, argv, &settings, &error);
	int status;

	(void)name;
	if (verdict == OPT_ERROR)
		status = run_parts_usage_error(&settings.plan.phase_log, buf);
	else if (verdict != OPT_RUN)
		status = applet_answer(&run_parts_syntax, verdict);
	else
		status = check_and_run_dirs(&settings, argv + 1);
	mem_release(&mem);
	return status;
}
