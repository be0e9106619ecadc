/*
 * eval: evaluates an environment.d file as bash would under `set -eu`, without a shell and without
 * any effect but on the given variables: assignments, export, unset, echo, [ ], if, && and ||,
 * quoting and the ${X:-word} family. Whatever else it meets, in parts not executed too, is
 * EVAL_BEYOND.
 */
#ifndef EVAL_H
#define EVAL_H

#include <stddef.h>

#include "mem.h"
#include "text.h"
#include "vars.h"

enum eval_verdict {
	EVAL_OK,
	EVAL_FAILED, /* a command failed, a variable is not set, `exit`: see status */
	EVAL_SYNTAX, /* no shell would take it; status 2 */
	EVAL_BEYOND  /* `what` needs a real shell */
};

struct eval {
	struct mem *mem;
	struct vars *vars;
	struct text output; /* what the file echoes; the caller sets .mem */

	int status;       /* exit status as of bash; 0 only with EVAL_OK */
	int line;         /* from 1, of the first thing that is not EVAL_OK */
	const char *what; /* its cause or construct; may hold any byte of the file */
};

/*
 * Looks for what no environment file may hold whoever reads it: NUL bytes, and carriage returns at
 * the ends of lines. Returns EVAL_OK, or EVAL_FAILED with status, line and what filled.
 */
int eval_check_bytes(struct eval *eval, const char *buf, size_t size);

/*
 * Evaluates the string buf, which has passed eval_check_bytes. What is not EVAL_OK ends it where it
 * is met, with the variables as they are there: to take all of it back, load them anew. Returns a
 * verdict, or -ENOMEM.
 */
int eval_file(struct eval *eval, const char *buf);

#endif
