/* SPDX-License-Identifier: Apache-2.0 */
/* opt: command lines by each grammar, the error messages, and the help of the same rows. */
#include "base/opt.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"
#include "sys/clock.h"
#include "sys/mem.h"
#include "sys/util.h"
#include "unit.h"

struct values {
	bool print_base;
	bool print_phases;
	int level;
	const char *lockfile;
	int64_t timeout;
	int64_t wait;
	bool verbatim;
	const char *root;
};

#define VALUE(member) offsetof(struct values, member)

static const struct opt_choice levels[] = { { "ERROR", 7 }, { "INFO", 5 }, { NULL, 0 } };

/* clang-format off */
static const struct opt more_options[] = {
	{ .name = "wait", .kind = OPT_OPTIONAL_TIME, .at = VALUE(wait), .arg = "T",
	  .help = "for it" },
	{ .name = "verbatim", .kind = OPT_FLAG, .at = VALUE(verbatim), .help = "as it is" },
	{ .name = "root", .kind = OPT_OPTIONAL_STRING, .at = VALUE(root), .arg = "DIR",
	  .implied = "/", .help = "where" },
	{ .kind = OPT_GROUP, .help = "nothing" },
	{ .kind = OPT_END },
};

static const struct opt options[] = {
	{ .name = "help", .letter = 'h', .kind = OPT_HELP, .arg = "all", .common = true,
	  .help = "print this help" },
	{ .name = "print-base", .kind = OPT_FLAG, .at = VALUE(print_base),
	  .help = "print the base" },
	{ .name = "print-phases", .letter = 'p', .kind = OPT_FLAG, .at = VALUE(print_phases),
	  .help = "print the phases" },
	{ .name = "log-level", .kind = OPT_CHOICE, .at = VALUE(level), .choices = levels,
	  .arg = "LEVEL", .help = "the level" },
	{ .kind = OPT_GROUP, .help = "nothing of it is left" },
	{ .kind = OPT_GROUP, .help = "more" },
	{ .name = "lockfile", .letter = 'l', .kind = OPT_STRING, .at = VALUE(lockfile),
	  .arg = "FILE", .common = true, .help = "the lock" },
	{ .name = "timeout", .kind = OPT_SIGNED_TIME, .at = VALUE(timeout), .arg = "N",
	  .help = "the limit" },
	{ .name = "version", .kind = OPT_VERSION, .help = "print the version" },
	{ .kind = OPT_MORE, .more = more_options, .low_priority = true },
};
/* clang-format on */

static const struct opt_syntax syntax = { .name = "prog",
					  .description = "Does something.\n",
					  .grammar = OPT_ARGPARSE,
					  .options = options };

enum { MAX_WORDS = 6 };

struct good {
	const char *words[MAX_WORDS];
	enum opt_verdict verdict;
	struct values values;
};

static const struct good good[] = {
	{ { NULL }, OPT_RUN, { 0 } },
	{ { "--print-base" }, OPT_RUN, { .print_base = true } },
	{ { "--print-b", "--print-p" }, OPT_RUN, { .print_base = true, .print_phases = true } },
	{ { "-p" }, OPT_RUN, { .print_phases = true } },
	{ { "--log-level", "INFO" }, OPT_RUN, { .level = 5 } },
	{ { "--log-level=INFO", "--log=ERROR" }, OPT_RUN, { .level = 7 } },
	{ { "--lockfile", "x" }, OPT_RUN, { .lockfile = "x" } },
	{ { "--loc=x=y" }, OPT_RUN, { .lockfile = "x=y" } },
	{ { "--lockfile=" }, OPT_RUN, { .lockfile = "" } },
	{ { "--lockfile", "" }, OPT_RUN, { .lockfile = "" } },
	{ { "--lockfile", "-" }, OPT_RUN, { .lockfile = "-" } },
	{ { "--lockfile", "-a b" }, OPT_RUN, { .lockfile = "-a b" } },
	{ { "--lockfile=--help" }, OPT_RUN, { .lockfile = "--help" } },
	{ { "-lx" }, OPT_RUN, { .lockfile = "x" } },
	{ { "-l=x" }, OPT_RUN, { .lockfile = "x" } },
	{ { "-l", "x" }, OPT_RUN, { .lockfile = "x" } },
	{ { "-plx" }, OPT_RUN, { .print_phases = true, .lockfile = "x" } },
	{ { "-pl", "x" }, OPT_RUN, { .print_phases = true, .lockfile = "x" } },
	{ { "--timeout", "5" }, OPT_RUN, { .timeout = 5 * NS_PER_SEC } },
	{ { "--t=5", "--ti", "6" }, OPT_RUN, { .timeout = 6 * NS_PER_SEC } },
	{ { "--timeout", "-5" }, OPT_RUN, { .timeout = -5 * NS_PER_SEC } },
	{ { "--timeout=-5" }, OPT_RUN, { .timeout = -5 * NS_PER_SEC } },
	{ { "--timeout", " 1_0 " }, OPT_RUN, { .timeout = 10 * NS_PER_SEC } },
	{ { "--timeout=1.5" }, OPT_RUN, { .timeout = 3 * NS_PER_SEC / 2 } },
	{ { "--timeout", "2m" }, OPT_RUN, { .timeout = 120 * NS_PER_SEC } },
	{ { "--wait" }, OPT_RUN, { .wait = INT64_MAX } },
	{ { "--wait=2" }, OPT_RUN, { .wait = 2 * NS_PER_SEC } },
	{ { "--wait", "--wait=0" }, OPT_RUN, { .wait = 0 } },
	{ { "--root" }, OPT_RUN, { .root = "/" } },
	{ { "--root=a=b" }, OPT_RUN, { .root = "a=b" } },
	{ { "--root", "--print-base" }, OPT_RUN, { .root = "/", .print_base = true } },
	/* An option of low priority does not make an abbreviation ambiguous. */
	{ { "--ver" }, OPT_SHOW_VERSION, { 0 } },
	{ { "--verb" }, OPT_RUN, { .verbatim = true } },
	{ { "--help" }, OPT_SHOW_HELP, { 0 } },
	{ { "-h" }, OPT_SHOW_HELP, { 0 } },
	{ { "--help=all" }, OPT_SHOW_ALL_HELP, { 0 } },
	{ { "--h=all", "--nope" }, OPT_SHOW_ALL_HELP, { 0 } },
	{ { "-h=all" }, OPT_SHOW_ALL_HELP, { 0 } },
	{ { "--h", "--nope" }, OPT_SHOW_HELP, { 0 } },
	{ { "nope", "-x", "--help", "--timeout", "x" }, OPT_SHOW_HELP, { 0 } },
	{ { "--version" }, OPT_SHOW_VERSION, { 0 } },
	{ { "--v", "--help" }, OPT_SHOW_VERSION, { 0 } },
};

struct bad {
	const char *words[MAX_WORDS];
	const char *error;
};

static const struct bad bad[] = {
	{ { "" }, "unrecognized arguments: " },
	{ { "a", "--print-base", "b c" }, "unrecognized arguments: a b c" },
	{ { "-" }, "unrecognized arguments: -" },
	{ { "-x", "--nope=1" }, "unrecognized arguments: -x --nope=1" },
	{ { "--" }, "unrecognized arguments: --" },
	{ { "--", "--help" }, "unrecognized arguments: -- --help" },
	{ { "-5" }, "unrecognized arguments: -5" },
	{ { "--lokfile" }, "unrecognized arguments: --lokfile; did you mean --lockfile?" },
	{ { "--timoeut=5", "x" },
	  "unrecognized arguments: --timoeut=5 x; did you mean --timeout?" },
	{ { "x", "--lokfile" }, "unrecognized arguments: x --lokfile" },
	{ { "--root=" }, "argument --root: expected a value after the '='" },
	{ { "--p" }, "ambiguous option: --p could match --print-base, --print-phases" },
	{ { "--l=x" }, "ambiguous option: --l=x could match --log-level, --lockfile" },
	{ { "--help", "--lo" }, "ambiguous option: --lo could match --log-level, --lockfile" },
	{ { "--print-base=" }, "argument --print-base: ignored explicit argument ''" },
	{ { "--print-phases=1" }, "argument -p/--print-phases: ignored explicit argument '1'" },
	{ { "--help=1" }, "argument -h/--help: ignored explicit argument '1'" },
	{ { "--help=al" }, "argument -h/--help: ignored explicit argument 'al'" },
	{ { "--version=all" }, "argument --version: ignored explicit argument 'all'" },
	{ { "--timeout" }, "argument --timeout: expected one argument" },
	{ { "--timeout", "--help" }, "argument --timeout: expected one argument" },
	{ { "--timeout", "-x" }, "argument --timeout: expected one argument" },
	{ { "--timeout", "--" }, "argument --timeout: expected one argument" },
	{ { "-l" }, "argument -l/--lockfile: expected one argument" },
	{ { "--timeout", "abc" },
	  "argument --timeout: invalid int value: 'abc' (seconds, or 90s, 5m, 1.5h)" },
	{ { "--timeout", "" },
	  "argument --timeout: invalid int value: '' (seconds, or 90s, 5m, 1.5h)" },
	{ { "--timeout=1.5x" },
	  "argument --timeout: invalid int value: '1.5x' (seconds, or 90s, 5m, 1.5h)" },
	{ { "--wait=soon" },
	  "argument --wait: invalid int value: 'soon' (seconds, or 90s, 5m, 1.5h)" },
	{ { "--wait=-1" }, "argument --wait: invalid int value: '-1' (seconds, or 90s, 5m, 1.5h)" },
	{ { "--timeout=99999999999h" },
	  "argument --timeout: invalid int value: '99999999999h' (seconds, or 90s, 5m, 1.5h)" },
	{ { "--wait", "5" }, "unrecognized arguments: 5" },
	{ { "--root", "a" }, "unrecognized arguments: a" },
	{ { "--timeout=a\nb" },
	  "argument --timeout: invalid int value: 'a\\nb' (seconds, or 90s, 5m, 1.5h)" },
	{ { "--log-level", "info" },
	  "argument --log-level: invalid choice: 'info' (choose from 'ERROR', 'INFO')" },
	{ { "--log-level=", "--help" },
	  "argument --log-level: invalid choice: '' (choose from 'ERROR', 'INFO')" },
};

/* The words of a case as a command line, in one line for messages. */
static void make_argv(const char *const *words, const char *argv[MAX_WORDS + 2], struct text *what)
{
	size_t n = 0;

	argv[n++] = "prog";
	text_str(what, "prog");
	for (; *words; words++) {
		argv[n++] = *words;
		text_fmt(what, " %s", *words);
	}
	argv[n] = NULL;
}

static bool same_string(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_values(const struct values *a, const struct values *b)
{
	return a->print_base == b->print_base && a->print_phases == b->print_phases &&
	       a->level == b->level && same_string(a->lockfile, b->lockfile) &&
	       same_string(a->root, b->root) && a->timeout == b->timeout && a->wait == b->wait &&
	       a->verbatim == b->verbatim;
}

static void check_good(const struct good *want)
{
	const char *argv[MAX_WORDS + 2];
	char buf[256], line[256];
	struct text error = TEXT_OVER(buf), what = TEXT_OVER(line);
	struct values values = { 0 };

	make_argv(want->words, argv, &what);
	unit_check(opt_parse(&syntax, NULL, (char **)argv, &values, &error) == want->verdict, line);
	unit_check(error.len == 0, line);
	if (want->verdict == OPT_RUN)
		unit_check(same_values(&values, &want->values), line);
}

static void check_bad(const struct bad *want)
{
	const char *argv[MAX_WORDS + 2];
	char buf[256], line[256];
	struct text error = TEXT_OVER(buf), what = TEXT_OVER(line);
	struct values values = { 0 };

	make_argv(want->words, argv, &what);
	unit_check(opt_parse(&syntax, NULL, (char **)argv, &values, &error) == OPT_ERROR, line);
	unit_check_str(buf, want->error, line);
}

static void check_no_argv(void)
{
	char *argv[] = { NULL };
	char buf[64];
	struct text error = TEXT_OVER(buf);
	struct values values = { 0 };

	unit_check(opt_parse(&syntax, NULL, argv, &values, &error) == OPT_RUN, "not even a name");
}

static void check_help(void)
{
	char buf[1024];
	struct text text = TEXT_OVER(buf);

	opt_help(&text, &syntax, false);
	unit_check_str(buf,
		       "usage: prog [OPTION]...\n\nDoes something.\n\noptions:\n"
		       "  -h, --help[=all]       print this help\n"
		       "  -l, --lockfile FILE    the lock\n",
		       "opt_help");
}

static void check_all_help(void)
{
	char buf[1024];
	struct text text = TEXT_OVER(buf);
	struct opt_syntax with_operands = syntax;

	with_operands.operands = "FILE...";
	opt_help(&text, &with_operands, true);
	unit_check_str(buf,
		       "usage: prog [OPTION]... FILE...\n\nDoes something.\n\noptions:\n"
		       "  -h, --help[=all]       print this help\n"
		       "  --print-base           print the base\n"
		       "  -p, --print-phases     print the phases\n"
		       "  --log-level LEVEL      the level\n"
		       "\nmore:\n"
		       "  -l, --lockfile FILE    the lock\n"
		       "  --timeout N            the limit\n"
		       "  --version              print the version\n"
		       "  --wait[=T]             for it\n"
		       "  --verbatim             as it is\n"
		       "  --root[=DIR]           where\n",
		       "opt_help of all");
}

/* A command line with operands: its verdict, and the operands and the list in one line each. */
struct free_case {
	const char *words[MAX_WORDS];
	enum opt_verdict verdict;
	const char *operands;
	const char *list;
	const char *error;
};

struct free_values {
	bool flag;
	bool verbose;
	bool command;
	int64_t time;
	const char *string;
	struct strvec list;
};

#define FREE_VALUE(member) offsetof(struct free_values, member)

/* clang-format off */
static const struct opt free_options[] = {
	{ .name = "flag", .letter = 'f', .kind = OPT_FLAG, .at = FREE_VALUE(flag) },
	{ .name = "verbose", .letter = 'v', .kind = OPT_FLAG, .at = FREE_VALUE(verbose) },
	{ .name = "string", .letter = 's', .kind = OPT_STRING, .at = FREE_VALUE(string),
	  .clears = FREE_VALUE(verbose) },
	{ .name = "do-it", .kind = OPT_COMMAND, .at = FREE_VALUE(command) },
	{ .name = "arg", .letter = 'a', .kind = OPT_LIST, .at = FREE_VALUE(list) },
	{ .name = "time", .letter = 't', .kind = OPT_TIME, .at = FREE_VALUE(time) },
	{ .name = "ambiguity", .kind = OPT_FLAG, .at = FREE_VALUE(flag) },
	{ .name = "help", .letter = 'h', .kind = OPT_HELP },
	{ .kind = OPT_END },
};
/* clang-format on */

static const struct free_case getopt_cases[] = {
	{ { "x", "-f", "y" }, OPT_RUN, " x y", "", "" },
	{ { "-fv", "x" }, OPT_RUN, " x", "", "" },
	{ { "-fa", "1", "-a2", "-a=3" }, OPT_RUN, "", " 1 2 =3", "" },
	{ { "-a", "--flag", "--arg", "--", "--arg=" }, OPT_RUN, "", " --flag -- ", "" },
	{ { "-", "-a", "", "a b" }, OPT_RUN, " - a b", " ", "" },
	{ { "--fl", "--", "-f", "--", "x" }, OPT_RUN, " -f -- x", "", "" },
	{ { "-fhx" }, OPT_SHOW_HELP, "", "", "" },
	{ { "x", "-fh", "--nope" }, OPT_SHOW_HELP, " x", "", "" },
	{ { "--help=all", "x" }, OPT_SHOW_ALL_HELP, "", "", "" },
	{ { "x", "--nope", "-h" }, OPT_ERROR, " x", "", "unrecognized option: --nope" },
	{ { "-5" }, OPT_ERROR, "", "", "unrecognized option: -5" },
	{ { "--strng=1" },
	  OPT_ERROR,
	  "",
	  "",
	  "unrecognized option: --strng=1; did you mean --string?" },
	{ { "-a b", "-x y" }, OPT_ERROR, "", "  b", "unrecognized option: -x y" },
	{ { "-a" }, OPT_ERROR, "", "", "argument -a/--arg: expected one argument" },
	{ { "--a" }, OPT_ERROR, "", "", "ambiguous option: --a could match --arg, --ambiguity" },
	{ { "-fx" }, OPT_ERROR, "", "", "argument -f/--flag: ignored explicit argument 'x'" },
	{ { "--flag=1" }, OPT_ERROR, "", "", "argument -f/--flag: ignored explicit argument '1'" },
	{ { "--help=1" }, OPT_ERROR, "", "", "argument -h/--help: ignored explicit argument '1'" },
	{ { "-a", "--", "--" }, OPT_RUN, "", " --", "" },
	{ { "-t", "5m", "x" }, OPT_RUN, " x", "", "" },
	{ { "-t", "-5" },
	  OPT_ERROR,
	  "",
	  "",
	  "argument -t/--time: invalid time '-5' (seconds, or 90s, 5m, 1.5h)" },
};

static const struct free_case options_first_cases[] = {
	{ { "x", "-f", "y" }, OPT_RUN, " x -f y", "", "" },
	{ { "-f", "--arg=1", "x" }, OPT_RUN, " x", " 1", "" },
	{ { "-f", "--", "-f" }, OPT_RUN, " -- -f", "", "" },
	{ { "-f", "-x", "-f" }, OPT_RUN, " -x -f", "", "" },
	{ { "--nope", "-f" }, OPT_RUN, " --nope -f", "", "" },
	{ { "-f", "", "-f" }, OPT_RUN, "  -f", "", "" },
	{ { "-f", "--do-it", "--do-it", "-h" }, OPT_RUN, " --do-it -h", "", "" },
	{ { "--do-it" }, OPT_RUN, "", "", "" },
	{ { "--do" }, OPT_RUN, " --do", "", "" },
	{ { "--do-it=x" }, OPT_RUN, " --do-it=x", "", "" },
	{ { "--he", "x" }, OPT_SHOW_HELP, "", "", "" },
	{ { "--a", "x" },
	  OPT_ERROR,
	  "",
	  "",
	  "ambiguous option: --a could match --arg, --ambiguity" },
	{ { "-a" }, OPT_ERROR, "", "", "argument -a/--arg: expected one argument" },
};

static void check_strings(char *const *strings, const char *want, const char *what)
{
	char buf[128];
	struct text text = TEXT_OVER(buf);

	text_str(&text, "");
	for (; strings && *strings; strings++)
		text_fmt(&text, " %s", *strings);
	unit_check_str(buf, want, what);
}

static void check_free(const struct free_case *want, enum opt_grammar grammar)
{
	const char *argv[MAX_WORDS + 2];
	char buf[256] = "", line[256];
	struct text error = TEXT_OVER(buf), what = TEXT_OVER(line);
	struct mem mem = { 0 };
	struct free_values values = { 0 };
	const struct opt_syntax free_syntax = { .grammar = grammar,
						.options = free_options,
						.operands = "FILE..." };

	make_argv(want->words, argv, &what);
	unit_check(opt_parse(&free_syntax, &mem, (char **)argv, &values, &error) == want->verdict,
		   line);
	check_strings((char **)argv + 1, want->operands, line);
	check_strings(values.list.v, want->list, line);
	unit_check_str(buf, want->error, line);
	mem_release(&mem);
}

/* Parses by the rules of getopt_long what is free of errors. */
static struct free_values parse_free(const char *first, const char *second)
{
	const char *argv[] = { "prog", first, second, NULL };
	char buf[64];
	struct text error = TEXT_OVER(buf);
	struct free_values values = { 0 };
	const struct opt_syntax free_syntax = { .grammar = OPT_GETOPT_LONG,
						.options = free_options };

	unit_check(opt_parse(&free_syntax, NULL, (char **)argv, &values, &error) == OPT_RUN, first);
	return values;
}

static void check_what_clears(void)
{
	struct free_values values = parse_free("--verbose", "--string=x");

	unit_check(!values.verbose && same_string(values.string, "x"), "--string clears verbose");
	values = parse_free("--string=x", "--verbose");
	unit_check(values.verbose && same_string(values.string, "x"), "--verbose after --string");
	values = parse_free("--verbose", "--flag");
	unit_check(values.verbose && values.flag, "--flag clears nothing");
	values = parse_free("--do-it", "--do-it");
	unit_check(values.command, "a command");
}

void test_opt(void)
{
	for (size_t i = 0; i < countof(getopt_cases); i++)
		check_free(&getopt_cases[i], OPT_GETOPT_LONG);
	for (size_t i = 0; i < countof(options_first_cases); i++)
		check_free(&options_first_cases[i], OPT_OPTIONS_FIRST);
	check_what_clears();
	for (size_t i = 0; i < countof(good); i++)
		check_good(&good[i]);
	for (size_t i = 0; i < countof(bad); i++)
		check_bad(&bad[i]);
	check_no_argv();
	if (ENABLE_HELP) {
		check_help();
		check_all_help();
	}
}
