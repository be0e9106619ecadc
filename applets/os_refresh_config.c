/* os-refresh-config: every phase of the base directory, under a lock. */
#include "applets.h"
#include "phase.h"
#include "phases.h"
#include "text.h"

#define ROWS(ROW)                                                            \
	ROW(print_base, 0, OPT_FLAG, PHASES(print_base), "print-base",       \
	    "print the base directory and exit", "")                         \
	ROW(print_phases, 0, OPT_FLAG, PHASES(print_phases), "print-phases", \
	    "print the phases and exit", "")

static const OPT_TYPE(, ROWS) rows = OPT_ROWS(ROWS, OPT_FIRST(phases_rows));

static const char description[] =
	"Runs the scripts of pre-configure.d, configure.d, post-configure.d and\n"
	"migration.d in the base directory. When one fails, those of error.d run and\n"
	"the rest does not.\n\n"
	"The base directory is $OS_REFRESH_CONFIG_BASE_DIR if set, else\n" CONFIG_DEFAULT_BASE_DIR
	". Names have letters, digits, '-' and '_', or\n"
	"match the expression $RUN_PARTS_REGEX. Files in environment.d set the\n"
	"environment of the scripts. DIB_DEBUG_TRACE=1 names what is left out.\n\n"
	"Exit status: 0 success, 1 failure, 2 wrong usage, 11 locked.\n";

static const struct phases_applet applet = {
	.name = "os-refresh-config",
	.version = APPLET_VERSION("os-refresh-config"),
	.description = ENABLE_HELP ? description : "",
	.syntax.rows = OPT_FIRST(rows),
};

/* A name of any length, so not through a buffer. */
static int print_base(const struct plan *plan)
{
	int status = applet_print(applet.name, phases_find_base(plan));

	return status ? status : applet_print(applet.name, "\n");
}

static int print_phases(void)
{
	char buf[128];
	struct text text = TEXT_OVER(buf);

	for (const char *const *phase = phase_names; *phase; phase++)
		text_fmt(&text, "%s%c", *phase, phase[1] ? '\t' : '\n');
	return applet_print(applet.name, buf);
}

int os_refresh_config_main(const char *name, char **argv)
{
	struct phases_options options;
	int status;

	(void)name;
	if (phases_parse(&applet, argv, &options, &status) != OPT_RUN)
		return status;
	if (options.print_base)
		return print_base(&options.plan);
	if (options.print_phases)
		return print_phases();
	options.plan.phases = phase_names;
	return phases_run(&options.plan);
}
