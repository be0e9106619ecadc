/*
 * eval_walk: what the files of eval share. A walk reads a file from front to back by recursive
 * descent; only where it is live it also does what it reads. Once something ends it, walk->err is
 * set and walk->at is at an empty string, so that whoever reads on finds the end of the file: only
 * what has an effect must look at walk->err first.
 */
#ifndef EVAL_WALK_H
#define EVAL_WALK_H

#include <stdbool.h>

#include "eval.h"

/* What ends a walk besides verdicts and -errno: `return`. */
#define WALK_RETURN 100

/* Nested deeper than this, ifs and expansions are beyond. */
#define WALK_DEPTH_MAX 50

/* What may happen to the text of a word. */
enum {
	WORD_SPLIT = 1,  /* unquoted expansions fall apart at blanks */
	WORD_GLOB = 2,   /* unquoted patterns stand for file names */
	WORD_BRACES = 4, /* {a,b} is expanded */
	WORD_ARGUMENT = WORD_SPLIT | WORD_GLOB | WORD_BRACES,
	WORD_NAMED = 8 /* an argument, or where it begins with NAME= only WORD_BRACES */
};

/* Where in a word the reading is. */
enum {
	WALK_QUOTED = 1, /* between double quotes */
	WALK_INNER = 2,  /* in the word of an expansion, which ends at its } */
	WALK_NESTED = 4  /* in double quotes within such a word that is quoted itself */
};

struct walk {
	struct eval *eval;
	const char *buf;
	const char *at;
	int err;
	bool live;
	bool checked; /* someone asks for the status of what is run: a failure ends nothing */
	int depth;

	int kind;           /* of the word being read */
	struct text word;   /* its current field */
	bool begun;         /* a quote makes it a field even if nothing is in it */
	bool unknown;       /* not live, and it has expansions */
	char brace;         /* how much of {a,b} was seen: 0, '{' or ',' */
	struct strvec args; /* fields of the words so far; a NULL for an unknown word */

	int status;        /* of the command being run */
	const char *cause; /* of its failure, if there is more to say */
	const char *where; /* the last command that failed, */
	const char *why;   /* and the cause, in two parts */
	const char *whom;
};

/* Ends the walk, unless something has before, with walk->at as the place and `what`, n bytes of
 * `about` behind it, as the cause. */
void walk_fail(struct walk *walk, int verdict, const char *what, const char *about, size_t n);
void walk_beyond(struct walk *walk, const char *what);

/* Where the walk is live, does vars_put. An entry of NULL is one for which memory ran out. */
void walk_put(struct walk *walk, const char *entry, bool exported);

/* Does this byte end a word? The NUL at the end of the file does. */
bool walk_is_meta(char c);

/* Is there an && or || here? */
bool walk_is_and_or(const struct walk *walk);

/* Reads the word at walk->at, up to an unquoted metacharacter, into walk->args. */
void walk_word(struct walk *walk, int kind);

/* Adds to the word what comes up to its end, or to the end of the quotes or expansion it is in. */
void walk_part(struct walk *walk, int how);

/* Adds the value of a variable to the word. */
void walk_add_value(struct walk *walk, const char *value, int how);

/* Adds what the $ at walk->at stands for. */
void walk_expand(struct walk *walk, int how);

struct walk_command {
	char name[7];
	char number;
	char kind; /* of its words */
};

/* The command of that name, or NULL. */
const struct walk_command *walk_find_command(const char *name, size_t n);

/*
 * Runs the command that stands at `start`, its arguments being walk->args, and lets the walk fail
 * if it fails unasked. If not live, it only looks for what is beyond.
 */
void walk_run(struct walk *walk, const struct walk_command *command, const char *start);

/* Lets the walk fail for the last command that failed, with the status it left. */
void walk_fail_by_status(struct walk *walk);

/* The command `test`, or [ without its brackets: sets walk->status by the words v. */
void walk_test(struct walk *walk, char **v, size_t n);

#endif
