/* SPDX-License-Identifier: Apache-2.0 */
/*
 * event: everything that can happen in a run, as one struct, and the sinks that get it. An event is
 * emitted once, after its cause and before its consequences, and is stamped with its time then. A
 * sink makes its output out of events alone: it has no clock of its own, and calls back neither the
 * loop nor what runs the scripts. It appends to an output, and never waits.
 */
#ifndef EVENT_H
#define EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scan/scan.h"

/*
 * The kinds of events, each with the members of struct event that it has. Those of a set of
 * scripts, nearly all from EV_PARTS_NO_DIRECTORY on, also have its phase, or NULL, and as their
 * path its first directory, if the comment does not name another path.
 */
enum event_kind {
	EV_RUN_STARTED,        /* text: the name of the program, path: the base directory or NULL */
	EV_RUN_ENDED,          /* status: our exit status, signal: the one by which we end, or 0,
				  path: the program that follows, or NULL */
	EV_WORKER_FAILED,      /* error: our worker could not be started */
	EV_WORKER_KILLED,      /* signal: it ended our worker, so that scripts may go on */
	EV_EVENTS_FAILED,      /* path, error: not all of the event log could be written */
	EV_RELAY_FAILED,       /* path, error: the log cannot be copied there */
	EV_PATTERN_BAD,        /* path: the pattern, text: the mistake, number: its offset */
	EV_BASE_FAILED,        /* path, error: the base directory cannot be used */
	EV_LOCK_BUSY,          /* path, text: as for EV_LOCK_FAILED; we wait for the lock */
	EV_LOCK_FAILED,        /* path, error, text: the note of lock_take, or "" */
	EV_LOCK_MISSING,       /* path, error: the same, and process 1 runs without a lock */
	EV_PHASE_CHECKED,      /* phase, path: we are about to look for its directory */
	EV_PHASE_ABSENT,       /* phase, path: it has no directory */
	EV_PHASE_MISSING,      /* phase, path, error: it has no directory, but the user named it */
	EV_PHASE_STARTED,      /* phase, path */
	EV_PHASE_COMPLETED,    /* phase, path */
	EV_PHASE_FAILED,       /* phase, path, status */
	EV_PHASE_KILLED,       /* phase, path, status, signal: the time limit of the run passed */
	EV_PHASE_BROKEN_OFF,   /* phase, path, status: a signal to us came, or no script matched */
	EV_PHASE_UNUSABLE,     /* phase, path: its directory cannot be examined */
	EV_HANDLERS_CALLED,    /* phase, path: the error handlers are about to run */
	EV_HANDLERS_ENDED,     /* phase, path, status */
	EV_ABORTED,            /* a phase failed, and its error handlers have ended */
	EV_SIGNALLED,          /* signal: a signal asked us to end, and the run ends */
	EV_PARTS_STARTED,      /* phase, path: the scripts of this directory are about to run */
	EV_PARTS_NO_DIRECTORY, /* path: there is no such directory */
	EV_PARTS_FAILED,       /* path, text: what cannot be done with it, error */
	EV_PART_SEEN,          /* part: an entry of a directory, in its order */
	EV_INSECURE,           /* path, text: the reason why other users could have written it */
	EV_REFUSED,            /* path, text: the same, and nothing runs because of it */
	EV_PARTS_SCANNED,      /* parts: all that were found, args: the directories */
	EV_PARTS_ENDED,        /* path, parts: none of them will run any more */
	EV_PART_PROFILED,      /* part, number: how long it took, in nanoseconds */
	EV_GROUP_PROFILED,     /* part: the first of some that ran side by side, text: the name of
				  the last, number: the ns from the first start to the last end */
	EV_PARTS_PROFILED,     /* path: all parts that have run were profiled */
	EV_PART_SKIPPED,       /* part, text: the reason for SCAN_BAD_NAME: see scan_reason */
	EV_PART_UNFIT,         /* part, text as above: a socket, device or fifo; the set fails */
	EV_PART_GONE,          /* part, error: it could not be examined again when it was to run */
	EV_NO_MATCH,           /* path, text: the name or pattern that no script matches */
	EV_PART_LISTED,        /* part: it would run */
	EV_LISTING_FAILED,     /* error: the list could not be written */
	EV_ENV_FILE,           /* path: an environment file that was evaluated, at least in part */
	EV_ENV_WARNED,        /* path, number: the line, text: what bash complains about there; in a
				  build without ENVIRONMENT_D, path and text alone */
	EV_ENV_SET,           /* path, text: the names of the variables that it set */
	EV_ENV_VALUE,         /* path, text: NAME=value of a variable that was set */
	EV_ENV_FAILED,        /* path, text: what cannot be done with it, error */
	EV_ENV_WRONG,         /* path, number: the line, text: what is wrong in it */
	EV_ENV_REFUSED,       /* path, text: what is wrong with the file as a whole */
	EV_STDIN_FAILED,      /* error: our standard input could not be copied for the scripts */
	EV_OUTPUT_FAILED,     /* error: some output of scripts could not be passed on */
	EV_PART_STARTED,      /* part, args: the arguments of the script */
	EV_PART_COMPLETED,    /* part, result, reason */
	EV_PART_FAILED,       /* part, status, result, reason */
	EV_PART_KILLED,       /* part, status, signal, result, reason */
	EV_PART_LATE,         /* part, status, result, reason: it ended after its deadline */
	EV_PART_LEFT_RUNNING, /* part, status, result, reason: it goes on without us */
	EV_PART_STUCK,        /* part, status, signal, result, reason: SIGKILL does not end it */
	EV_PART_SHIM_KILLED,  /* part, status, signal, result, reason: so the script was ended */
	EV_PART_NOT_STARTED,  /* part, status, result, reason, text: the cause, error */
	EV_PART_OUTPUT,       /* part, text: a piece of the end of its output, number: its bytes */
	EV_PART_PRINTS,       /* part, text: output to be passed on next, number: its bytes */
	EV_PART_OUTPUT_FOLLOWS, /* part: what it prints beside others is passed on next */
	EV_PART_OUTPUT_MIXED,   /* part: its lines are passed on at once, each after its name */
	EV_PART_FORWARDED,      /* part: its daemons go on printing, through forwarders */
	EV_CAPTURE_FAILED,      /* error: the output of scripts cannot be kept */
	EV_TICK,                /* number: the columns of the terminal; only time has passed */
	EV_TIMEOUT,             /* part: it was running or next, or NULL; number: the limit in ns */
	EV_SCRIPT_TIMEOUT,      /* part, number: its own limit in ns */
	EVENT_KINDS             /* their number */
};

/* The most bytes of the text of an EV_PART_OUTPUT. */
#define EVENT_OUTPUT_MAX 256

/*
 * An event. Its kind says which members it has. The others are zero, but some events about a part
 * have text and args that their kind does not name. An event borrows all that it points to.
 */
struct event {
	enum event_kind kind;
	int error;       /* errno */
	int64_t at_ns;   /* when it happened, by sys_now_ns(); event_emit sets it */
	int64_t wall_ns; /* the same by the wall clock, for printing; event_emit sets it */
	int status;
	int signal;
	int64_t number;
	int64_t grace_ns; /* of EV_TIMEOUT: the time from SIGTERM to SIGKILL, or 0: no SIGTERM */
	const char *phase;
	const char *path;
	const char *text;
	const char *reason; /* how a part ended, as in struct ending */
	const struct part *part;
	const struct job_result *result; /* how the part ended */
	const struct part_list *parts;
	char *const *args; /* arguments or directories, with NULL after the last; or NULL */
};

/* A sink: a function that gets every event, and the state that it is called with. */
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

/*
 * Adds a sink behind the others. `self` must live as long as events are emitted. One sink more than
 * SINKS_MAX is a mistake in the program, which ends it.
 */
void event_add_sink(struct sinks *sinks, void (*handle)(void *, const struct event *), void *self);

/*
 * Stamps a copy of the event with the time, and hands it to every sink, one after the other. After
 * this returns, sinks may keep pointers to parts, to their strings, and to strings of phases and of
 * the plan, which live as long as the run, but not to the event or to anything else.
 */
void event_emit(const struct sinks *sinks, const struct event *event);

#endif
