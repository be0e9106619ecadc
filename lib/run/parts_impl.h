/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parts_impl, private to parts: one set of scripts on its way. parts.c finds them, parts_env.c
 * makes their environment, parts_jobs.c runs them, and parts_set.c has what these need to emit and
 * fail.
 */
#ifndef PARTS_IMPL_H
#define PARTS_IMPL_H

#include "report/event.h"
#include "run/parts.h"

/* Why a set is opened. */
enum set_purpose {
	SET_RUN,
	SET_LIST,  /* nothing runs, and so nobody is warned of insecure files */
	SET_CHECK, /* nothing runs, and nothing is reported but what is refused */
};

struct set {
	struct parts *parts;
	enum set_purpose purpose;
	const char *phase;
	char *const *dirs;
	int dirfd; /* the directory that was read last, for its environment.d; or -1 */
	struct part_list list;
	struct part_run *runs; /* one for each part of list.v[0..kept) */
	char *const *envp;
	struct outcome outcome;
	size_t next;  /* the next part to start */
	bool over;    /* nothing more is started */
	bool refused; /* others could have written something of it, and the user is strict */
};

/* Emits the event, with the phase and, where it has no path, the directory filled in. */
void parts_emit(const struct set *set, struct event *event);

void parts_emit_part(const struct set *set, enum event_kind kind, const struct part *part);

/*
 * Fails the set: something cannot be done with this path, or with the directory where it is NULL.
 */
void parts_fail(struct set *set, const char *path, const char *text, int error);

/* Ends the set because the time is up: the part is running, or next, or NULL. */
void parts_fail_timeout(struct set *set, const struct part *part);

/* Reports a part that does not run, in its place among the others. */
void parts_skip(struct set *set, const struct part *part);

/* Runs the parts, one after the other, as jobs of the loop. */
void parts_run_jobs(struct set *set);

/* Reports why others could have written this path; reason may be NULL: they could not. */
void parts_report_insecure(struct set *set, const char *path, const char *reason);

/*
 * Fills set->envp: from environment.d beside the directory that is open, where the dialect has one,
 * else with the environment that we were given. Returns false when nothing may run; events have
 * said why.
 */
bool parts_make_environment(struct set *set);

/* Reads the same files, only to report those that are refused. */
void parts_check_environment(struct set *set);

#endif
