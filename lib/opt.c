#include "opt.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "mem.h"
#include "text.h"

struct parse {
	const struct opt *rows;
	const struct opt_syntax *syntax;
	char **at; /* the next argument */
	void *values;
	struct text *error;
	struct text unknown; /* arguments that are no option of ours, each after a blank */
};

/* What one argument is. */
struct match {
	const struct opt *opt; /* the option it names, or NULL */
	const char *value;     /* what it carries itself ("--name=value", "-nvalue"), or NULL */
	bool letters;          /* value may be more letters */
	bool unknown;          /* it looks like an option, but none of ours */
};

static const struct opt *find_exact(const struct opt *rows, const char *name, size_t n)
{
	for (; rows->name; rows++)
		if (strlen(rows->name) == n && memcmp(rows->name, name, n) == 0)
			return rows;
	return NULL;
}

static const struct opt *find_prefix(const struct opt *rows, const char *name, size_t n)
{
	for (; rows->name; rows++)
		if (strncmp(rows->name, name, n) == 0)
			return rows;
	return NULL;
}

static const struct opt *find_long(const struct opt *rows, const char *name, size_t n)
{
	const struct opt *exact = find_exact(rows, name, n);

	return exact ? exact : find_prefix(rows, name, n);
}

static bool is_negative_number(const char *arg)
{
	size_t whole = strspn(arg + 1, "0123456789");
	const char *rest = arg + 1 + whole;

	if (whole > 0 && !*rest)
		return true;
	return *rest == '.' && rest[1] && !rest[1 + strspn(rest + 1, "0123456789")];
}

/* Only argparse takes "-n=value" for "-nvalue". */
static struct match match_letter(const struct parse *parse, const char *arg)
{
	struct match match = { 0 };

	for (const struct opt *row = parse->rows; row->name; row++)
		if (row->letter && row->letter == arg[1]) {
			match.opt = row;
			match.letters = parse->syntax->operands || arg[2] != '=';
			match.value = !match.letters ? arg + 3 : arg[2] ? arg + 2 : NULL;
		}
	return match;
}

static struct match match_long(const struct opt *rows, const char *arg)
{
	size_t n = strcspn(arg + 2, "=");
	struct match match = { .opt = find_long(rows, arg + 2, n) };

	if (match.opt && arg[2 + n])
		match.value = arg + 3 + n;
	return match;
}

/* argparse's order: an option of ours first, then a negative number, then what holds a blank. */
static struct match match_arg(const struct parse *parse, const char *arg)
{
	struct match match = { 0 };

	if (arg[0] != '-' || !arg[1])
		return match;
	match = arg[1] == '-' ? match_long(parse->rows, arg) : match_letter(parse, arg);
	match.unknown = !match.opt && (parse->syntax->operands ||
				       (!is_negative_number(arg) && !strchr(arg, ' ')));
	return match;
}

static void add_names(struct text *text, const struct opt *opt)
{
	if (opt->letter)
		text_fmt(text, "-%c/", opt->letter);
	text_fmt(text, "--%s", opt->name);
}

static enum opt_verdict bad_argument(struct parse *parse, const struct opt *opt, const char *what)
{
	text_str(parse->error, "argument ");
	add_names(parse->error, opt);
	text_fmt(parse->error, ": %s", what);
	return OPT_BAD;
}

/* As Python's repr(): in single quotes, unless those occur in it and double ones do not. */
static void add_repr(struct text *text, const char *value)
{
	char quote = strchr(value, '\'') && !strchr(value, '"') ? '"' : '\'';

	text_char(text, quote);
	for (; *value; value++) {
		char byte[2] = { *value };

		if (*value == quote)
			text_char(text, '\\');
		text_fmt(text, "%s", byte);
	}
	text_char(text, quote);
}

static enum opt_verdict bad_value(struct parse *parse, const struct opt *opt, const char *what,
				  const char *value)
{
	bad_argument(parse, opt, what);
	add_repr(parse->error, value);
	return OPT_BAD;
}

static enum opt_verdict bad_choice(struct parse *parse, const struct opt *opt, const char *value)
{
	const char *between = " (choose from '";

	bad_value(parse, opt, "invalid choice: ", value);
	for (const char *const *choice = opt->choices; *choice; choice++) {
		text_fmt(parse->error, "%s%s", between, *choice);
		between = "', '";
	}
	text_str(parse->error, "')");
	return OPT_BAD;
}

static enum opt_verdict store_choice(struct parse *parse, const struct opt *opt, const char *value,
				     int *ret_index)
{
	for (int i = 0; opt->choices[i]; i++)
		if (strcmp(opt->choices[i], value) == 0) {
			*ret_index = i;
			return OPT_RUN;
		}
	return bad_choice(parse, opt, value);
}

static enum opt_verdict add(struct parse *parse, struct strvec *list, const char *value)
{
	if (strvec_add(parse->syntax->mem, list, (char *)value) == 0)
		return OPT_RUN;
	text_str(parse->error, "out of memory");
	return OPT_BAD;
}

static enum opt_verdict store(struct parse *parse, const struct opt *opt, const char *value)
{
	void *target = (char *)parse->values + opt->offset;

	switch ((enum opt_kind)opt->kind) {
	case OPT_HELP:
		return OPT_SHOW_HELP;
	case OPT_VERSION:
		return OPT_SHOW_VERSION;
	case OPT_FLAG:
		*(bool *)target = true;
		return OPT_RUN;
	case OPT_PRESET:
		value = opt->arg;
		/* fall through */
	case OPT_STRING:
		*(const char **)target = value;
		return OPT_RUN;
	case OPT_LIST:
		return add(parse, target, value);
	case OPT_INT:
		if (text_to_int(value, target) < 0)
			return bad_value(parse, opt, "invalid int value: ", value);
		return OPT_RUN;
	case OPT_CHOICE:
		return store_choice(parse, opt, value, target);
	}
	return OPT_BAD;
}

/* argparse takes nothing for a value that could be an option, getopt_long whatever comes. */
static bool is_value(const struct parse *parse, const char *arg)
{
	struct match match;

	if (!arg || parse->syntax->operands)
		return arg;
	if (strcmp(arg, "--") == 0)
		return false;
	match = match_arg(parse, arg);
	return !match.opt && !match.unknown;
}

/* "-ab", -a being a flag, is "-a -b". */
static enum opt_verdict take_option(struct parse *parse, const struct match *match)
{
	const char *value = match->value;
	struct match next = { 0 };
	enum opt_verdict verdict;

	if (opt_takes_value(match->opt)) {
		if (!value && !is_value(parse, *parse->at))
			return bad_argument(parse, match->opt, "expected one argument");
		return store(parse, match->opt, value ? value : *parse->at++);
	}
	if (!value)
		return store(parse, match->opt, NULL);
	if (match->letters)
		next = match_letter(parse, value - 1);
	if (!next.opt)
		return bad_value(parse, match->opt, "ignored explicit argument ", value);
	verdict = take_option(parse, &next);
	return verdict == OPT_RUN ? store(parse, match->opt, NULL) : verdict;
}

/* As argparse, every prefix is looked at before any option acts. */
static bool is_ambiguous(struct parse *parse, const char *arg)
{
	size_t n;
	const struct opt *first, *opt;

	if (arg[0] != '-' || arg[1] != '-')
		return false;
	n = strcspn(arg + 2, "=");
	first = find_prefix(parse->rows, arg + 2, n);
	if (!first || find_exact(parse->rows, arg + 2, n) || !find_prefix(first + 1, arg + 2, n))
		return false;
	text_fmt(parse->error, "ambiguous option: %s could match --%s", arg, first->name);
	for (opt = first; (opt = find_prefix(opt + 1, arg + 2, n));)
		text_fmt(parse->error, ", --%s", opt->name);
	return true;
}

/* An argument that is no option of ours. */
static enum opt_verdict take_operand(struct parse *parse, char *arg, bool unknown)
{
	if (!parse->syntax->operands) {
		text_fmt(&parse->unknown, " %s", arg);
		return OPT_RUN;
	}
	if (!unknown)
		return add(parse, parse->syntax->operands, arg);
	text_fmt(parse->error, "unrecognized option: %s", arg);
	return OPT_BAD;
}

static enum opt_verdict take_args(struct parse *parse)
{
	bool getopt = parse->syntax->operands, options_ended = false;
	enum opt_verdict verdict = OPT_RUN;

	while (*parse->at && verdict == OPT_RUN) {
		char *arg = *parse->at++;
		struct match match = { 0 };

		if (!options_ended)
			match = match_arg(parse, arg);
		if (!options_ended && strcmp(arg, "--") == 0) {
			options_ended = true;
			if (getopt)
				continue;
		}
		if (getopt && match.opt && is_ambiguous(parse, arg))
			verdict = OPT_BAD;
		else if (match.opt && !options_ended)
			verdict = take_option(parse, &match);
		else
			verdict = take_operand(parse, arg, match.unknown);
		if (getopt && !match.opt && getenv("POSIXLY_CORRECT"))
			options_ended = true;
	}
	return verdict;
}

enum opt_verdict opt_parse(const struct opt_syntax *syntax, char **argv, void *values,
			   struct text *error)
{
	char unknown[1024];
	struct parse parse = { .rows = syntax->rows,
			       .syntax = syntax,
			       .at = argv + 1,
			       .values = values,
			       .error = error,
			       .unknown = TEXT_OVER(unknown) };
	enum opt_verdict verdict;

	if (!*argv)
		return OPT_RUN;
	if (!syntax->operands)
		for (char **arg = argv + 1; *arg && strcmp(*arg, "--") != 0; arg++)
			if (is_ambiguous(&parse, *arg))
				return OPT_BAD;
	verdict = take_args(&parse);
	if (verdict != OPT_RUN || parse.unknown.len == 0)
		return verdict;
	text_str(error, "unrecognized arguments:");
	text_add(error, unknown, parse.unknown.len);
	return OPT_BAD;
}
