/*
 * eval: evaluates an environment.d file as bash would under `set -eu`, without a shell and without
 * any effect but on the given variables: assignments, export, unset, echo, [ ], if, && and ||,
 * quoting and the ${X:-word} family. Syntax that it does not know is EVAL_BEYOND, in parts not
 * executed too; so is what it does not know to execute.
 */
#ifndef EVAL_H
#define EVAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "envd/vars.h"
#include "sys/mem.h"

/* The verdict on what needs a real shell; no exit status is as high. */
#define EVAL_BEYOND 256

struct eval {
	/* the evaluation's own: see eval_walk.h; first, for that makes the code smaller */
	const char *at;
	struct text word;
	struct strvec args;
	int skip;
	int verdict;
	int status;
	int depth;
	const char *last;
	char kind;
	bool brace;
	bool begun;
	bool checked;
	bool backquoted;

	/* set by the caller */
	bool is_dump; /* the text is what a shell printed as `export -p` */
	bool is_scan; /* it is only looked for what bash alone understands */
	struct mem *mem;
	struct vars *vars;

	/* to be read by it */
	int line;           /* from 1, of what ended the evaluation */
	struct text what;   /* its cause or construct; may hold any byte of the file */
	struct text output; /* what the file echoes is added to it */

	const char *buf; /* its own, too */
};

/*
 * Evaluates the string buf. What is not well ends it where it is met, with the variables as they
 * are there: to take all of it back, load them anew.
 *
 * Of a dump, only exported variables with a value are taken in, and those not that every shell sets
 * for itself, nor arrays.
 *
 * A scan needs no variables. It finds what a POSIX shell does not understand, or understands
 * otherwise than bash, so that no script is half understood: that is EVAL_BEYOND. It is a look at
 * the words, not a parser: rather too strict (<<, ~ and case in $( ) count as bash's),
 * and of errors it knows only those of words.
 *
 * Returns 0; the exit status a shell would end with, line and what telling why; EVAL_BEYOND, line
 * and what telling the construct; or -ENOMEM.
 */
int eval_file(struct eval *eval, const char *buf);

#endif
