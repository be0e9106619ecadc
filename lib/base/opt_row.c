/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of the tables: finding the one that an argument names, and storing its value. */
#include <string.h>

#include "base/duration.h"
#include "base/opt_impl.h"
#include "base/text.h"
#include "sys/mem.h"

const struct opt *opt_at(const struct opt *row)
{
	while (!opt_is_option(row))
		row = opt_next_row(row);
	return row->kind == OPT_END ? NULL : row;
}

bool opt_has_dash(const char *arg)
{
	return arg[0] == '-' && arg[1];
}

bool opt_ends_options(const char *arg)
{
	return strcmp(arg, "--") == 0;
}

bool opt_needs_value(const struct opt *opt)
{
	switch (opt->kind) {
	case OPT_STRING:
	case OPT_LIST:
	case OPT_TIME:
	case OPT_SIGNED_TIME:
	case OPT_REST:
	case OPT_CHOICE:
		return true;
	case OPT_COUNT:
		return OPT_COUNT_BUILT_IN;
	default:
		return false;
	}
}

bool opt_asks_for_all(const struct opt *opt, const char *value)
{
	return ENABLE_HELP && opt->kind == OPT_HELP && value && strcmp(value, "all") == 0;
}

/*
 * Returns whether the option has this name, whose first n bytes end at a '=' or NUL, in full or
 * short.
 */
static bool is_called(const struct opt *opt, const char *name, size_t n)
{
	bool whole = opt->kind == OPT_COMMAND || opt->kind == OPT_REST;

	return whole ? strcmp(opt->name, name) == 0 : strncmp(opt->name, name, n) == 0;
}

/*
 * A whole name is never ambiguous, whatever else it abbreviates. An abbreviation of an option
 * before a row with low_priority does not mean one after that row.
 */
static struct opt_match find_long(const struct opt_syntax *syntax, const char *name)
{
	size_t n = (size_t)(strchrnul(name, '=') - name);
	struct opt_match match = { 0 };
	bool settled = false;

	if (name[n])
		match.rest = name + n + 1;
	for (const struct opt *row = syntax->options; row->kind != OPT_END;
	     row = opt_next_row(row)) {
		if (row->low_priority && match.opt)
			settled = true;
		if (!opt_is_option(row) || !is_called(row, name, n))
			continue;
		if (!row->name[n]) {
			match.opt = row;
			match.ambiguous = false;
			break;
		}
		if (!match.opt)
			match.opt = row;
		else if (!settled)
			match.ambiguous = true;
	}
	return match;
}

struct opt_match opt_find_letter(const struct opt_syntax *syntax, const char *letters)
{
	struct opt_match match = { .rest = letters[1] ? letters + 1 : NULL };

	/* getopt_long takes the value in "-n=value" to be "=value". */
	if (letters[1] == '=' && opt_is_argparse(syntax))
		match.rest++;
	match.opt = opt_at(syntax->options);
	while (match.opt && match.opt->letter != *letters)
		match.opt = opt_at(match.opt + 1);
	return match;
}

struct opt_match opt_find(const struct opt_syntax *syntax, const char *arg)
{
	if (!opt_has_dash(arg) || opt_ends_options(arg))
		return (struct opt_match){ 0 };
	return arg[1] == '-' ? find_long(syntax, arg + 2) : opt_find_letter(syntax, arg + 1);
}

enum opt_verdict opt_ambiguous_error(const struct opt_parse *parse, const char *arg)
{
	const char *name = arg + 2, *before = "could match";
	size_t n = (size_t)(strchrnul(name, '=') - name);

	text_fmt(parse->error, "ambiguous option: %s ", arg);
	for (const struct opt *opt = opt_at(parse->syntax->options); opt; opt = opt_at(opt + 1))
		if (is_called(opt, name, n)) {
			text_fmt(parse->error, "%s --%s", before, opt->name);
			before = ",";
		}
	return OPT_ERROR;
}

void opt_suggest(const struct opt_parse *parse, const char *arg)
{
	size_t n = (size_t)(strchrnul(arg, '=') - arg);

	if (n < 2 || arg[1] != '-')
		return;
	for (const struct opt *opt = opt_at(parse->syntax->options); opt; opt = opt_at(opt + 1))
		if (text_is_near(arg + 2, n - 2, opt->name)) {
			text_fmt(parse->error, "; did you mean --%s?", opt->name);
			break;
		}
}

/*
 * Appends a string as Python's repr(): in single quotes, but in double ones if it has single ones
 * only.
 */
static void add_repr(struct text *text, const char *value)
{
	char quote = strchr(value, '\'') && !strchr(value, '"') ? '"' : '\'';

	text_char(text, quote);
	for (; *value; value++) {
		char byte[2] = { *value };

		text_fmt(text, *value == quote ? "\\%s" : "%s", byte);
	}
	text_char(text, quote);
}

enum opt_verdict opt_value_error(const struct opt_parse *parse, const struct opt *opt,
				 const char *problem, const char *value)
{
	text_str(parse->error, "argument ");
	if (opt->letter)
		text_fmt(parse->error, "-%c/", opt->letter);
	text_fmt(parse->error, "--%s: %s", opt->name, problem);
	if (value)
		add_repr(parse->error, value);
	return OPT_ERROR;
}

/* Stores the value of the choice with this name. Returns whether there is one. */
static bool take_choice(const struct opt *opt, const char *name, int *target)
{
	for (const struct opt_choice *choice = opt->choices; choice->name; choice++)
		if (strcmp(choice->name, name) == 0) {
			*target = choice->value;
			return true;
		}
	return false;
}

static enum opt_verdict store_choice(const struct opt_parse *parse, const struct opt *opt,
				     const char *value, int *target)
{
	const char *before = " (choose from '";

	if (take_choice(opt, value, target))
		return OPT_RUN;
	opt_value_error(parse, opt, "invalid choice: ", value);
	for (const struct opt_choice *choice = opt->choices; choice->name; choice++) {
		text_fmt(parse->error, "%s%s", before, choice->name);
		before = "', '";
	}
	text_str(parse->error, "')");
	return OPT_ERROR;
}

static enum opt_verdict store_time(const struct opt_parse *parse, const struct opt *opt,
				   const char *value, int64_t *target)
{
	int err = duration_parse(value, target);

	if (err == 0 && (*target >= 0 || opt->kind == OPT_SIGNED_TIME))
		return OPT_RUN;
	opt_value_error(parse, opt,
			opt_is_argparse(parse->syntax) ? "invalid int value: " : "invalid time ",
			value);
	text_str(parse->error, HELP(" (seconds, or 90s, 5m, 1.5h)"));
	return OPT_ERROR;
}

/* The most that an OPT_COUNT may be; the messages and manuals have it, too. */
#define COUNT_MAX 256

static enum opt_verdict store_count(const struct opt_parse *parse, const struct opt *opt,
				    const char *value, int *target)
{
	int64_t n;

	if (take_choice(opt, value, target))
		return OPT_RUN;
	if (text_to_int(value, &n) < 0 || n < 1 || n > COUNT_MAX) {
		opt_value_error(parse, opt, "invalid int value: ", value);
		text_str(parse->error, HELP(" (1 to 256, or auto)"));
		return OPT_ERROR;
	}
	*target = (int)n;
	return OPT_RUN;
}

static enum opt_verdict store_in_list(const struct opt_parse *parse, const struct opt *opt,
				      const char *value, struct strvec *target)
{
	return strvec_add(parse->mem, target, (char *)value) < 0 ?
		       opt_value_error(parse, opt, "out of memory", NULL) :
		       OPT_RUN;
}

enum opt_verdict opt_store(const struct opt_parse *parse, const struct opt *opt, const char *value)
{
	void *target = parse->values + opt->at;

	if (opt->clears)
		*(bool *)(parse->values + opt->clears) = false;
	switch (opt->kind) {
	case OPT_HELP:
		return opt_asks_for_all(opt, value) ? OPT_SHOW_ALL_HELP : OPT_SHOW_HELP;
	case OPT_VERSION:
		return OPT_SHOW_VERSION;
	case OPT_FLAG:
	case OPT_COMMAND:
		*(bool *)target = true;
		return OPT_RUN;
	case OPT_STRING:
		*(const char **)target = value;
		return OPT_RUN;
	case OPT_OPTIONAL_STRING:
		if (value && !*value)
			return opt_value_error(parse, opt, "expected a value after the '='", NULL);
		*(const char **)target = value ? value : opt->implied;
		return OPT_RUN;
	case OPT_LIST:
		return store_in_list(parse, opt, value, target);
	case OPT_TIME:
	case OPT_SIGNED_TIME:
		return store_time(parse, opt, value, target);
	case OPT_OPTIONAL_TIME:
		if (value)
			return store_time(parse, opt, value, target);
		*(int64_t *)target = INT64_MAX;
		return OPT_RUN;
	case OPT_COUNT:
		return OPT_COUNT_BUILT_IN ? store_count(parse, opt, value, target) : OPT_ERROR;
	case OPT_CHOICE:
		return store_choice(parse, opt, value, target);
	case OPT_REST: /* opt_parse stores it. */
	case OPT_END:
	case OPT_MORE:
	case OPT_GROUP:
		break;
	}
	return OPT_ERROR;
}
