/* dib-run-parts: the scripts of one directory, with the reference's command line. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "applets.h"
#include "run.h"
#include "sys.h"
#include "zone.h"

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

static int run(const struct log *log, char *dir, bool list)
{
	char *dirs[] = { dir, NULL };
	struct plan plan = {
		.dialect = &dialect_dib_run_parts,
		.runner = *log,
		.dirs = dirs,
		.list = list,
		.profile = true,
		.umask = -1,
		.policy.envp = environ,
	};

	run_read_environment(&plan);
	plan.tool = plan.runner;
	/* The list is for programs to read: nothing but a failure is said beside it. */
	if (list) {
		plan.tool.level = LOG_ERROR;
		plan.explain = false;
	}
	return applet_run(&plan);
}

int dib_run_parts_main(const char *name, char **argv)
{
	struct zone zone = { 0 };
	const struct log log = { name, LOG_DATED, LOG_INFO, &zone };
	char none[] = "", *first = argv[1];
	bool list;
	int status;

	if (!first)
		return usage_error();
	if (strcmp(first, "--help") == 0)
		return applet_print(name, usage);
	if (strcmp(first, "--version") == 0)
		return applet_print(name, APPLET_VERSION("dib-run-parts"));
	list = strcmp(first, "--list") == 0;
	if (list)
		first = argv[2] ? argv[2] : none;
	status = run(&log, first, list);
	return sys_is_directory(first) ? status : usage_error();
}
