/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opt_impl, private to opt: opt.c takes the arguments one after the other by the rules of a
 * grammar; opt_row.c finds the row that an argument names and stores its value.
 */
#ifndef OPT_IMPL_H
#define OPT_IMPL_H

#include "base/opt.h"

/* A command line being parsed. */
struct opt_parse {
	const struct opt_syntax *syntax;
	struct mem *mem;
	char *values; /* the struct that the options fill */
	struct text *error;
	char **next;        /* the next argument */
	char **operand;     /* where the next operand goes, never after `next` */
	bool options_ended; /* the rest are operands */
};

/* An argument, split into the option that it names and the rest. */
struct opt_match {
	const struct opt *opt; /* the option that it names, or NULL */
	const char *rest;      /* what follows the name, or its '=', in that argument, or NULL */
	bool ambiguous;        /* it abbreviates other options as well */
};

static inline bool opt_is_argparse(const struct opt_syntax *syntax)
{
	return OPT_ARGPARSE_BUILT_IN && syntax->grammar == OPT_ARGPARSE;
}

/* Returns whether a row before OPT_END is that of an option. */
static inline bool opt_is_option(const struct opt *row)
{
	return row->kind != OPT_MORE && row->kind != OPT_GROUP;
}

/* Returns the row after this one, which may be in another table. */
static inline const struct opt *opt_next_row(const struct opt *row)
{
	return row->kind == OPT_MORE ? row->more : row + 1;
}

/* Returns whether the argument begins like an option, one of ours or not. "-" is an operand. */
bool opt_has_dash(const char *arg);

/* Returns whether it is "--". */
bool opt_ends_options(const char *arg);

/* Finds the option that an argument names: as "--name", "--name=value", "--na" or "-nvalue". */
struct opt_match opt_find(const struct opt_syntax *syntax, const char *arg);

/* Finds the option that has the first of these letters; the others are `rest`. */
struct opt_match opt_find_letter(const struct opt_syntax *syntax, const char *letters);

/* Returns whether the option needs a value, which may be the next argument, or all of them. */
bool opt_needs_value(const struct opt *opt);

/* Returns whether the option may have a value after a '='. The next argument is never that. */
static inline bool opt_takes_value(const struct opt *opt)
{
	return opt->kind == OPT_OPTIONAL_TIME || opt->kind == OPT_OPTIONAL_STRING;
}

/* Returns whether this is the option for the help, with the value that asks for all of it. */
bool opt_asks_for_all(const struct opt *opt, const char *value);

/* Stores the value. Returns OPT_RUN, or the verdict of a help or version option, or OPT_ERROR. */
enum opt_verdict opt_store(const struct opt_parse *parse, const struct opt *opt, const char *value);

/*
 * Each appends an error message and returns OPT_ERROR. In the first a value that is not NULL
 * follows the problem, in quotes.
 */
enum opt_verdict opt_value_error(const struct opt_parse *parse, const struct opt *opt,
				 const char *problem, const char *value);
enum opt_verdict opt_ambiguous_error(const struct opt_parse *parse, const char *arg);

/* Appends a suggestion to the error if the argument is like the long name of an option. */
void opt_suggest(const struct opt_parse *parse, const char *arg);

#endif
