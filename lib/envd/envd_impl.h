/* SPDX-License-Identifier: Apache-2.0 */
/*
 * envd_impl, private to envd: a real shell that sources the files which the evaluator does not
 * support. envd_program.c writes what the shell executes, envd_shell.c runs it, and envd_report.c
 * reads what comes back: whether a file changed more than variables, and the environment.
 *
 * The shell reports on ENVD_REPORT_FD in strings that each end in NUL: before the first file and
 * after each, one string for each of envd_aspects. Before each file, it then waits for a line on
 * JOB_CAPTURED_FD. At the end come the functions that bash exports, and the output of `export -p`,
 * which is not a whole string. A string that begins with ENVD_PLACE_MARK says where and how a
 * command has failed.
 */
#ifndef ENVD_IMPL_H
#define ENVD_IMPL_H

#include "envd/envd.h"
#include "job/job.h"

struct loop;

enum { ENVD_ASPECTS = 7, ENVD_REPORT_FD = 4 };

#define ENVD_PLACE_MARK '!'
#define ENVD_FUNCTION_PREFIX "BASH_FUNC_"

/*
 * The state of the shell, besides its variables, that it would hand on to scripts if it started
 * them itself, as that of the reference does. An environment cannot carry it.
 */
struct envd_aspect {
	const char *report; /* the command by which the shell reports it */
	const char *change; /* what a file has done that changed it */
};
extern const struct envd_aspect envd_aspects[ENVD_ASPECTS];

/* A shell that sources the files. */
struct envd_run {
	struct job job;
	bool waits;     /* before the file that was reached last */
	bool late_told; /* the caller knows that the deadline has passed */
	int error;      /* -errno of reading the report, or 0 */
	int go_on_fd;   /* where the shell waits for us; -1: it ends instead of going on */
	char *argv[6];
	struct text program;

	struct text report;
	size_t read;                  /* bytes of it that have been read: whole strings */
	size_t n_aspects;             /* how many strings about aspects were among them */
	size_t initial[ENVD_ASPECTS]; /* where the first string about each aspect is */
	const char *change;           /* the first change of an aspect, or NULL */
	size_t place;                 /* behind the last ENVD_PLACE_MARK, or 0 */
};

/* Writes the program that makes a shell of this kind source the files and report. */
void envd_write_program(struct text *program, const struct envd *envd);

/* Reads the strings that have come. Returns how many times the shell has reported its state. */
size_t envd_read_report(struct envd_run *run);

/*
 * Takes over the environment from the report of the shell, which ended with this exit status; what
 * the files changed has the number of file 1. Returns 0, -EINVAL with the fault, or another -errno.
 */
int envd_take_report(struct envd *envd, int status);

/* Does what envd_source does, but leaves the variables in envd->vars. */
int envd_run_shell(struct envd *envd, struct loop *loop);

#endif
