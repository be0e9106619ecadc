/* SPDX-License-Identifier: Apache-2.0 */
#include "refresh_common.h"

#include <stdlib.h>
#include <unistd.h>

#include "applet.h"
#include "base/text.h"
#include "sys/mem.h"
#include "sys/path.h"
#include "sys/write.h"

/* The value of an --error-timeout that was not given: it is then that of --timeout. */
#define SAME_LIMIT INT64_MIN

/* The reference's error message names them in this order. */
static const struct opt_choice levels[] = {
	{ "ERROR", LOG_ERROR }, { "WARN", LOG_WARN },   { "CRITICAL", LOG_CRITICAL },
	{ "INFO", LOG_INFO },   { "DEBUG", LOG_DEBUG }, { NULL, 0 },
};

/* clang-format off */
const struct opt refresh_options[] = {
	{ .name = "log-level", .kind = OPT_CHOICE, .at = PHASES(level), .choices = levels,
	  .help = HELP("the least that is logged; default INFO") },
	{ .name = "lockfile", .kind = OPT_STRING, .at = PLAN(lockfile), .arg = "LOCKFILE",
	  .help = HELP("keeps a second copy from running; default\n" CONFIG_DEFAULT_LOCKFILE) },
	{ .name = "no-lock", .kind = OPT_FLAG, .at = PLAN(no_lock),
	  .help = HELP("take no lock") },
	{ .name = "error-timeout", .kind = OPT_TIME, .at = PLAN(policy.limits.error_ns),
	  .arg = "TIME", .help = HELP("of the error handlers; default as --timeout") },
	IF_CAPTURE(
	{ .name = "capture", .kind = OPT_FLAG, .at = PLAN(capture),
	  .help = HELP("pass on what scripts print; error.d can read the last") }, )
	{ .name = "wait", .kind = OPT_OPTIONAL_TIME, .at = PLAN(lock_wait_ns), .arg = "TIME",
	  .help = HELP("for the lock, but not longer") },
	{ .name = "dry-run", .kind = OPT_FLAG, .at = PLAN(list),
	  .help = HELP("print PHASE<TAB>PATH of what would run, and exit") },
	{ .name = "version", .kind = OPT_VERSION, .help = HELP("show the version and exit") },
	{ .name = "help", .letter = 'h', .kind = OPT_HELP,
	  .help = HELP("show this help and exit") },
	{ .kind = OPT_MORE, .more = run_options, .low_priority = true },
};
/* clang-format on */

int refresh_usage_error(const struct refresh_applet *applet, const char *error)
{
	struct mem mem = { 0 };
	struct text text = { .mem = &mem };

	opt_usage(&text, &applet->syntax, applet->name);
	text_fmt(&text, "%s: error: ", applet->name);
	text_str(&text, error);
	text_char(&text, '\n');
	(void)sys_write_all(STDERR_FILENO, text.buf, text.len);
	mem_release(&mem);
	return EXIT_USAGE;
}

enum opt_verdict refresh_parse(const struct refresh_applet *applet, char **argv,
			       struct refresh_settings *settings, int *ret_status)
{
	struct plan *plan = &settings->plan;
	char buf[1024];
	struct text error = TEXT_OVER(buf);
	enum opt_verdict verdict;

	*settings = (struct refresh_settings){ .level = LOG_INFO,
					       .plan.policy.limits = {
						       .error_ns = SAME_LIMIT,
						       .grace_ns = LIMITS_GRACE_DEFAULT,
					       } };
	verdict = opt_parse(&applet->syntax, NULL, argv, settings, &error);
	if (verdict == OPT_ERROR)
		*ret_status = refresh_usage_error(applet, buf);
	else if (verdict == OPT_SHOW_HELP)
		*ret_status = applet_print_help(applet->name, &applet->syntax, applet->description);
	else if (verdict == OPT_SHOW_VERSION)
		*ret_status = applet_print(applet->name, applet->version);
	plan->phase_log = (struct log){
		.name = applet->name,
		.form = LOG_PYTHON,
		.level = (enum log_level)settings->level,
		.dates = &settings->dates,
	};
	if (plan->policy.limits.error_ns == SAME_LIMIT)
		plan->policy.limits.error_ns = plan->policy.limits.run_ns;
	return verdict;
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
	if (!applet_begin_check(plan, &plan->phase_log))
		return EXIT_FAILED;
	plan->dialect = &dialect_dib_run_parts;
	plan->script_log = (struct log){
		.name = "dib-run-parts",
		.form = LOG_NAME_DATE,
		.level = LOG_INFO,
		.dates = plan->phase_log.dates,
	};
	plan->base = refresh_find_base(plan);
	plan->profile = true;
	plan->umask = -1;
	plan->policy.envp = environ;
	plan->policy.warn_trust = true;
	run_read_environment(plan);
	return applet_run(plan);
}
