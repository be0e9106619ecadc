#include "phases.h"

#include <stdlib.h>
#include <unistd.h>

#include "applets.h"
#include "sys/mem.h"
#include "sys/path.h"
#include "sys/write.h"
#include "text.h"

/* As the words of --log-level, which the reference's error message has in this order. */
static const enum log_level levels[] = { LOG_ERROR, LOG_WARN, LOG_CRITICAL, LOG_INFO, LOG_DEBUG };
enum { DEFAULT_LEVEL = 3 };

/* No time that can be said is this: as many nanoseconds are no whole number of seconds. */
#define SAME_LIMIT INT64_MIN

const struct phases_rows phases_rows = OPT_ROWS(PHASES_ROWS, OPT_FIRST(run_rows));

int phases_usage_error(const struct phases_applet *applet, const char *error)
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

enum opt_verdict phases_parse(const struct phases_applet *applet, char **argv,
			      struct phases_options *options, int *ret_status)
{
	struct plan *plan = &options->plan;
	char buf[1024];
	struct text error = TEXT_OVER(buf);
	enum opt_verdict verdict;

	*options = (struct phases_options){ .level = DEFAULT_LEVEL,
					    .plan.lockfile = CONFIG_DEFAULT_LOCKFILE,
					    .plan.policy.limits.error_ns = SAME_LIMIT };
	verdict = opt_parse(&applet->syntax, NULL, argv, options, &error);
	if (verdict == OPT_BAD)
		*ret_status = phases_usage_error(applet, buf);
	else if (verdict == OPT_SHOW_HELP)
		*ret_status = applet_print_help(applet->name, &applet->syntax, applet->description);
	else if (verdict == OPT_SHOW_VERSION)
		*ret_status = applet_print(applet->name, applet->version);
	plan->tool = (struct log){
		.name = applet->name,
		.form = LOG_PYTHON,
		.level = levels[options->level],
		.dates = &options->dates,
	};
	if (plan->policy.limits.error_ns == SAME_LIMIT)
		plan->policy.limits.error_ns = plan->policy.limits.run_ns;
	return verdict;
}

const char *phases_find_base(const struct plan *plan)
{
	const char *base = getenv("OS_REFRESH_CONFIG_BASE_DIR");

	if (base)
		return base;
	if (!sys_is_directory(CONFIG_OLD_BASE_DIR) || sys_is_directory(CONFIG_DEFAULT_BASE_DIR))
		return CONFIG_DEFAULT_BASE_DIR;
	log_line(&plan->tool, LOG_WARN,
		 "Base directory %s is deprecated. The recommended base directory is %s",
		 CONFIG_OLD_BASE_DIR, CONFIG_DEFAULT_BASE_DIR);
	return CONFIG_OLD_BASE_DIR;
}

int phases_run(struct plan *plan)
{
	plan->dialect = &dialect_dib_run_parts;
	plan->runner = (struct log){
		.name = "dib-run-parts",
		.form = LOG_DATED,
		.level = LOG_INFO,
		.dates = plan->tool.dates,
	};
	plan->base = phases_find_base(plan);
	plan->profile = true;
	plan->umask = -1;
	plan->policy.envp = environ;
	run_read_environment(plan);
	return applet_run(plan);
}
