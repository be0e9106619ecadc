/* SPDX-License-Identifier: Apache-2.0 */
/* main: finds the applet that we were called as, and has the options of refreshbox itself. */
#include <string.h>

#include "applet.h"
#include "base/text.h"
#include "sys/fd.h"

#define BOX "refreshbox"

#define APPLET_ROW(symbol, own_name, prefix, words) \
	IF_##symbol({ .name = (own_name),           \
		      .main = prefix##_main,        \
		      .help = (words),              \
		      IF_COMPLETION(.syntax = &prefix##_syntax) }, )

/* The applets that are built in, up to one without a name. */
static const struct applet applets[] = { APPLETS(APPLET_ROW){ .name = NULL } };

static const struct log box_log = { .name = BOX, .form = LOG_NAME };

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
	const struct applet *applet = applet_find(applets, &box_log, name);

	return applet ? applet->main(applet->name, argv) : EXIT_NO_APPLET;
}

/* clang-format off */
static const char box_usage[] =
	"usage: " BOX " APPLET [ARGUMENT]...\n"
	"       " BOX " --list | --help | --version\n"
	IF_INSTALL(
	"       " BOX " --install [-s] [-f] DIR [APPLET]...\n" )
	IF_COMPLETION(
	"       " BOX " --completion bash|zsh|fish\n" )
	"\nCalled by the name of an applet, through a link, it is that applet:\n\n";
/* clang-format on */

/* Prints the names of the applets, or the help, which has them and what they do. */
static int print_applets(bool help)
{
	char buf[2048];
	struct text text = TEXT_OVER(buf);

	text_str(&text, help ? box_usage : "");
	for (const struct applet *applet = applets; applet->name; applet++)
		text_fmt(&text, help ? "  %-20s%s\n" : "%s\n", applet->name, applet->help);
	if (help && !applets->name)
		text_str(&text, "  (no applets are built in)\n");
	return applet_print(BOX, buf);
}

static int run_box(char **argv)
{
	const char *word = *argv;

	if (!word || strcmp(word, "--help") == 0)
		return print_applets(true);
	if (strcmp(word, "--version") == 0)
		return applet_print(BOX, BOX " " REFRESHBOX_VERSION "\n");
	if (strcmp(word, "--list") == 0)
		return print_applets(false);
	if (ENABLE_INSTALL && strcmp(word, "--install") == 0)
		return install_main(applets, argv);
	if (ENABLE_COMPLETION && strcmp(word, "--completion") == 0)
		return completion_main(applets, argv);
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
