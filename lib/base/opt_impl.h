/*
 * opt_impl, private to opt: opt_row.c finds the row that an argument names and stores its value;
 * opt.c walks over the arguments by the rules of a grammar.
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
	char **next;    /* the next argument */
	char **operand; /* where the next operand goes: never behind the next argument */
};

/* An argument taken apart. */
struct opt_match {
	const struct opt *opt; /* the option that it names, or NULL */
	const char *rest;      /* what follows the name in the same argument, or NULL */
	bool after_equals;     /* the rest stood behind a '=': it is a value, not more letters */
	bool ambiguous;        /* it abbreviates other options just as well */
};

/* Can the argument only be an option, one of ours or not? "-" is an operand. */
bool opt_has_dash(const char *arg);

/* Is it "--"? */
bool opt_ends_options(const char *arg);

/* Finds the option that an argument names: "--name", "--name=value", "--na", "-nvalue". */
struct opt_match opt_find(const struct opt_syntax *syntax, const char *arg);

/* Finds the option of the first of these letters. */
struct opt_match opt_find_letter(const struct opt_syntax *syntax, const char *letters);

/* Does the option take a value, if need be the next argument? */
bool opt_needs_value(const struct opt *opt);

/* Stores the value of an option. Returns OPT_RUN, the verdict that it asks for, or OPT_ERROR. */
enum opt_verdict opt_store(const struct opt_parse *parse, const struct opt *opt, const char *value);

/*
 * Both append an error message and return OPT_ERROR. A value that is not NULL is quoted after the
 * problem.
 */
enum opt_verdict opt_value_error(const struct opt_parse *parse, const struct opt *opt,
				 const char *problem, const char *value);
enum opt_verdict opt_ambiguous_error(const struct opt_parse *parse, const char *arg);

#endif
