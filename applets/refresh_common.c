/* SPDX-License-Identifier: Apache-2.0 */
#include "refresh_common.h"

#include <stdlib.h>

#include "applet.h"
#include "base/text.h"
#include "dib_plan.h"
#include "sys/path.h"

/* The value of an --error-timeout that was not given: it is then that of --timeout. */
#define SAME_LIMIT INT64_MIN

/* The reference's error message names them in this order. */
static const struct opt_choice levels[] = {
	{ "ERROR", LOG_ERROR }, { "WARN", LOG_WARN },   { "CRITICAL", LOG_CRITICAL },
	{ "INFO", LOG_INFO },   { "DEBUG", LOG_DEBUG }, { NULL, 0 },
};

/* clang-format off */
const struct opt refresh_options[] = {
	{ .name = "dry-run", .kind = OPT_FLAG, .at = PLAN(list), .common = true,
	  .help = HELP("print PHASE<TAB>PATH of what would run, and exit") },
	{ .name = "version", .kind = OPT_VERSION, .common = true,
	  .help = HELP("print the version and exit") },
	{ .name = "help", .letter = 'h', .kind = OPT_HELP, .arg = OPT_ALL, .common = true,
	  .help = HELP("print the common options, or all of them, and exit") },
	IF_HELP(
	{ .kind = OPT_GROUP, .help = "log and output" }, )
	{ .name = "log-level", .kind = OPT_CHOICE, .at = PLAN(phase_log.level), .choices = levels,
	  .arg = "LEVEL", .common = true,
	  .help = HELP("lowest level logged: ERROR, WARN, INFO (default), DEBUG") },
	{ .name = "quiet", .letter = 'q', .kind = OPT_FLAG, .at = PLAN(quiet), .common = true,
	  .help = HELP("log only warnings and errors, no table of seconds") },
	IF_CAPTURE(
	{ .name = "capture", .kind = OPT_FLAG, .at = PLAN(capture), .common = true,
	  .help = HELP("relay output; error.d can read its last 64 KiB") }, )
	IF_HELP(
	{ .kind = OPT_GROUP, .help = "lock" }, )
	{ .name = "lockfile", .kind = OPT_STRING, .at = PLAN(lockfile), .arg = "LOCKFILE",
	  .common = true, .help = HELP("lock file (default " CONFIG_DEFAULT_LOCKFILE ")") },
	{ .name = "no-lock", .kind = OPT_FLAG, .at = PLAN(no_lock), .help = HELP("take no lock") },
	{ .name = "wait", .kind = OPT_OPTIONAL_TIME, .at = PLAN(lock_wait_ns), .arg = "TIME",
	  .common = true, .help = HELP("wait for the lock, at most TIME") },
	IF_HELP(
	{ .kind = OPT_GROUP, .help = "how scripts run" }, )
	{ .name = "error-timeout", .kind = OPT_TIME, .at = PLAN(policy.limits.error_ns),
	  .arg = "TIME", .help = HELP("time limit for all of error.d (default: --timeout)") },
	{ .kind = OPT_MORE, .more = run_options, .low_priority = true },
};
/* clang-format on */

int refresh_usage_error(const char *name, const char *error)
{
	const struct log log = { .name = name, .form = LOG_NAME };
	struct log_message line;

	if (log_begin(&line, &log, LOG_ERROR, LOG_NOW)) {
		text_str(&line.text, "error: ");
		text_str(&line.text, error);
		text_fmt(&line.text, "\nSee %s --help.", name);
		log_end(&line);
	}
	return EXIT_USAGE;
}

int refresh_parse(const struct opt_syntax *syntax, char **argv, struct refresh_settings *settings)
{
	struct limits *limits = &settings->plan.policy.limits;
	char buf[1024];
	struct text error = TEXT_OVER(buf);
	enum opt_verdict verdict;

	*settings = (struct refresh_settings){
		.plan.phase_log = { .name = syntax->name,
				    .form = LOG_PYTHON,
				    .level = LOG_INFO,
				    .dates = &settings->dates },
		.plan.policy.limits = { .error_ns = SAME_LIMIT, .grace_ns = LIMITS_GRACE_DEFAULT },
	};
	verdict = opt_parse(syntax, NULL, argv, settings, &error);
	if (verdict == OPT_ERROR)
		return refresh_usage_error(syntax->name, buf);
	if (verdict != OPT_RUN)
		return applet_answer(syntax, verdict);
	if (limits->error_ns == SAME_LIMIT)
		limits->error_ns = limits->run_ns;
	return -1;
}

const char *refresh_find_base(const struct plan *plan)
{
	const char *base = getenv("OS_REFRESH_CONFIG_BASE_DIR");

	if (base)
		return base;
	if (!sys_is_directory(CONFIG_OLD_BASE_DIR) || sys_is_directory(CONFIG_DEFAULT_BASE_DIR))
		return CONFIG_DEFAULT_BASE_DIR;
	log_line(&plan->phase_log, LOG_WARN,
		 "Base directory %s is deprecated. The recommended base directory is %s",
		 CONFIG_OLD_BASE_DIR, CONFIG_DEFAULT_BASE_DIR);
	return CONFIG_OLD_BASE_DIR;
}

int refresh_run(struct plan *plan)
{
	if (!applet_begin_check(plan))
		return EXIT_FAILED;
	plan->base = refresh_find_base(plan);
	dib_plan_complete(plan, plan->phase_log.dates);
	return applet_run(plan);
}
