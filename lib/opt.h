/*
 * opt: the command line. The same row parses an option, accepts its unique prefixes and prints its
 * help. Parsing follows Python's argparse, whose command lines os-refresh-config must accept and
 * whose error texts people match, or getopt_long(3), as run-parts does. Nothing here prints or
 * exits: the applet acts on the verdict.
 */
#ifndef OPT_H
#define OPT_H

#include <stdbool.h>
#include <stddef.h>

struct mem;
struct strvec;
struct text;

enum opt_kind {
	OPT_HELP,    /* ends parsing: OPT_SHOW_HELP */
	OPT_VERSION, /* ends parsing: OPT_SHOW_VERSION */
	OPT_FLAG,    /* bool: set to true */
	OPT_PRESET,  /* const char *: the arg of the row, without an argument */
	OPT_STRING,  /* const char *: the argument itself */
	OPT_LIST,    /* struct strvec: the argument is appended */
	OPT_INT,     /* int64_t: text_to_int of the argument */
	OPT_CHOICE,  /* int: index of the argument in choices */
};

/* One option. A table ends with a row without a name; its arg is what usage calls the operands. */
struct opt {
	const char *name;           /* long name, without the dashes */
	char letter;                /* short name, or 0 */
	unsigned char kind;         /* enum opt_kind */
	unsigned short offset;      /* of the value in the applet's struct of options */
	const char *arg;            /* what help calls the argument */
	const char *const *choices; /* OPT_CHOICE: the words accepted, NULL after the last */
	const char *help;           /* lines of at most 55 characters, '\n' between them */
};

/* A row that is there only where its feature, an ENABLE_ symbol, is built in. */
#define OPT_IF(enabled, ...) OPT_IF_PASTE(enabled, __VA_ARGS__)
#define OPT_IF_PASTE(enabled, ...) OPT_IF_##enabled(__VA_ARGS__)
#define OPT_IF_1(...) __VA_ARGS__
#define OPT_IF_0(...)

/* Help texts are dropped from the binary where the help is not built in. */
#define OPT_HELP_TEXT(text) (ENABLE_HELP ? (text) : "")

static inline bool opt_takes_value(const struct opt *opt)
{
	return opt->kind >= OPT_STRING;
}

enum opt_verdict { OPT_RUN, OPT_SHOW_HELP, OPT_SHOW_VERSION, OPT_BAD };

struct opt_syntax {
	const struct opt *rows;
	struct strvec *operands; /* takes what is no option, by getopt_long(3)'s rules; NULL: there
				    may be none, by argparse's */
	struct mem *mem;         /* for the operands and lists */
};

/*
 * Parses argv[1] and on, up to a NULL, into *values. Returns OPT_BAD with what is wrong in *error
 * ("argument --timeout: expected one argument"); *values is half filled then.
 */
enum opt_verdict opt_parse(const struct opt_syntax *syntax, char **argv, void *values,
			   struct text *error);

/* Appends "usage: NAME [-h] ...", wrapped to 80 columns. */
void opt_usage(struct text *text, const struct opt *rows, const char *name);

/* Appends the usage, the description and a paragraph per option. */
void opt_help(struct text *text, const struct opt *rows, const char *name, const char *description);

#endif
