/* SPDX-License-Identifier: Apache-2.0 */
/*
 * applet: what main and the applets share. An applet makes a plan of its options, has it run, and
 * chooses its exit status.
 */
#ifndef APPLET_H
#define APPLET_H

#include <stdbool.h>

#include "applets.h"
#include "base/log.h"
#include "base/opt.h"

struct plan;

/* The exit statuses that do not come from a run; the manuals have the others. */
enum exit_status {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_CANNOT_EXECUTE = 126,
	EXIT_NOT_FOUND = 127,
	EXIT_NO_APPLET = 127,
};

struct applet {
	const char *name;
	int (*main)(const char *name, char **argv);
	const char *help; /* what it does, in a few words */
	IF_COMPLETION(const struct opt_syntax *syntax;)
};

/*
 * The main functions of the applets, and their command lines. argv[0] is the name that the applet
 * was called by, and `name` the one in the list. Each returns the exit status.
 */
#define APPLET_DECLARE(symbol, name, prefix, help) \
	int prefix##_main(const char *, char **);  \
	extern const struct opt_syntax prefix##_syntax;
APPLETS(APPLET_DECLARE)

/*
 * Returns the applet with this name among those up to one without a name. If there is none, this is
 * logged, and it returns NULL.
 */
const struct applet *applet_find(const struct applet *applets, const struct log *log,
				 const char *name);

/*
 * refreshbox --install [-s] [-f] DIR [APPLET]..., for the applets up to one without a name; argv
 * begins with "--install". Returns the exit status.
 */
int install_main(const struct applet *applets, char **argv);

/*
 * refreshbox --completion SHELL, for the same applets; argv begins with "--completion". Returns the
 * exit status.
 */
int completion_main(const struct applet *applets, char **argv);

/*
 * Prints a text on stdout; NULL stands for a text that there was no memory for. If that fails, the
 * reason is logged under the name of the applet. Returns the exit status.
 */
int applet_print(const char *name, const char *text);

/* Prints the help or version that a verdict of opt_parse asks for. Returns the exit status. */
int applet_answer(const struct opt_syntax *syntax, enum opt_verdict verdict);

/* Logs an error message of opt_parse, with the string `more` after it. */
void applet_log_error(const struct log *log, const char *message, const char *more);

/*
 * If the plan is to check, makes it a plan that runs nothing, and moves this process into the image
 * if there is one: call it before anything looks for the scripts. Returns false if that failed,
 * after an error message in the phase log.
 */
bool applet_begin_check(struct plan *plan);

/*
 * Runs the plan and returns the exit status. If a signal ended the run, it ends this process too.
 */
int applet_run(const struct plan *plan);

#endif
