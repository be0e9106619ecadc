/*
 * applets: the list of them, and the functions that they share with main. An applet is one file and
 * one line here. It makes a plan of its options, has it run, and chooses its exit status.
 */
#ifndef APPLETS_H
#define APPLETS_H

#include "base/log.h"

struct opt_syntax;
struct plan;

/* name, main function, Kconfig symbol, one line of help and the blanks before it */
#define APPLETS(APPLET)                                                               \
	APPLET("dib-run-parts", dib_run_parts_main, ENABLE_DIB_RUN_PARTS,             \
	       "       run the scripts of one directory")                             \
	APPLET("os-refresh-config", os_refresh_config_main, ENABLE_OS_REFRESH_CONFIG, \
	       "   run the scripts of every phase")                                   \
	APPLET("refresh-phase", refresh_phase_main, ENABLE_REFRESH_PHASE,             \
	       "       run the phases that are named")                                \
	APPLET("refresh-plot", refresh_plot_main, ENABLE_REFRESH_PLOT,                \
	       "        draw a run from its event log")                               \
	APPLET("run-parts", run_parts_main, ENABLE_RUN_PARTS,                         \
	       "           run the scripts of directories, as debianutils")

/* The exit statuses that do not come from a run; README has the whole table. */
enum exit_status {
	EXIT_OK = 0,
	EXIT_FAILED = 1,
	EXIT_USAGE = 2,
	EXIT_NO_APPLET = 127,
};

struct applet {
	const char *name;
	int (*main)(const char *name, char **argv);
};

/* The applets of the list that are built in. */
extern const struct applet applets[];
extern const int applet_count;

/* argv[0] is the name that the applet was called by, and `name` the one in the list. */
int os_refresh_config_main(const char *name, char **argv);
int refresh_phase_main(const char *name, char **argv);
int refresh_plot_main(const char *name, char **argv);
int dib_run_parts_main(const char *name, char **argv);
int run_parts_main(const char *name, char **argv);

/* refreshbox --install [-s] DIR; argv begins with "--install". */
int install_main(char **argv);

/*
 * Prints a text on stdout; a text of NULL stands for one that there was no memory for. Where that
 * fails, the reason is printed on stderr. Returns the exit status.
 */
int applet_print(const char *name, const char *text);

/* Logs the error message of opt_parse, with `more` appended. */
void applet_complain(const struct log *log, const char *what, const char *more);

/* The text that --version prints. */
#define APPLET_VERSION(name) name " (refreshbox) " REFRESHBOX_VERSION "\n"

/* Prints the usage, the description and the options on stdout; returns the exit status. */
int applet_print_help(const char *name, const struct opt_syntax *syntax, const char *description);

/* Runs the plan and returns the exit status. A signal that ended the run ends this process, too. */
int applet_run(const struct plan *plan);

#endif
