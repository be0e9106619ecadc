/*
 * opt: the command line. The same row parses an option, accepts its unique prefixes and prints its
 * help. Parsing follows Python's argparse, whose command lines os-refresh-config must accept and
 * whose error texts people match, or getopt_long(3), as run-parts does. Nothing here prints or
 * exits: the applet acts on the verdict.
 */
#ifndef OPT_H
#define OPT_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mem;
struct text;

enum opt_verdict { OPT_RUN, OPT_SHOW_HELP, OPT_SHOW_VERSION, OPT_BAD };

enum opt_kind {
	OPT_FLAG,                       /* bool: set to true */
	OPT_HELP = OPT_SHOW_HELP,       /* ends parsing with this verdict */
	OPT_VERSION = OPT_SHOW_VERSION, /* and this one with that */
	OPT_PRESET,                     /* const char *: the name in the row, without an argument */
	OPT_MAYBE_TIME,                 /* int64_t: text_to_ns of what may stand behind a '=';
					   else INT64_MAX */
	OPT_STRING,                     /* const char *: the argument itself */
	OPT_LIST,                       /* struct strvec: the argument is appended */
	OPT_TIME,                       /* int64_t: text_to_ns of the argument */
	OPT_CHOICE,                     /* int: index of the argument in the words accepted */
};

/* An option of this kind gives way, where it is abbreviated, to another that begins alike. */
#define OPT_YIELDS 0x80

/*
 * One option. Behind a row are its strings:
 *   the long name, without the dashes
 *   the help: lines of at most 55 characters, '\n' between them
 *   what help calls the argument, or the words that OPT_CHOICE accepts, then an empty one
 */
struct opt {
	unsigned char size; /* of the row and its strings; 0: the end of the table */
	char letter;        /* short name, or 0 */
	unsigned char kind; /* enum opt_kind, or OPT_YIELDS with it */
	uint16_t offset;    /* of the value in the struct that is filled */
} __attribute__((packed));

/* What comes after the last row of a table. */
struct opt_end {
	struct opt row;
	const struct opt *more; /* the first row of the table that goes on, or NULL */
} __attribute__((packed));

/*
 * For the tables of options. ROWS is a list of ROW(id, letter, kind, offset, "name", "help",
 * "arg"); OPT_TYPE is the type of a table of it, OPT_ROWS what it begins with, and OPT_FIRST of a
 * table its first row.
 */
/* NOLINTBEGIN(bugprone-macro-parentheses): a tag, and strings that an array begins with */
#define OPT_TYPE(tag, ROWS)         \
	struct tag {                \
		ROWS(OPT_ROOM)      \
		struct opt_end end; \
	}
#define OPT_ROWS(ROWS, next)                          \
	{                                             \
		ROWS(OPT_ROW).end = {.more = (next) } \
	}
/* NOLINTEND(bugprone-macro-parentheses) */
#define OPT_FIRST(table) ((const struct opt *)&(table))
#define OPT_STRINGS(name, help, arg) name "\0" OPT_IF(ENABLE_HELP, help) "\0" arg
#define OPT_SIZE(...) (sizeof(struct opt) + sizeof(OPT_STRINGS(__VA_ARGS__)))
#define OPT_ROOM(id, letter, kind, offset, ...)                                            \
	_Static_assert(OPT_SIZE(__VA_ARGS__) <= UCHAR_MAX, "an option with long strings"); \
	struct opt id;                                                                     \
	char id##_strings[sizeof(OPT_STRINGS(__VA_ARGS__))];
#define OPT_ROW(id, letter, kind, offset, ...)                 \
	.id = { OPT_SIZE(__VA_ARGS__), letter, kind, offset }, \
	.id##_strings = OPT_STRINGS(__VA_ARGS__),

/* What is there only where its feature, an ENABLE_ symbol, is built in. */
#define OPT_IF(enabled, ...) OPT_IF_PASTE(enabled, __VA_ARGS__)
#define OPT_IF_PASTE(enabled, ...) OPT_IF_##enabled(__VA_ARGS__)
#define OPT_IF_1(...) __VA_ARGS__
#define OPT_IF_0(...)

static inline const char *opt_name(const struct opt *opt)
{
	return (const char *)(opt + 1);
}

/* The argument, or the first of the words accepted. */
const char *opt_arg(const struct opt *opt);

/* The next row, or NULL. */
const struct opt *opt_next(const struct opt *opt);

static inline enum opt_kind opt_kind(const struct opt *opt)
{
	return (enum opt_kind)(opt->kind & ~OPT_YIELDS);
}

static inline bool opt_takes_value(const struct opt *opt)
{
	return opt_kind(opt) >= OPT_STRING;
}

struct opt_syntax {
	const struct opt *rows;
	const char *operands; /* as usage calls them: what is no option is one, by getopt_long(3)'s
				 rules. NULL: there may be none, and argparse's hold */
	bool ends_early; /* with what is no option of ours, "--" included, begin the operands */
};

/*
 * Parses argv[1] and on, up to a NULL, into *values, and leaves the operands there, a NULL after
 * the last; mem is for lists. Returns OPT_BAD with what is wrong in *error ("argument --timeout:
 * expected one argument"); *values is half filled then.
 */
enum opt_verdict opt_parse(const struct opt_syntax *syntax, struct mem *mem, char **argv,
			   void *values, struct text *error);

/* Appends "usage: NAME [-h] ...", wrapped to 80 columns. */
void opt_usage(struct text *text, const struct opt_syntax *syntax, const char *name);

/* Appends "options:" and a paragraph per option. */
void opt_list(struct text *text, const struct opt *rows);

/* Appends the usage, the description and the options. */
void opt_help(struct text *text, const struct opt_syntax *syntax, const char *name,
	      const char *description);

#endif
