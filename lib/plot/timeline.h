/*
 * timeline: what the lines of an event log (refreshbox-events(5)) say of one run: its phases are
 * lanes, its scripts bars in them. Lines of other runs, and what is new in the format, are passed
 * over.
 */
#ifndef TIMELINE_H
#define TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mem;

/*
 * All times are microseconds from the beginning of the run, and none is beyond this, three years:
 * what draws them may multiply them by its pixels.
 */
#define TIMELINE_MAX_US INT64_C(100000000000000)

/* How a script ended. */
enum timeline_kind {
	TIMELINE_DONE,
	TIMELINE_FAILED,
	TIMELINE_KILLED, /* by a signal, or because of a time limit */
	TIMELINE_NOT_STARTED,
	TIMELINE_UNFINISHED, /* the log does not tell */
	TIMELINE_KINDS,
};

/* A script. Strings are those of the log, decoded once, or NULL; numbers not told are 0. */
struct timeline_bar {
	struct timeline_bar *next;      /* in its lane */
	struct timeline_bar *next_open; /* of those that have not ended */
	struct timeline_lane *lane;
	const char *path;
	const char *reason;
	const char *text; /* what happened, in words */
	enum timeline_kind kind;
	int64_t begin_us;
	int64_t end_us;
	int64_t elapsed_us; /* as its runner measured */
	int64_t user_us;
	int64_t system_us;
	int64_t peak_kib;
	int status;
	int signal;
};

/* A phase, each time that it runs; or all scripts of a program that has no phases. */
struct timeline_lane {
	struct timeline_lane *next;
	const char *name;
	struct timeline_bar *first, *last; /* in the order of their beginnings */
	int64_t begin_us;
	int64_t end_us;
	int status;
	bool ended; /* and has a status */
	int n_bars;
	int n_open; /* scripts running now */
	int most;   /* side by side */
};

struct timeline {
	struct mem *mem;
	int64_t wanted; /* the run to choose, 0 for any: of those the last that began */

	int64_t run; /* its process id; 0: there was none */
	const char *program;
	const char *path;
	int64_t wall_us; /* when it began, since 1970 */
	int64_t end_us;  /* the last time known */
	int status;
	int signal;
	bool ended; /* and has a status */
	struct timeline_lane *first, *last;
	struct timeline_bar *open; /* newest first */
	int counts[TIMELINE_KINDS];

	/* of the first failure that was no script's, or NULL */
	const char *failure_path;
	const char *failure_text;
	const char *failure_error;
};

/*
 * Takes a line, the n bytes at s and a NUL behind them. They change, and must stay as long as the
 * timeline. Returns 0, -ENOMEM, or -EINVAL for what is no line of an event log we know, with the
 * cause in *ret_cause.
 */
int timeline_add(struct timeline *timeline, char *s, size_t n, const char **ret_cause);

/* After the last line: ends what has no end in the log, and counts. */
void timeline_finish(struct timeline *timeline);

#endif
