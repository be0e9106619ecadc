/*
 * envd: environment.d beside a set of scripts, evaluated whole or not at all into the
 * environment those scripts get; our own environment is never touched. Files are read in
 * bytewise order of their names. What the built-in evaluator does not know is sourced, the
 * whole directory of it, by a real shell; without one, and where a plain shell would misread a
 * file, it is an error.
 */
#ifndef ENVD_H
#define ENVD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/text.h"
#include "envd/vars.h"
#include "report/event.h"
#include "sys/mem.h"

struct pool;

struct envd_file {
	char *path; /* DIR/../environment.d/NAME */
	struct text text;
	const char *distrust; /* see struct part */
};

struct envd {
	struct mem *mem;
	char *const *envp;   /* the environment to begin with, and then the one that was made */
	int64_t deadline_ns; /* for the real shell, and its grace: see struct job */
	int64_t grace_ns;

	char *path; /* of the directory; NULL where there is none */
	const char *distrust;
	struct envd_file *files;
	size_t n;
	size_t cap;
	size_t reached;    /* files to be told of; those after a faulty one are not */
	const char *shell; /* the real shell that has to source them all, or NULL */
	bool is_bash;      /* it is bash */

	/*
	 * Why an environment could not be made: the file or the directory, the line, cause or
	 * construct, and the exit status that a shell would give, or 0. It begins as what to say
	 * of an errno.
	 */
	struct event fault;
	struct text output; /* what the files print, to be passed on to stdout */
	struct vars vars;   /* each with the number of the file that set it; 1 if a shell did */
};

/*
 * Finds and reads the files of "../environment.d" as seen from the open directory dirfd, called
 * dir in paths. Without such a directory, envp stays as it is. Returns 0, or -errno with the
 * fault filled.
 */
int envd_read(struct envd *envd, int dirfd, const char *dir);

/*
 * Evaluates what was read into envd->envp, or, where it takes a real shell, sets envd->shell for
 * envd_source to do it. Returns 0, -EINVAL with the fault filled, or another -errno.
 */
int envd_evaluate(struct envd *envd);

/*
 * Has all files sourced by envd->shell and takes over the environment they leave. Returns 0,
 * -EINVAL with the fault filled, another -errno, -ETIME when the deadline passed, or -ECANCELED
 * when the pool was told to end.
 */
int envd_source(struct envd *envd, struct pool *pool);

#endif
