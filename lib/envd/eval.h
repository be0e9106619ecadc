/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval: evaluates an environment.d file as bash would under `set -eu`, but without a shell and with
 * no effect except on the given variables. It knows assignments, export, unset, echo, [ ], [[ ]],
 * if, case, !, && and ||, { }, quoting and the ${X:-word} family. A file with any other syntax is
 * EVAL_UNSUPPORTED as a whole, before any of it is executed; so is one that comes to a command, an
 * argument or a value whose effect we do not know.
 */
#ifndef EVAL_H
#define EVAL_H

#include "base/text.h"
#include "envd/vars.h"
#include "sys/mem.h"

struct sys_stop;

/* The verdict on a file that needs a real shell. It is above all exit statuses. */
#define EVAL_UNSUPPORTED 256

/* The kind of text that is evaluated. */
enum eval_mode {
	/* A file of environment.d. */
	EVAL_FILE,

	/*
	 * The text is the output of `export -p` of a shell. Only exported variables with a value
	 * are taken over, without arrays and without those of VARS_INTERNAL.
	 */
	EVAL_DUMP
};

struct eval {
	/* Set by the caller. */
	enum eval_mode mode;
	struct mem *mem;
	struct vars *vars;
	const struct sys_stop *stop; /* look at this from time to time, or NULL */

	/* Set by eval_file. */
	int line;            /* from 1, of what ended the evaluation */
	const char *cause;   /* why it ended, or the unsupported construct; any bytes */
	struct text output;  /* what the file echoes is appended here */
	const char *warning; /* the first complaint of bash that does not end the file, or NULL */
	int warning_line;

	unsigned searches; /* so many variables were searched for; of eval_file alone */
};

/*
 * Evaluates the string buf. An error ends the evaluation where it is met and leaves the variables
 * as they are at that point; to undo all changes, load them again.
 *
 * Returns 0; or the exit status with which a shell would end, or EVAL_UNSUPPORTED, each with the
 * line and the cause; -EINTR if it had to stop; or another -errno of vars_put.
 */
int eval_file(struct eval *eval, const char *buf);

#endif
