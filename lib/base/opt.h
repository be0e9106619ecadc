/* SPDX-License-Identifier: Apache-2.0 */
/*
 * opt: the command line. An option is one row of a table, from which it is parsed, abbreviated and
 * explained in the help. Which grammar a command line follows is a setting of its table: argparse
 * for os-refresh-config, whose error messages people search for, getopt_long(3) for run-parts.
 * Nothing here prints or exits: the applet acts on the verdict.
 */
#ifndef OPT_H
#define OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mem;
struct text;

/* The verdict tells the applet how to go on. */
enum opt_verdict { OPT_RUN, OPT_SHOW_HELP, OPT_SHOW_ALL_HELP, OPT_SHOW_VERSION, OPT_ERROR };

/* How an option takes a value, and the type of the struct member that it fills. */
enum opt_kind {
	OPT_END,           /* not an option: the table ends here */
	OPT_MORE,          /* not an option: the table goes on in another one */
	OPT_GROUP,         /* not an option: its help is the heading of those after it */
	OPT_HELP,          /* ends parsing with OPT_SHOW_HELP, or OPT_SHOW_ALL_HELP for "=all" */
	OPT_VERSION,       /* ends parsing with OPT_SHOW_VERSION */
	OPT_FLAG,          /* bool: set to true */
	OPT_COMMAND,       /* bool: set to true; cannot be abbreviated, and only operands follow */
	OPT_REST,          /* char *const *: the arguments after it, at least one, with a NULL after
			      the last; cannot be abbreviated */
	OPT_STRING,        /* const char *: the value itself */
	OPT_LIST,          /* struct strvec: the value is appended */
	OPT_TIME,          /* int64_t: duration_parse of the value, which is not negative */
	OPT_SIGNED_TIME,   /* int64_t: the same, but it may be negative */
	OPT_OPTIONAL_TIME, /* int64_t: an OPT_TIME after a '='; INT64_MAX without a value */
	OPT_COUNT,         /* int: a number from 1 to 256, or the value of a choice */
	OPT_CHOICE,        /* int or an enum: the value of the choice that has this name */
	/* const char *: the value after a '='; that of `implied` without one */
	OPT_OPTIONAL_STRING,
};

/* Whether there is an option of the kind OPT_COUNT. */
#define OPT_COUNT_BUILT_IN ENABLE_JOBS

/* A name that an OPT_CHOICE or OPT_COUNT accepts. The last of an array has the name NULL. */
struct opt_choice {
	const char *name;
	int value;
};

/* One option. An array of them ends with an OPT_END or OPT_MORE. */
struct opt {
	const char *name;  /* the long name, without the dashes */
	char letter;       /* the short name, or 0 */
	bool low_priority; /* OPT_MORE: an abbreviation of an option before this row means that
			      option, even if it fits one after it */
	bool common;       /* it is in the short help */
	enum opt_kind kind : 8;
	uint16_t at;      /* offset of the member that it fills */
	uint16_t clears;  /* offset of a bool that it sets to false, or 0 */
	const char *arg;  /* the name of the value in the help, or NULL */
	const char *help; /* a line of at most 55 characters, in HELP() */
	union {
		const struct opt_choice *choices; /* OPT_CHOICE, OPT_COUNT: the last is NULL */
		const struct opt *more;           /* OPT_MORE: where the table goes on */
		const char *implied;              /* OPT_OPTIONAL_STRING: its value without one */
	};
};

/* A help text or advice, which is not in the binary without ENABLE_HELP. */
#define HELP(text) (ENABLE_HELP ? (text) : "")

/* The value of an OPT_HELP in the help. Without ENABLE_HELP, --help alone shows every option. */
#define OPT_ALL (ENABLE_HELP ? "all" : NULL)

/* The rules that distinguish options from operands. */
enum opt_grammar {
	OPT_ARGPARSE,      /* those of Python's argparse; what is unknown counts as an operand */
	OPT_GETOPT_LONG,   /* those of getopt_long(3): operands may stand between options */
	OPT_OPTIONS_FIRST, /* the first argument that is not one of our options is an operand, even
			      "--" and "--other", and so are all after it; as dib-run-parts */
};

/* Whether an applet with this grammar is built; OPT_GETOPT_LONG always is. */
#define OPT_ARGPARSE_BUILT_IN ENABLE_OS_REFRESH_CONFIG
#define OPT_OPTIONS_FIRST_BUILT_IN ENABLE_DIB_RUN_PARTS

/* Whether there is an option of the kind OPT_REST. */
#define OPT_REST_BUILT_IN ENABLE_THEN

/* The command line of a program. */
struct opt_syntax {
	const char *name;
	const char *version;     /* what --version prints, or NULL: "NAME (refreshbox) 1.2" */
	const char *description; /* lines that say what it does, in HELP() */
	enum opt_grammar grammar;
	const struct opt *options;
	const char *operands; /* their name in the usage; NULL: there are none */
};

/*
 * Parses argv[1] to the NULL at the end of argv into the struct at `values`. The operands are moved
 * to argv[1] and the places after it, with a NULL after the last. The arrays of OPT_LIST are in
 * `mem`; without such an option it may be NULL. Values are pointers into argv. On OPT_ERROR the
 * message is appended to *error ("argument --timeout: expected one argument"), and some of the
 * values may have been set. The messages are those of argparse under every grammar, but the word
 * "int" for a time is for OPT_ARGPARSE alone: programs may look for it there.
 */
enum opt_verdict opt_parse(const struct opt_syntax *syntax, struct mem *mem, char **argv,
			   void *values, struct text *error);

/*
 * Returns the first option at or after this row, also in a table that goes on; NULL: none is left.
 */
const struct opt *opt_at(const struct opt *row);

/* Appends a line for each of the common options, or for all of them, in their groups. */
void opt_list(struct text *text, const struct opt *options, bool all);

/* Appends "usage: NAME [OPTION]...", the description and the options. */
void opt_help(struct text *text, const struct opt_syntax *syntax, bool all);

#endif
