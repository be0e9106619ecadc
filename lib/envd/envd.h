/* SPDX-License-Identifier: Apache-2.0 */
/*
 * envd: makes the environment of a set of scripts from the directory environment.d beside it. The
 * files are evaluated in bytewise order of their names, all of them or none; our own environment
 * never changes.
 *
 * If the evaluator (eval.h) does not support one of the files, a real shell sources them all: bash
 * where there is one. Another shell silently reads some files of bash differently. We use it only
 * if every file begins with "#!/bin/sh", and report an error otherwise.
 */
#ifndef ENVD_H
#define ENVD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "envd/vars.h"
#include "job/job.h"
#include "sys/mem.h"

struct loop;
struct part;
struct sys_stop;

struct envd_file {
	const struct part *part; /* the file as it was found */
	const char *logged_path; /* DIR/../environment.d/NAME, as the reference logs it */
	struct text text;
	size_t output_end;   /* how much of envd->output is of this file and those before it */
	const char *warning; /* what bash would have complained about in it, or NULL */
	int warning_line;
};

/* Why there is no environment. The caller sets the text that an -errno needs. */
struct envd_fault {
	const char *path; /* the file or the directory */
	const char *text; /* the cause or the construct */
	int line;         /* of the file, or 0 */
	int status;       /* the exit status of a shell, or 0 */
};

struct envd {
	struct mem *mem;
	char *const *envp; /* the environment to begin with; on success, the one that was made */
	const struct sys_stop *stop; /* the evaluator looks at it, and the shell has its deadline */
	struct job_grace grace;      /* of the shell, as in struct job */

	const char *dir; /* what envd_read was given */
	char *path; /* environment.d in the parent of the directory, or NULL if there is none */
	struct envd_file *files;
	size_t n;
	size_t reached;       /* how many files were begun; there are none after a faulty one */
	const char *shell;    /* the real shell that has to source them all, or NULL */
	bool is_bash;         /* that shell is bash */
	struct envd_run *run; /* that shell while it runs, or NULL */

	struct envd_fault fault;
	struct text output; /* what the evaluated files printed, for the caller to print */
	struct vars vars;   /* each with the number of the file that set it; 1 if a shell did */
};

/*
 * Reads the files of "../environment.d", as seen from the open directory dirfd, whose path is dir.
 * It is not an error if there is no such directory. Returns 0, or -errno with the fault's path.
 */
int envd_read(struct envd *envd, int dirfd, const char *dir);

/*
 * Evaluates what was read into envd->envp; or, if that needs a real shell, sets envd->shell, and
 * the caller has to call envd_source. Returns 0; -EINVAL with the fault; -EINTR if it had to
 * stop; or another -errno.
 */
int envd_evaluate(struct envd *envd);

/* The events for which envd_source returns before the shell has ended. */
enum envd_news {
	ENVD_NEXT_FILE = 1, /* the shell is about to source the file that was reached last */
	ENVD_LATE           /* the deadline has passed, and the shell is being ended */
};

/*
 * Lets envd->shell source the files, and takes over the environment that they leave. Returns one of
 * enum envd_news when it happens; the caller then calls this again. Otherwise it is over, and this
 * returns 0, -EINVAL with the fault, -ETIME if the deadline passed, -ECANCELED if a signal asks us
 * to end, or another -errno.
 */
int envd_source(struct envd *envd, struct loop *loop);

#endif
