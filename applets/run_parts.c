/* run-parts: the scripts of one or more directories, with debianutils' command line. */
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "applets.h"
#include "options.h"
#include "sys/mem.h"
#include "text.h"

#define UMASK_MAX 07777
#define DEFAULT_UMASK 022

struct options {
	struct plan plan;
	struct dialect dialect;
	bool test;
	bool list;
	bool verbose;
	bool reverse;
	bool exit_on_error;
	int order;            /* index in orders */
	const char *regex;    /* or LSB_NAMES, the last of the two counts */
	struct strvec umasks; /* each must be one, the last counts */
};

/* As the words of --order. */
static const enum scan_order orders[] = { SCAN_BYTES, SCAN_NUMERIC };

/* clang-format off */
#define VALUE(member) offsetof(struct options, member)
#define ROWS(ROW) \
	ROW(test, 0, OPT_FLAG, VALUE(test), "test", \
	    "print the names of what would run", "") \
	ROW(list, 0, OPT_FLAG, VALUE(list), "list", \
	    "print the names of valid files, executable or not", "") \
	ROW(verbose, 'v', OPT_FLAG, VALUE(verbose), "verbose", \
	    "print the names of scripts before they run", "") \
	ROW(debug, 'd', OPT_FLAG, VALUE(plan.explain), "debug", \
	    "print why scripts run or do not", "") \
	ROW(report, 0, OPT_FLAG, VALUE(plan.report), "report", \
	    "print the names of scripts that print", "") \
	ROW(keep_stdin, 0, OPT_FLAG, VALUE(plan.keep_stdin), "stdin", \
	    "give standard input to every script", "") \
	ROW(reverse, 0, OPT_FLAG, VALUE(reverse), "reverse", "run in the reverse order", "") \
	ROW(exit_on_error, 0, OPT_FLAG, VALUE(exit_on_error), "exit-on-error", \
	    "stop at the first script that fails", "") \
	ROW(new_session, 0, OPT_FLAG, VALUE(plan.policy.new_session), \
	    "new-session", \
	    "run each script in a session of its own", "") \
	ROW(lsbsysinit, 0, OPT_PRESET, VALUE(regex), "lsbsysinit", \
	    "names of the LSB only", "") \
	ROW(regex, 0, OPT_STRING, VALUE(regex), "regex", \
	    "names that match this expression", "RE") \
	ROW(umask, 'u', OPT_LIST, VALUE(umasks), "umask", \
	    "of the scripts, in octal; default 022", "UMASK") \
	ROW(arg, 'a', OPT_LIST, VALUE(plan.policy.args), "arg", \
	    "an argument for every script", "ARG") \
	ROW(order, 0, OPT_CHOICE, VALUE(order), "order", \
	    "by name or by leading number", "name\0numeric\0") \
	ROW(profile, 0, OPT_FLAG, VALUE(plan.profile), "profile", \
	    "print the seconds scripts took", "") \
	ROW(version, 'V', OPT_VERSION, 0, "version", "show the version and exit", "") \
	ROW(help, 'h', OPT_HELP, 0, "help", "show this help and exit", "")
/* clang-format on */

static const OPT_TYPE(, ROWS) rows = OPT_ROWS(ROWS, OPT_FIRST(run_rows));

/* What --lsbsysinit puts in the place of --regex: known by its address. */
#define LSB_NAMES opt_name(&rows.lsbsysinit)

static const char description[] =
	"Runs the scripts of the directories in the order of their names; of those of\n"
	"one name that in the earliest directory. Names have letters, digits, '-', '_'.\n\n"
	"Exit status: 1 for wrong usage, a signal or no start; else that of the last\n"
	"script that failed.\n";

static const char version[] =
	"Debian run-parts program, version 5.23, as done by refreshbox " REFRESHBOX_VERSION "\n";

static int usage_error(const struct log *log, const char *what)
{
	applet_complain(log, what, "\nTry `run-parts --help' for more information.");
	return EXIT_FAILED;
}

/* Leading octal digits, as sscanf(3) reads them; -1: none, or too large a number. */
static int read_octal(const char *digits)
{
	int value = 0, n = 0;

	while (*digits == ' ' || (*digits >= '\t' && *digits <= '\r'))
		digits++;
	digits += *digits == '+';
	for (; digits[n] >= '0' && digits[n] <= '7' && value <= UMASK_MAX; n++)
		value = value * 8 + (digits[n] - '0');
	return n > 0 && value <= UMASK_MAX ? value : -1;
}

static int umask_of(const struct strvec *umasks)
{
	int mask = DEFAULT_UMASK;

	for (size_t i = 0; i < umasks->n && mask >= 0; i++)
		mask = read_octal(umasks->v[i]);
	return mask;
}

static void set_dialect(struct options *options)
{
	struct dialect *dialect = &options->dialect;

	*dialect = dialect_run_parts;
	dialect->stops = options->exit_on_error;
	dialect->scan.reverse = options->reverse;
	dialect->scan.order = orders[options->order];
	if (options->regex == LSB_NAMES) {
		dialect->scan.names = SCAN_NAMES_LSB;
		dialect->bad_name = "its name is in none of the LSB's name spaces";
	}
	if (options->list) {
		dialect->scan.access = R_OK;
		dialect->tells_special = false;
	}
}

static int run(struct options *options, char **dirs)
{
	struct plan *plan = &options->plan;

	plan->dialect = &options->dialect;
	plan->runner = plan->tool;
	plan->dirs = dirs;
	plan->list = options->list || options->test;
	plan->pattern = options->regex == LSB_NAMES ? NULL : options->regex;
	plan->umask = umask_of(&options->umasks);
	plan->policy.envp = environ;
	if (options->verbose)
		plan->runner.level = LOG_DEBUG;
	set_dialect(options);
	return applet_run(plan);
}

static int check_and_run(struct options *options, char **dirs)
{
	const struct log *log = &options->plan.tool;

	if (umask_of(&options->umasks) < 0) {
		log_line(log, LOG_ERROR, "bad umask value");
		return EXIT_FAILED;
	}
	if (!*dirs)
		return usage_error(log, "missing operand");
	if (options->list && options->test)
		return usage_error(log, "--list and --test can not be used together");
	return run(options, dirs);
}

int run_parts_main(const char *name, char **argv)
{
	struct mem mem = { 0 };
	struct options options = {
		.plan.tool = { .name = "run-parts", .form = LOG_PLAIN, .level = LOG_INFO }
	};
	const struct opt_syntax syntax = { .rows = OPT_FIRST(rows), .operands = "DIRECTORY..." };
	char buf[1024];
	struct text error = TEXT_OVER(buf);
	int status = EXIT_FAILED;

	switch (opt_parse(&syntax, &mem, argv, &options, &error)) {
	case OPT_SHOW_HELP:
		status = applet_print_help(name, &syntax, description);
		break;
	case OPT_SHOW_VERSION:
		status = applet_print(name, version);
		break;
	case OPT_BAD:
		status = usage_error(&options.plan.tool, buf);
		break;
	case OPT_RUN:
		status = check_and_run(&options, argv + 1);
		break;
	}
	mem_release(&mem);
	return status;
}
