/* SPDX-License-Identifier: Apache-2.0 */
/* dib-run-parts: runs the scripts of one directory, with the command line of dib-utils 0.0.11. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "applet.h"
#include "base/date.h"
#include "dib_plan.h"
#include "run_options.h"
#include "sys/path.h"
#include "sys/write.h"

/* clang-format off */
static const struct opt options[] = {
	{ .name = "list", .kind = OPT_COMMAND, .at = PLAN(list), .common = true,
	  .help = HELP("print the names of all valid files") },
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG, .at = PLAN(quiet), .common = true,
	  .help = HELP("log only warnings and errors, no table of seconds") },
	{ .name = "version", .kind = OPT_VERSION, .common = true,
	  .help = HELP("print the version and exit") },
	{ .name = "help", .kind = OPT_HELP, .arg = OPT_ALL, .common = true,
	  .help = HELP("print the common options, or all of them, and exit") },
	IF_HELP(
	{ .kind = OPT_GROUP, .help = "how scripts run" }, )
	{ .kind = OPT_MORE, .more = run_options, .low_priority = true },
};
/* clang-format on */

/* The reference prints this for wrong usage. */
static const char usage[] =
	"Usage: dib-run-parts [OPTION] scripts_directory\n"
	"Option:\n"
	"      --list  print names of all valid files\n\n"
	"Examples:\n"
	"      dib-run-parts --list /usr/libexec/os-refresh-config/configure.d/\n"
	"      dib-run-parts /usr/libexec/os-refresh-config/configure.d/\n";

static const char description[] =
	"Runs the scripts of the directory in numeric order, in the environment that the\n"
	"files of the environment.d beside it set, until one fails. Exit status: that of\n"
	"the script that failed, or 1 if none could run.\n";

const struct opt_syntax dib_run_parts_syntax = {
	.name = "dib-run-parts",
	.description = HELP(description),
	.grammar = OPT_OPTIONS_FIRST,
	.options = options,
	.operands = "scripts_directory",
};

static int dib_usage_error(void)
{
	(void)sys_write_all(STDERR_FILENO, usage, sizeof(usage) - 1);
	return EXIT_FAILED;
}

/* The log of diskimage-builder's own copy of the reference has no dates. */
static bool log_is_plain(void)
{
	const char *form = getenv("DIB_RUN_PARTS_LOG");

	return form && strcmp(form, "plain") == 0;
}

static int check_and_run_one_dir(struct plan *plan, char **dirs)
{
	struct date_cache dates = { 0 };
	bool is_directory;
	int status;

	/* The reference takes a missing directory after --list as an empty name. */
	if (!dirs[0] && plan->list)
		dirs[0] = (char *)"";
	else if (!dirs[0])
		return dib_usage_error();
	dib_plan_complete(plan, log_is_plain() ? NULL : &dates);
	plan->phase_log = plan->script_log;
	if (!applet_begin_check(plan))
		return EXIT_FAILED;
	/* A plain log has the lines of the copy, and failures. */
	if (!plan->script_log.dates)
		plan->phase_log.level = LOG_ERROR;
	/* Programs read the list, so beside it only failures are logged. */
	if (plan->list) {
		plan->phase_log.level = LOG_ERROR;
		plan->trace = false;
	}
	plan->dirs = dirs;
	/* This has to be known before the scripts run: one of them may remove the directory. */
	is_directory = plan->check || sys_is_directory(dirs[0]);
	status = applet_run(plan);
	return status == 0 || is_directory ? status : dib_usage_error();
}

int dib_run_parts_main(const char *name, char **argv)
{
	const struct log log = { .name = name, .form = LOG_NAME };
	struct plan plan = { .policy.limits.grace_ns = LIMITS_GRACE_DEFAULT };
	char buf[1024];
	struct text error = TEXT_OVER(buf);
	enum opt_verdict verdict = opt_parse(&dib_run_parts_syntax, NULL, argv, &plan, &error);

	if (verdict == OPT_ERROR) {
		applet_log_error(&log, buf, "");
		return dib_usage_error();
	}
	if (verdict != OPT_RUN)
		return applet_answer(&dib_run_parts_syntax, verdict);
	/* Arguments after the directory are ignored, as the reference does. */
	return check_and_run_one_dir(&plan, (char *[]){ argv[1], NULL });
}
