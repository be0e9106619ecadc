/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parts_impl is private to the files of parts. They share struct part_set, which is one set of
 * scripts while it is run, checked or listed: parts.c finds its scripts, parts_env.c makes their
 * environment, parts_jobs.c runs them, parts_check.c looks for what is wrong with them, and
 * parts_set.c has the events and failures of a set.
 */
#ifndef PARTS_IMPL_H
#define PARTS_IMPL_H

#include "report/event.h"
#include "run/parts.h"

/* The work that is done with a set. */
enum set_purpose {
	SET_RUN,
	SET_LIST,  /* Nothing runs, so insecure files are not reported. */
	SET_TRUST, /* Nothing runs, and only EV_REFUSED is emitted. */
	SET_CHECK, /* Nothing runs, and whatever is wrong is reported. */
};

/* How a part has run. */
struct part_run {
	bool started;       /* a start was tried, also if it failed */
	int64_t elapsed_ns; /* from its start to its end, or 0 */
};

struct part_set {
	struct parts *parts;
	enum set_purpose purpose;
	const char *phase;      /* the name of its phase, or NULL */
	char *const *dirs;      /* its directories, NULL after the last */
	int dirfd;              /* the directory that was opened last, or a negative number */
	struct part_list found; /* every entry of the directories */
	struct part_run *runs;  /* what became of each of found.v[0..kept) */
	char *const *envp;      /* the environment of the scripts */
	struct outcome outcome;
	size_t next;  /* the index in found.v of the next part to start */
	bool over;    /* no more parts are started */
	bool refused; /* other users could have written some of it, and the policy is strict */
};

/*
 * Emits the event after it has set its phase and, if it has no path, the first directory as that.
 */
void parts_emit(const struct part_set *set, struct event *event);

/* Emits an event about one part, with the text and args that such events need. */
void parts_emit_part(const struct part_set *set, enum event_kind kind, const struct part *part);

/*
 * Fails the set because something cannot be done with the path: `text` says what, and `error` is
 * the errno. The first directory stands for a path that is NULL.
 */
void parts_fail(struct part_set *set, const char *path, const char *text, int error);

/*
 * Fails and ends the set because its deadline has passed; the part was running, or next, or NULL.
 */
void parts_fail_timeout(struct part_set *set, const struct part *part);

/* Ends a set because of what made some work of it stop: a signal to us, or its deadline. */
void parts_stop(struct part_set *set);

/*
 * Reports a part that does not run although it has its place among those that do. It fails the set
 * if the dialect has special_is_error and it is such a file.
 */
void parts_skip(struct part_set *set, const struct part *part);

/*
 * Reports a part that was there before and is SCAN_GONE now. If it exists no more, it is a failure
 * with stop_on_error alone, as with debianutils; any other error is a failure in any case.
 */
void parts_lose(struct part_set *set, const struct part *part);

/* Runs the parts, one after the other, as jobs of the loop; set->envp must be filled in. */
void parts_run_jobs(struct part_set *set);

/*
 * If the policy asks for it, reports what on the way to this path other users could have written,
 * each once in a run; and refuses the set if the policy is strict.
 */
void parts_check_trust(struct part_set *set, const char *path);

/*
 * Fills in set->envp: the environment of the policy and, if the dialect has environment.d, what the
 * files beside the open directory set. Returns false if nothing may run, after events with the
 * reason.
 */
bool parts_make_environment(struct part_set *set);

/*
 * Reads the same files, to report those that would be refused. For SET_CHECK it evaluates them, but
 * not with a shell, and reports what is wrong in them.
 */
void parts_check_environment(struct part_set *set);

/*
 * Returns what keeps the file from being started, by a look at it and at its interpreter; "" for
 * nothing that can be seen there, and NULL if there is no memory.
 */
const char *parts_start_fault(const struct parts *parts, const char *path);

/* Reports what would keep each script from running, and the numbers that two of them have. */
void parts_check_scripts(struct part_set *set);

#endif
