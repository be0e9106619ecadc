/* SPDX-License-Identifier: Apache-2.0 */
#include "base/opt.h"

#include <stdlib.h>
#include <string.h>

#include "base/opt_impl.h"
#include "base/text.h"

static bool is_negative_number(const char *arg)
{
	static const char digits[] = "0123456789";
	const char *end = arg + 1 + strspn(arg + 1, digits);

	if (*end == '.')
		end += 1 + strspn(end + 1, digits);
	return !*end && end[-1] >= '0';
}

/*
 * Returns whether the argument can be the value of the option before it. For getopt_long any can.
 * For argparse one that begins like an option can only if it is a negative number or has a blank in
 * it.
 */
static bool may_be_value(const struct opt_syntax *syntax, const char *arg)
{
	if (!opt_is_argparse(syntax) || !opt_has_dash(arg))
		return true;
	return !opt_find(syntax, arg).opt && (is_negative_number(arg) || strchr(arg, ' '));
}

/* Returns the value of an option that needs one, from the same argument or the next, or NULL. */
static const char *take_value(struct opt_parse *parse, const struct opt_match *match)
{
	if (match->rest)
		return match->rest;
	if (!*parse->next || !may_be_value(parse->syntax, *parse->next))
		return NULL;
	return *parse->next++;
}

/* Returns whether what follows an option in its argument has to be parsed as another option. */
static bool has_more_letters(const struct opt_parse *parse, const struct opt_match *match)
{
	enum opt_kind kind = match->opt->kind;

	if (!match->rest || opt_takes_value(match->opt) ||
	    opt_asks_for_all(match->opt, match->rest))
		return false;
	/* getopt_long returns -h before it looks at the letters after it. */
	return match->after_equals || opt_is_argparse(parse->syntax) ||
	       (kind != OPT_HELP && kind != OPT_VERSION);
}

/*
 * "-ab" is "-a -b" if -a takes no value. A mistake in -b is reported before -a has an effect, as
 * argparse does.
 */
static enum opt_verdict take_option(struct opt_parse *parse, const struct opt_match *match)
{
	enum opt_verdict later = OPT_RUN, verdict;
	const char *value = match->rest;
	struct opt_match next = { 0 };

	if (opt_needs_value(match->opt)) {
		value = take_value(parse, match);
		if (!value)
			return opt_value_error(parse, match->opt, "expected one argument", NULL);
	} else if (has_more_letters(parse, match)) {
		if (!match->after_equals)
			next = opt_find_letter(parse->syntax, match->rest);
		if (!next.opt)
			return opt_value_error(parse, match->opt, "ignored explicit argument ",
					       match->rest);
		later = take_option(parse, &next);
		if (later == OPT_ERROR)
			return later;
	}
	verdict = opt_store(parse, match->opt, value);
	return verdict == OPT_RUN ? later : verdict;
}

/* argparse rejects ambiguous names anywhere before any option has an effect. */
static enum opt_verdict check_names(const struct opt_parse *parse)
{
	for (char **arg = parse->next; *arg && !opt_ends_options(*arg); arg++)
		if (opt_find(parse->syntax, *arg).ambiguous)
			return opt_ambiguous_error(parse, *arg);
	return OPT_RUN;
}

/* Arguments that are not our options are collected as operands, "--" included, to be rejected. */
static enum opt_verdict parse_argparse(struct opt_parse *parse)
{
	enum opt_verdict verdict = check_names(parse);
	bool options_ended = false;

	while (verdict == OPT_RUN && *parse->next) {
		char *arg = *parse->next++;
		struct opt_match match = { 0 };

		if (opt_ends_options(arg))
			options_ended = true;
		if (!options_ended)
			match = opt_find(parse->syntax, arg);
		if (match.opt)
			verdict = take_option(parse, &match);
		else
			*parse->operand++ = arg;
	}
	return verdict;
}

/* argparse reports operands that it does not expect after all options have had an effect. */
static enum opt_verdict check_no_operands(const struct opt_parse *parse, char *const *operands)
{
	if (!*operands || parse->syntax->operands)
		return OPT_RUN;
	text_str(parse->error, "unrecognized arguments:");
	for (; *operands; operands++)
		text_fmt(parse->error, " %s", *operands);
	return OPT_ERROR;
}

static enum opt_verdict parse_getopt_long(struct opt_parse *parse)
{
	enum opt_verdict verdict = OPT_RUN;
	bool options_ended = false;

	while (verdict == OPT_RUN && *parse->next) {
		char *arg = *parse->next++;
		struct opt_match match;

		if (options_ended || !opt_has_dash(arg)) {
			*parse->operand++ = arg;
			options_ended = options_ended || getenv("POSIXLY_CORRECT");
			continue;
		}
		match = opt_find(parse->syntax, arg);
		if (opt_ends_options(arg)) {
			options_ended = true;
		} else if (match.ambiguous) {
			verdict = opt_ambiguous_error(parse, arg);
		} else if (match.opt) {
			verdict = take_option(parse, &match);
		} else {
			text_fmt(parse->error, "unrecognized option: %s", arg);
			verdict = OPT_ERROR;
		}
	}
	return verdict;
}

static enum opt_verdict parse_options_first(struct opt_parse *parse)
{
	enum opt_verdict verdict = OPT_RUN;
	bool options_ended = false;

	while (verdict == OPT_RUN && *parse->next && !options_ended) {
		const char *arg = *parse->next;
		struct opt_match match = opt_find(parse->syntax, arg);

		if (!match.opt)
			break;
		parse->next++;
		verdict = match.ambiguous ? opt_ambiguous_error(parse, arg) :
					    take_option(parse, &match);
		options_ended = match.opt->kind == OPT_COMMAND;
	}
	while (*parse->next)
		*parse->operand++ = *parse->next++;
	return verdict;
}

enum opt_verdict opt_parse(const struct opt_syntax *syntax, struct mem *mem, char **argv,
			   void *values, struct text *error)
{
	char **operands = *argv ? argv + 1 : argv;
	struct opt_parse parse = { .syntax = syntax,
				   .mem = mem,
				   .values = values,
				   .error = error,
				   .next = operands,
				   .operand = operands };
	enum opt_verdict verdict = OPT_ERROR;

	switch (syntax->grammar) {
	case OPT_ARGPARSE:
		if (OPT_ARGPARSE_BUILT_IN)
			verdict = parse_argparse(&parse);
		break;
	case OPT_GETOPT_LONG:
		verdict = parse_getopt_long(&parse);
		break;
	case OPT_OPTIONS_FIRST:
		if (OPT_OPTIONS_FIRST_BUILT_IN)
			verdict = parse_options_first(&parse);
		break;
	}
	*parse.operand = NULL;
	return verdict == OPT_RUN && opt_is_argparse(syntax) ? check_no_operands(&parse, operands) :
							       verdict;
}
