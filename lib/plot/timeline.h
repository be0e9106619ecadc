/* SPDX-License-Identifier: Apache-2.0 */
/*
 * timeline: one run as the lines of an event log (refreshbox-events(5)) describe it: its phases are
 * lanes, and its scripts are bars in them. Lines of other runs are skipped, and so are events and
 * fields that are not known here. Strings are without the characters that svg_clean replaces.
 */
#ifndef TIMELINE_H
#define TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plot/index.h"

struct mem;

/*
 * All times are microseconds from the beginning of the run. None is above this limit of three
 * years, so that they can be multiplied by pixels in 64 bits.
 */
#define TIMELINE_MAX_US INT64_C(100000000000000)

/* How a script ended. */
enum timeline_kind {
	TIMELINE_DONE,
	TIMELINE_FAILED,
	TIMELINE_KILLED, /* by a signal, or because of a time limit */
	TIMELINE_NOT_STARTED,
	TIMELINE_UNFINISHED, /* its end is not in the log */
	TIMELINE_KINDS,
};

/* A script. What the log does not say is NULL or 0. */
struct timeline_bar {
	struct timeline_bar *next; /* in its lane */
	struct timeline_lane *lane;
	struct index_entry open; /* in the index of those that have not ended, by the path */
	const char *path;
	const char *text; /* a message about the end */
	enum timeline_kind kind;
	int64_t begin_us;
	int64_t end_us;
	int64_t elapsed_us; /* as its runner measured it, or from the beginning to the end */
	int64_t user_us;
	int64_t system_us;
	int64_t peak_kib;
	int status;
	int signal;
	bool timed_out; /* it was killed because of a time limit */
};

/* A phase, each time that it runs; or all the scripts of a program without phases. */
struct timeline_lane {
	struct timeline_lane *next;
	const char *name;
	struct index_entry named;   /* in the index of the newest lanes, by the name */
	struct timeline_bar *first; /* in the order of their beginnings */
	struct timeline_bar **end;  /* where to append the next one */
	int64_t begin_us;
	int64_t end_us;
	int status;
	bool ended; /* so the status is valid */
	int n_bars;
	int n_left_out; /* entries of its directory that are not run */
	int n_open;     /* scripts that are running */
	int max_open;   /* the most that ran at the same time */
};

struct timeline {
	struct mem *mem;
	/* The process id or the id of the run to choose, or 0 and NULL; the last one counts. */
	int64_t wanted;
	const char *wanted_id;

	int64_t run;    /* its process id, or 0 if no run was found */
	const char *id; /* its id, which tells it from others of this process id, or "" */
	const char *program;
	const char *path;
	int64_t wall_us; /* when it began, since 1970 */
	int64_t end_us;  /* the time of its last line */
	int64_t lock_us; /* how long it waited for the lock of another run */
	int torn;        /* the lines behind its first one that are not objects of JSON */
	int status;
	int signal;
	bool ended; /* so status and signal are valid */
	struct timeline_lane *first;
	struct timeline_lane **end; /* where to append the next one */
	struct index lanes;
	struct index open;
	int counts[TIMELINE_KINDS];

	bool locked_out; /* it is still waiting for that lock, since lock_begin_us */
	int64_t lock_begin_us;

	/* The fields of the first failure that was not a script's, or NULL; and its time. */
	const char *failure_path;
	const char *failure_text;
	const char *failure_error;
	int64_t failure_us;
};

/*
 * Adds a line of the log: n bytes at s with a NUL behind them. They are decoded in place, and the
 * timeline points to them. Returns 0; -EBADMSG or -EINVAL, with the cause in *ret_cause, if it is
 * not an object of JSON, such as a line whose end is missing, or if it is not a line of an event
 * log of a version that we know; or -ENOMEM.
 */
int timeline_add(struct timeline *timeline, char *s, size_t n, const char **ret_cause);

/* Completes the timeline after the last line: ends what has no end in the log, and fills counts. */
void timeline_finish(struct timeline *timeline);

#endif
