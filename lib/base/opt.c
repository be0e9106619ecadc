/* SPDX-License-Identifier: Apache-2.0 */
#include "base/opt.h"

#include <stdlib.h>
#include <string.h>

#include "base/opt_impl.h"
#include "base/text.h"

static bool is_negative_number(const char *arg)
{
	static const char digits[] = "0123456789";
	const char *end = arg + 1 + text_span(arg + 1, digits);

	if (*end == '.')
		end += 1 + text_span(end + 1, digits);
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

/* Returns whether the rest followed a '=': it is a value and not more letters. */
static bool is_after_equals(const struct opt_match *match)
{
	return match->rest[-1] == '=';
}

/* Returns whether what follows an option in its argument has to be parsed as another option. */
static bool has_more_letters(const struct opt_parse *parse, const struct opt_match *match)
{
	enum opt_kind kind = match->opt->kind;

	if (!match->rest || opt_takes_value(match->opt) ||
	    opt_asks_for_all(match->opt, match->rest))
		return false;
	/* getopt_long returns -h before it looks at the letters after it. */
	return is_after_equals(match) || opt_is_argparse(parse->syntax) ||
	       (kind != OPT_HELP && kind != OPT_VERSION);
}

/* Returns whether the argument is an option that takes all arguments after it. */
static bool takes_rest(const struct opt_match *match)
{
	return OPT_REST_BUILT_IN && match->opt && match->opt->kind == OPT_REST;
}

static enum opt_verdict take_rest(struct opt_parse *parse, const struct opt *opt)
{
	if (!*parse->next)
		return opt_value_error(parse, opt, "expected at least one argument", NULL);
	*(char *const **)(parse->values + opt->at) = parse->next;
	while (*parse->next)
		parse->next++;
	return OPT_RUN;
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

	if (takes_rest(match))
		return take_rest(parse, match->opt);
	if (opt_needs_value(match->opt)) {
		value = take_value(parse, match);
		if (!value)
			return opt_value_error(parse, match->opt, "expected one argument", NULL);
	} else if (has_more_letters(parse, match)) {
		if (!is_after_equals(match))
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
	struct opt_match match = { 0 };

	for (char **arg = parse->next; *arg && !opt_ends_options(*arg) && !takes_rest(&match);
	     arg++) {
		match = opt_find(parse->syntax, *arg);
		if (match.ambiguous)
			return opt_ambiguous_error(parse, *arg);
	}
	return OPT_RUN;
}

/* argparse reports operands that it does not expect after all options have had an effect. */
static enum opt_verdict check_operands(const struct opt_parse *parse, char *const *operands)
{
	if (!*operands || parse->syntax->operands || !opt_is_argparse(parse->syntax))
		return OPT_RUN;
	text_str(parse->error, "unrecognized arguments:");
	for (char *const *operand = operands; *operand; operand++)
		text_fmt(parse->error, " %s", *operand);
	opt_suggest(parse, *operands);
	return OPT_ERROR;
}

static bool options_may_follow_operands(enum opt_grammar grammar)
{
	if (grammar == OPT_GETOPT_LONG)
		return !getenv("POSIXLY_CORRECT");
	return grammar == OPT_ARGPARSE;
}

/* Takes an argument that names no option of ours. */
static enum opt_verdict take_other(struct opt_parse *parse, char *arg)
{
	enum opt_grammar grammar = parse->syntax->grammar;

	if (grammar == OPT_GETOPT_LONG && !parse->options_ended && opt_has_dash(arg)) {
		text_fmt(parse->error, "unrecognized option: %s", arg);
		opt_suggest(parse, arg);
		return OPT_ERROR;
	}
	*parse->operand++ = arg;
	if (!options_may_follow_operands(grammar))
		parse->options_ended = true;
	return OPT_RUN;
}

/* Only getopt_long takes the "--" away; for the others it is the first operand. */
static enum opt_verdict end_options(struct opt_parse *parse)
{
	if (parse->syntax->grammar == OPT_GETOPT_LONG)
		parse->next++;
	while (*parse->next)
		*parse->operand++ = *parse->next++;
	return OPT_RUN;
}

/* An option that takes the rest has to be the last, so it may follow operands in every grammar. */
static enum opt_verdict take_argument(struct opt_parse *parse)
{
	char *arg = *parse->next;
	struct opt_match match = opt_find(parse->syntax, arg);

	if (!parse->options_ended && opt_ends_options(arg))
		return end_options(parse);
	parse->next++;
	if (parse->options_ended && !takes_rest(&match))
		return take_other(parse, arg);
	if (match.ambiguous)
		return opt_ambiguous_error(parse, arg);
	if (!match.opt)
		return take_other(parse, arg);
	parse->options_ended = match.opt->kind == OPT_COMMAND;
	return take_option(parse, &match);
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
	enum opt_verdict verdict = opt_is_argparse(syntax) ? check_names(&parse) : OPT_RUN;

	while (verdict == OPT_RUN && *parse.next)
		verdict = take_argument(&parse);
	*parse.operand = NULL;
	return verdict == OPT_RUN ? check_operands(&parse, operands) : verdict;
}
