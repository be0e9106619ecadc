/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event: what can happen in a run, as one struct, and the sinks that watch. Every event is emitted
 * once, in causal order, and stamped with its time then. A sink is a function of the events: it has
 * no clock of its own, and calls nobody back, but for the waiting within a write: see
 * sys_set_waiter.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scan/scan.h"

/* The members of struct event that each kind fills in, and what they are. */
enum event_kind {
	EV_RUN_STARTED,        /* text: the program, path: the base directory or NULL */
	EV_RUN_ENDED,          /* status: our exit status, signal: the one that we end by, or 0 */
	EV_EVENTS_FAILED,      /* path, error: not all of the event log could be written */
	EV_RELAY_FAILED,       /* path, error: no copies of the log go there */
	EV_PATTERN_BAD,        /* path: the pattern, text: the mistake, number: its place */
	EV_BASE_FAILED,        /* path, error */
	EV_LOCK_BUSY,          /* path, text: as below; we wait for it */
	EV_LOCK_FAILED,        /* path, error, text: "" or a note, as lock_take appends it */
	EV_PHASE_CHECKED,      /* phase, path: we are about to look for its directory */
	EV_PHASE_ABSENT,       /* phase, path: it has no directory */
	EV_PHASE_MISSING,      /* phase, path: the same, but the user named it */
	EV_PHASE_STARTED,      /* phase, path */
	EV_PHASE_COMPLETED,    /* phase, path */
	EV_PHASE_FAILED,       /* phase, path, status */
	EV_PHASE_KILLED,       /* phase, path, status, signal: we ended its scripts */
	EV_PHASE_BROKEN_OFF,   /* phase, path, status: a signal ended it, or nothing matched */
	EV_PHASE_UNUSABLE,     /* phase, path: it could not begin */
	EV_HANDLERS_CALLED,    /* phase, path: the error handlers are about to run */
	EV_HANDLERS_ENDED,     /* phase, path, status */
	EV_ABORTED,            /* a phase failed, and its error handlers have ended */
	EV_SIGNALLED,          /* signal: the run ends by it */
	EV_PARTS_STARTED,      /* phase, path: the directory */
	EV_PARTS_NO_DIRECTORY, /* path */
	EV_PARTS_FAILED,       /* path, text: what cannot be done with it, error */
	EV_PART_SEEN,          /* part: an entry, in the order of its directory */
	EV_UNTRUSTED,          /* path, text: why others could have written it */
	EV_REFUSED,            /* the same, and so nothing runs */
	EV_PARTS_SCANNED,      /* parts: about to run, or left out; args: the directories */
	EV_PARTS_ENDED,        /* path, parts, runs: no more of them will run */
	EV_PART_LEFT_OUT,      /* part, text: what is wrong with a bad name */
	EV_PART_UNFIT,         /* part: a socket, device or fifo in the place of a script */
	EV_NO_MATCH,           /* path, text: the name or pattern that no script has */
	EV_PART_LISTED,        /* phase, part: it would run */
	EV_LISTING_FAILED,     /* error: the list could not be written */
	EV_ENV_FILE,           /* path: an environment file is being read */
	EV_ENV_SET,            /* path, text: the names that it set */
	EV_ENV_VALUE,          /* path, text: NAME=value, for one that it set */
	EV_ENV_FAILED,         /* path, text: what cannot be done with it, error */
	EV_ENV_WRONG,          /* path, number: the line, text: what is wrong there */
	EV_ENV_REFUSED,        /* path, text: what is wrong somewhere in it */
	EV_STDIN_FAILED,       /* error: standard input could not be kept for the scripts */
	EV_OUTPUT_FAILED,      /* error: something that scripts printed could not be passed on */
	EV_PART_STARTED,       /* part, args */
	EV_PART_COMPLETED,     /* part, result, reason */
	EV_PART_FAILED,        /* part, status, result, reason */
	EV_PART_KILLED,        /* part, status, signal, result, reason */
	EV_PART_LATE,          /* part, status, result, reason: it ended after its time was up */
	EV_PART_LEFT_RUNNING,  /* part, status, result, reason: we had to let it go on */
	EV_PART_NOT_STARTED,   /* part, status, result, reason, text: the cause, error */
	EV_PART_OUTPUT,        /* part, text: the end of its output, in pieces of number bytes */
	EV_PART_PRINTS,        /* part, text: output to be passed on, number: its bytes */
	EV_PART_FORWARDED,        /* part: its daemons go on printing, and not through us */
	EV_CAPTURE_FAILED,     /* error: the output of scripts cannot be kept */
	EV_TICK,               /* number: the columns of the terminal; time has passed */
	EV_TIMEOUT,            /* part: running or next, or NULL; number: the limit in ns */
	EV_SCRIPT_TIMEOUT,     /* part, number: its limit in ns */
	EVENT_KINDS
};

/* The most bytes of an EV_PART_OUTPUT. */
#define EVENT_OUTPUT_MAX 256

/*
 * An event. A member that its kind does not name means nothing; those that are pointers may be
 * NULL.
 */
struct event {
	enum event_kind kind;
	int64_t at_ns;   /* when it happened, of sys_now_ns(); event_emit fills it in */
	int64_t wall_ns; /* the same by the wall clock, for printing; event_emit fills it in */
	int status;
	int signal;
	int error; /* errno */
	int64_t number;
	const char *phase;
	const char *path;
	const char *text;
	const char *reason; /* how a part ended, in a word */
	const struct part *part;
	const struct job_result *result; /* how the part ended */
	const struct part_list *parts;
	const struct part_run *runs; /* of each of the parts that could run, in their order */
	char *const *args; /* of a script, or the directories; NULL after the last; or NULL */
};

/* What became of a part in a run. */
struct part_run {
	bool started;
	int64_t elapsed_ns;
};

struct sink {
	void (*handle)(void *self, const struct event *event);
	void *self;
};

enum { SINKS_MAX = 8 };

/* The sinks of a run. Each event goes to them in this order. */
struct sinks {
	struct sink v[SINKS_MAX];
	size_t n;
};

/* Adds a sink, which must live as long as the run; there must be room for it. */
void event_add_sink(struct sinks *sinks, void (*handle)(void *, const struct event *), void *self);

/*
 * Stamps a copy of the event with its time, and hands it to every sink, one after the other. The
 * sinks keep no pointer into it, but to what lives as long as the run: the strings of parts, phases
 * and the plan.
 */
void event_emit(const struct sinks *sinks, const struct event *event);

#endif
