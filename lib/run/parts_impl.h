/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parts_impl is private to the files of parts. They share struct part_set, which is one set of
 * scripts while it is run, checked or listed: parts.c finds its scripts, parts_env.c makes their
 * environment, parts_jobs.c runs them, with the files that parts_slot.h names, parts_output.c
 * passes on what they print, parts_check.c looks for what is wrong with them, and parts_set.c has
 * the events and failures of a set.
 */
#ifndef PARTS_IMPL_H
#define PARTS_IMPL_H

#include "job/job.h"
#include "report/event.h"
#include "run/held.h"
#include "run/parts.h"

/* The output of a part that runs beside others. */
struct part_output {
	struct held held[JOB_STREAMS]; /* of its stdout and stderr, until it is passed on */
	enum parts_output way;         /* that of the policy, or another if too much is held */
	bool announced;                /* there was an EV_PART_OUTPUT_FOLLOWS */
};

/* How a part has run. */
struct part_run {
	bool started;       /* a start was tried, also if it failed */
	bool ended;         /* it will not run any more */
	int64_t started_ns; /* by sys_now_ns(), or 0 */
	int64_t elapsed_ns; /* from its start to its end, or 0 */
	struct ending ending;
	struct part_output *output; /* NULL: the part prints by itself */
};

struct part_set {
	struct parts *parts;
	const char *phase;      /* the name of its phase, or NULL */
	char *const *dirs;      /* its directories, NULL after the last */
	int dirfd;              /* the directory that was opened last, or a negative number */
	struct part_list found; /* every entry of the directories */
	struct part_run *runs;  /* what became of each of found.v[0..kept) */
	char *const *envp;      /* the environment of the scripts */
	char **argv; /* of the script that starts: room for a shell, its path, its arguments */
	struct outcome outcome;
	unsigned steps_seen; /* loop->steps when the jobs were looked at last */
	size_t next;         /* the index in found.v of the next part to start */
	bool over;           /* no more parts are started */
	bool refused; /* other users could have written some of it, and the policy is strict */

	/* Parts that run side by side. */
	size_t group_end; /* the index of the first part behind the group that runs */
	size_t settled;   /* the parts before this index have ended, and printed what they had to */
	size_t running;   /* how many parts run */
	bool side_by_side;       /* the group has several parts */
	const struct part *kept; /* the part that failed and whose output is kept, or NULL */
	bool failed;             /* a script has failed, by its ending */
};

/*
 * Emits the event after it has set its phase and, if it has no path, the first directory as that.
 */
void parts_emit(const struct part_set *set, struct event *event);

/* Emits an event about one part, with the text and args that such events need. */
void parts_emit_part(const struct part_set *set, enum event_kind kind, const struct part *part);

/* Emits an event about one part, with a number and a text, which may be NULL. */
void parts_emit_number(const struct part_set *set, enum event_kind kind, const struct part *part,
		       int64_t number, const char *text);

/* Emits an event with a text about the path; the first directory stands for a path that is NULL. */
void parts_emit_text(const struct part_set *set, enum event_kind kind, const char *path,
		     const char *text);

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

/* Runs the parts, as jobs of the loop; set->envp must be filled in. */
void parts_run_jobs(struct part_set *set);

/* Returns whether the parts of the group that runs may run at the same time. */
static inline bool parts_run_side_by_side(const struct part_set *set)
{
	return ENABLE_JOBS && set->side_by_side;
}

/*
 * Numbers the groups of the parts: neighbours whose names begin with the same number are one. Parts
 * that do not run in the end have their numbers like others, so that a list has those of a run.
 */
void parts_number_groups(struct part_set *set);

/* Returns the index of the first part behind found.v[i] that does not belong to its group. */
size_t parts_group_end(const struct part_set *set, size_t i);

/* Makes room for what the part prints. Returns false if there is no memory. */
bool parts_open_output(const struct part_set *set, struct part_run *run);

/*
 * Keeps n bytes that a part of the set has printed on its descriptor `as` until parts_pass_output
 * passes them on. Returns whether anybody will read them.
 */
bool parts_hold_output(const struct part_set *set, struct part_run *run, int as, const char *bytes,
		       size_t n);

/*
 * Passes on what the part has printed, if it is its turn, or need not wait for it: whole lines, and
 * the rest as well if its output is over. Between pieces, the loop runs, and more may be held then.
 */
void parts_pass_output(struct part_set *set, const struct part *part, struct part_run *run,
		       bool is_turn, bool is_over);

/* Returns whether nothing that the part has printed is held back. */
bool parts_have_passed_all(const struct part_run *run);

/*
 * If the policy asks for it, reports what on the way to this path other users could have written,
 * each once in a run; and refuses the set if the policy is strict.
 */
void parts_check_trust(struct part_set *set, const char *path);

/*
 * Fills in set->envp: the environment of the policy and, if the dialect has environment.d, what the
 * files beside the open directory set. Returns false if nothing may run, after events with the
 * reason. For PARTS_CHECK no shell evaluates them, and for PARTS_TRUST they are only looked at.
 */
bool parts_make_environment(struct part_set *set);

/*
 * Returns what keeps the file from being started, by a look at it and at its interpreter; "" for
 * nothing that can be seen there, and NULL if there is no memory.
 */
const char *parts_start_fault(const struct parts *parts, const char *path);

/* Reports what would keep each script from running, and the numbers that two of them have. */
void parts_check_scripts(struct part_set *set);

#endif
