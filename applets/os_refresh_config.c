/* SPDX-License-Identifier: Apache-2.0 */
/* os-refresh-config: runs every phase of the base directory, under a lock. */
#include "applet.h"
#include "base/text.h"
#include "refresh_common.h"
#include "run/phase.h"
#include "sys/process.h"

/* clang-format off */
static const struct opt options[] = {
	{ .name = "print-base", .kind = OPT_FLAG, .at = PHASES(print_base), .common = true,
	  .help = HELP("print the base directory and exit") },
	{ .name = "print-phases", .kind = OPT_FLAG, .at = PHASES(print_phases),
	  .help = HELP("print the names of the phases and exit") },
	{ .kind = OPT_MORE, .more = refresh_options },
};
/* clang-format on */

static const char description[] =
	"Runs the scripts of pre-configure.d, configure.d, post-configure.d and\n"
	"migration.d in the base directory, in the environment that environment.d sets.\n"
	"After a failure, it runs those of error.d and stops. The base directory is\n"
	"$OS_REFRESH_CONFIG_BASE_DIR, by default " CONFIG_DEFAULT_BASE_DIR ".\n"
	"Names of scripts have letters, digits, '-' and '_', or match $RUN_PARTS_REGEX.\n"
	"DIB_DEBUG_TRACE=1 logs which files are left out.\n"
	"Exit status: 0 success, 1 failure, 2 wrong usage, 11 locked.\n";

const struct opt_syntax os_refresh_config_syntax = {
	.name = "os-refresh-config",
	.description = HELP(description),
	.grammar = OPT_ARGPARSE,
	.options = options,
};

/* The name may have any length, so it is not copied into a buffer. */
static int print_base(const struct plan *plan)
{
	int status = applet_print(os_refresh_config_syntax.name, refresh_find_base(plan));

	return status ? status : applet_print(os_refresh_config_syntax.name, "\n");
}

static int print_phases(void)
{
	char buf[128];
	struct text text = TEXT_OVER(buf);

	for (const char *const *phase = phase_names; *phase; phase++)
		text_fmt(&text, "%s%c", *phase, phase[1] ? '\t' : '\n');
	return applet_print(os_refresh_config_syntax.name, buf);
}

/*
 * The kernel hands those words of its command line that it does not know, such as "nofb", to
 * process 1: they are ignored. Returns EXIT_OK, or that of an error: an option that we do not know.
 */
static int ignore_words(const struct log *log, char *const *words)
{
	char buf[1024];
	struct text error = TEXT_OVER(buf);

	for (; *words; words++) {
		if (**words == '-') {
			text_fmt(&error, "unrecognized arguments: %s", *words);
			return refresh_usage_error(os_refresh_config_syntax.name, buf);
		}
		log_line(log, LOG_WARN, "Ignoring the argument %s, as process 1", *words);
	}
	return EXIT_OK;
}

int os_refresh_config_main(const char *name, char **argv)
{
	struct opt_syntax own = os_refresh_config_syntax;
	struct refresh_settings settings;
	int status;

	(void)name;
	if (sys_pid() == 1)
		own.operands = "WORD...";
	status = refresh_parse(&own, argv, &settings);
	if (status >= 0)
		return status;
	status = ignore_words(&settings.plan.phase_log, argv + 1);
	if (status)
		return status;
	if (settings.print_base)
		return print_base(&settings.plan);
	if (settings.print_phases)
		return print_phases();
	settings.plan.phases = settings.plan.check ? phase_all_names : phase_names;
	return refresh_run(&settings.plan);
}
