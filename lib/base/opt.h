/*
 * opt: the command line. One row of a table parses an option, accepts its abbreviations and prints
 * its help. Command lines follow Python's argparse, as those of os-refresh-config always did (and
 * people search for its error messages), or getopt_long(3), as those of run-parts. Nothing here
 * prints or exits: the applet acts on the verdict.
 */
#ifndef OPT_H
#define OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mem;
struct text;

enum opt_verdict { OPT_RUN, OPT_SHOW_HELP, OPT_SHOW_VERSION, OPT_ERROR };

/* How an option takes a value, and the type of the struct member that it fills. */
enum opt_kind {
	OPT_END,           /* not an option: the table ends here */
	OPT_MORE,          /* not an option: the table ends here, and `more` goes on */
	OPT_HELP,          /* ends parsing with OPT_SHOW_HELP */
	OPT_VERSION,       /* ends parsing with OPT_SHOW_VERSION */
	OPT_FLAG,          /* bool: set to true */
	OPT_COMMAND,       /* bool: set to true; never abbreviated, and only operands follow */
	OPT_STRING,        /* const char *: the value itself */
	OPT_LIST,          /* struct strvec: the value is appended */
	OPT_TIME,          /* int64_t: duration_parse of the value */
	OPT_OPTIONAL_TIME, /* int64_t: duration_parse of the value after a '='; without one INT64_MAX */
	OPT_CHOICE,        /* int: the value of the choice that has this name */
};

/* A name that an OPT_CHOICE accepts. The last of an array has the name NULL. */
struct opt_choice {
	const char *name;
	int value;
};

/* One option. An array of them ends with an OPT_END or OPT_MORE. */
struct opt {
	const char *name;  /* the long name, without the dashes */
	char letter;       /* the short name, or 0 */
	bool low_priority; /* of an OPT_MORE: an abbreviation of an option before this row means
			      that option, even if it fits one in the table that goes on */
	enum opt_kind kind;
	uint16_t at;                      /* offset of the member that it fills */
	uint16_t clears;                  /* offset of a bool that it sets to false, or 0 */
	const char *arg;                  /* how the help calls the value, or NULL */
	const char *help;                 /* lines of at most 55 characters, in HELP() */
	const struct opt_choice *choices; /* of an OPT_CHOICE */
	const struct opt *more;           /* of an OPT_MORE: the table that goes on */
};

/* A help text; without ENABLE_HELP it does not get into the binary. */
#define HELP(text) (ENABLE_HELP ? (text) : "")

/* How options and operands are distinguished. */
enum opt_grammar {
	OPT_ARGPARSE,      /* Python's argparse, with a parser that takes no operands */
	OPT_GETOPT_LONG,   /* getopt_long(3): operands may stand between options */
	OPT_OPTIONS_FIRST, /* operands begin with the first argument that is not an option of ours,
			      even if that is "--" or has dashes */
};

struct opt_syntax {
	enum opt_grammar grammar;
	const struct opt *options;
	const char *operands; /* how the usage calls them; NULL: there are none */
};

/*
 * Parses argv[1] and what follows, up to a NULL, into *values, and leaves the operands there, with
 * a NULL after the last; mem is for the lists. Returns OPT_ERROR with the reason in *error
 * ("argument --timeout: expected one argument"); *values may be half filled then.
 */
enum opt_verdict opt_parse(const struct opt_syntax *syntax, struct mem *mem, char **argv,
			   void *values, struct text *error);

/* The first option at or after this row, in the tables that follow too; NULL after the last. */
const struct opt *opt_at(const struct opt *row);

/* Appends "usage: NAME [-h] ...", wrapped to 80 columns. */
void opt_usage(struct text *text, const struct opt_syntax *syntax, const char *name);

/* Appends "options:" and a paragraph for each option. */
void opt_list(struct text *text, const struct opt *options);

/* Appends the usage, the description and the options. */
void opt_help(struct text *text, const struct opt_syntax *syntax, const char *name,
	      const char *description);

#endif
