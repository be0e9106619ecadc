/* dib-run-parts: the scripts of one directory, with the reference's command line. */
#include <string.h>
#include <unistd.h>

#include "applets.h"
#include "date.h"
#include "options.h"
#include "sys/path.h"
#include "sys/write.h"

#define ROWS(ROW)                                                                   \
	ROW(version, 0, OPT_VERSION, 0, "version", "show the version and exit", "") \
	ROW(help, 0, OPT_HELP, 0, "help", "show this help and exit", "")

static const OPT_TYPE(, ROWS) rows = OPT_ROWS(ROWS, OPT_FIRST(run_rows));

static const char usage[] =
	"Usage: dib-run-parts [OPTION] scripts_directory\n"
	"Option:\n"
	"      --list  print names of all valid files\n\n"
	"Examples:\n"
	"      dib-run-parts --list /usr/libexec/os-refresh-config/configure.d/\n"
	"      dib-run-parts /usr/libexec/os-refresh-config/configure.d/\n";

static int usage_error(void)
{
	(void)sys_write_all(STDERR_FILENO, usage, sizeof(usage) - 1);
	return EXIT_FAILED;
}

static int print_help(const char *name)
{
	char buf[2048];
	struct text text = TEXT_OVER(buf);

	text_str(&text, usage);
	if (ENABLE_HELP)
		opt_list(&text, OPT_FIRST(rows));
	return applet_print(name, buf);
}

static int run(struct plan *plan, char **dirs)
{
	plan->dialect = &dialect_dib_run_parts;
	plan->dirs = dirs;
	plan->profile = true;
	plan->umask = -1;
	plan->policy.envp = environ;
	run_read_environment(plan);
	plan->tool = plan->runner;
	/* The list is for programs to read: nothing but a failure is said beside it. */
	if (plan->list) {
		plan->tool.level = LOG_ERROR;
		plan->explain = false;
	}
	return applet_run(plan);
}

/* As with the reference, nothing counts behind the directory. */
static int check_and_run(struct plan *plan, char **operands)
{
	bool is_directory;
	int status;

	if (!*operands)
		return usage_error();
	plan->list = strcmp(*operands, "--list") == 0;
	/* The name takes the place of the option; a missing one is as good as an empty one. */
	if (plan->list)
		*operands = operands[1] ? operands[1] : (char *)"";
	operands[1] = NULL;
	/* A script may remove it. */
	is_directory = sys_is_directory(*operands);
	status = run(plan, operands);
	return status == 0 || is_directory ? status : usage_error();
}

int dib_run_parts_main(const char *name, char **argv)
{
	const struct log log = { .name = name, .form = LOG_PLAIN };
	const struct opt_syntax syntax = { OPT_FIRST(rows), "scripts_directory",
					   .ends_early = true };
	struct dates dates = { 0 };
	struct plan plan = {
		.runner = { .name = name, .form = LOG_DATED, .level = LOG_INFO, .dates = &dates }
	};
	char buf[1024];
	struct text error = TEXT_OVER(buf);

	switch (opt_parse(&syntax, NULL, argv, &plan, &error)) {
	case OPT_SHOW_HELP:
		return print_help(name);
	case OPT_SHOW_VERSION:
		return applet_print(name, APPLET_VERSION("dib-run-parts"));
	case OPT_BAD:
		applet_complain(&log, buf, "");
		return usage_error();
	case OPT_RUN:
		break;
	}
	return check_and_run(&plan, argv + 1);
}
