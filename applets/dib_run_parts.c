/* dib-run-parts: the scripts of one directory, with the reference's command line. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "applets.h"
#include "run.h"
#include "sys.h"
#include "text.h"
#include "zone.h"

static void add_usage(struct text *text, const char *name)
{
	text_fmt(text, "Usage: %s [OPTION] scripts_directory\n", name);
	text_str(text, "Option:\n"
		       "      --list  print names of all valid files\n\n"
		       "Examples:\n"
		       "      dib-run-parts --list /usr/libexec/os-refresh-config/configure.d/\n"
		       "      dib-run-parts /usr/libexec/os-refresh-config/configure.d/\n");
}

static int usage_error(const char *name)
{
	char buf[512];
	struct text text = TEXT_OVER(buf);

	add_usage(&text, name);
	(void)sys_write_all(STDERR_FILENO, text.buf, text.len);
	return EXIT_FAILED;
}

static int print_help(const char *name)
{
	char buf[512];
	struct text text = TEXT_OVER(buf);

	add_usage(&text, name);
	return applet_print(name, &text);
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
	bool list, is_directory;
	int status;

	if (!first)
		return usage_error(name);
	if (strcmp(first, "--help") == 0)
		return print_help(name);
	if (strcmp(first, "--version") == 0)
		return applet_print_version(name);
	list = strcmp(first, "--list") == 0;
	if (list)
		first = argv[2] ? argv[2] : none;
	/* A script may remove it. */
	is_directory = sys_is_directory(first);
	status = run(&log, first, list);
	return status == 0 || is_directory ? status : usage_error(name);
}
