/* main: finds out which applet we are, and does what refreshbox does under its own name. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "applets.h"
#include "base/opt.h"
#include "base/text.h"
#include "sys/process.h"
#include "run/run.h"
#include "sys/fd.h"
#include "sys/mem.h"
#include "sys/util.h"
#include "sys/write.h"

#define BOX "refreshbox"

#define ROW(name, function, enabled, help) OPT_IF(enabled, { name, function }, )
#define NAME_LINE(name, function, enabled, help) OPT_IF(enabled, name "\n")
#define HELP_LINE(name, function, enabled, help) OPT_IF(enabled, "  " name help "\n")
#define HELP_LINES APPLETS(HELP_LINE)

const struct applet applets[] = { APPLETS(ROW) };
const int applet_count = countof(applets);

static const struct log box_log = { .name = BOX, .form = LOG_PLAIN };

int applet_print(const char *name, const char *text)
{
	struct log log = { .name = name, .form = LOG_PLAIN };
	int err = text ? sys_write_all(STDOUT_FILENO, text, strlen(text)) : -ENOMEM;

	if (err == 0)
		return EXIT_OK;
	log_line(&log, LOG_ERROR, "cannot write to stdout: %s", text_error(-err));
	return EXIT_FAILED;
}

void applet_complain(const struct log *log, const char *what, const char *more)
{
	struct log_message message;

	/* Control characters in the message of opt are escaped already. */
	if (!log_begin(&message, log, LOG_ERROR))
		return;
	text_str(&message.text, what);
	text_str(&message.text, more);
	log_end(&message);
}

int applet_print_help(const char *name, const struct opt_syntax *syntax, const char *description)
{
	struct mem mem = { 0 };
	struct text text = { .mem = &mem };
	int status;

	opt_help(&text, syntax, name, ENABLE_HELP ? description : "");
	status = applet_print(name, text.truncated ? NULL : text.buf);
	mem_release(&mem);
	return status;
}

int applet_run(const struct plan *plan)
{
	struct run_result result = run_plan(plan);

	if (result.signal)
		sys_die_by(result.signal);
	return result.status;
}

#define INSTALL_LINE OPT_IF(ENABLE_INSTALL, "       " BOX " --install [-s] DIR\n")

static const char help_text[] =
	"usage: " BOX " APPLET [ARGUMENT]...\n"
	"       " BOX " --list | --help | --version\n" INSTALL_LINE
	"\nCalled by the name of an applet, through a link, it is that applet:\n\n" HELP_LINES;

static const struct applet *find_applet(const char *name)
{
	for (int i = 0; i < applet_count; i++)
		if (strcmp(applets[i].name, name) == 0)
			return &applets[i];
	return NULL;
}

/* Both "/sbin/name" and "-/sbin/name", the way to call a login shell, are "name". */
static const char *called_as(const char *argv0)
{
	const char *slash;

	if (!argv0)
		return BOX;
	if (*argv0 == '-')
		argv0++;
	slash = strrchr(argv0, '/');
	return slash ? slash + 1 : argv0;
}

static int run_applet(const char *name, char **argv)
{
	const struct applet *applet = find_applet(name);

	if (applet)
		return applet->main(applet->name, argv);
	log_line(&box_log, LOG_ERROR, "%s: applet not found; " BOX " --list names them", name);
	return EXIT_NO_APPLET;
}

static int run_box(char **argv)
{
	const char *word = *argv;

	if (!word || strcmp(word, "--help") == 0)
		return applet_print(BOX, help_text);
	if (strcmp(word, "--version") == 0)
		return applet_print(BOX, BOX " " REFRESHBOX_VERSION "\n");
	if (strcmp(word, "--list") == 0)
		return applet_print(BOX, "" APPLETS(NAME_LINE));
	if (ENABLE_INSTALL && strcmp(word, "--install") == 0)
		return install_main(argv);
	if (*word != '-')
		return run_applet(called_as(word), argv);
	log_line(&box_log, LOG_ERROR, "%s: unknown option; see " BOX " --help", word);
	return EXIT_USAGE;
}

int main(int argc, char **argv)
{
	const char *name = called_as(argv[0]);

	sys_fill_stdio();
	if (strcmp(name, BOX) == 0)
		return run_box(argc > 0 ? argv + 1 : argv);
	return run_applet(name, argv);
}
