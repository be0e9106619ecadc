/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status: the life of an exit status, from the end of a process to our own. Every rule that sets or
 * changes one is here; what lies between hands an outcome through unchanged.
 */
#ifndef STATUS_H
#define STATUS_H

#include <stdbool.h>

#include "report/event.h"

struct job_result;

/* Exit statuses that are not a script's. */
enum {
	STATUS_OK = 0,
	STATUS_FAILED = 1,  /* a phase failed, or something of ours, as logged */
	STATUS_LOCKED = 11, /* somebody else holds the lock: EAGAIN, as the reference's */
};

/* How a script ended. */
struct ending {
	enum event_kind event; /* EV_PART_COMPLETED, EV_PART_FAILED ... */
	int status;            /* its exit status; 0: it succeeded */
	int signal;            /* the signal that killed it, or 0 */
	const char *reason;    /* in a word, for error handlers and the event log: see README */
};

/* Why a set of scripts fails, where it is not by the end of a script. */
enum failure {
	FAILURE_DIRECTORY,   /* a directory, or an entry of it, cannot be used */
	FAILURE_ENVIRONMENT, /* environment.d cannot be used */
	FAILURE_MEMORY,
	FAILURE_TIMEOUT,      /* the time limit of the run passed */
	FAILURE_INSECURE,     /* others could have written it, and the user is strict */
	FAILURE_NO_MATCH,     /* no script is what the user asked for */
	FAILURE_SPECIAL_FILE, /* a socket, device or fifo, where that is an error */
};

/* What a set of scripts, or a phase, came to. All zero is success. */
struct outcome {
	int status;       /* of the last thing that failed; 0: nothing did */
	int signal;       /* SIGKILL after a time limit, of which the reference's runner dies */
	bool interrupted; /* a signal told us to end: see struct loop */
	bool no_match;    /* FAILURE_NO_MATCH: error handlers have nothing to handle */

	/* of the first thing that failed */
	const char *path;   /* of the script, directory or file; or NULL */
	const char *reason; /* in a word, as above; or NULL */
};

/*
 * The ending that a job's result means. abnormal_status is the dialect's: the status of a script
 * that did not exit by itself, or 0, where that is what a shell would report.
 */
struct ending status_of_script(const struct job_result *result, int abnormal_status);

/* Notes that a script of this path ended so. Success changes nothing. */
void status_note_ending(struct outcome *outcome, const struct ending *ending, const char *path);

/* Notes a failure; abnormal_status as above. */
void status_note_failure(struct outcome *outcome, enum failure failure, int abnormal_status,
			 const char *path);

/* Notes that environment.d could not be used: its own status, where it has one, counts. */
void status_note_environment(struct outcome *outcome, int status, const char *path);

/* Is that the end of a run: a failure, or a signal to us? */
bool status_is_end(const struct outcome *outcome);

/* The exit status of a run of phases, which tells failure and success only, or of directories. */
int status_of_phases(const struct outcome *outcome);
int status_of_directories(const struct outcome *outcome);

/* The exit status of a run that could not have the lock, by the -errno of that. */
int status_of_lock(int err);

/* The exit status of a run that a signal ended. */
int status_of_signal(int sig);

/* The exit status of a run whose output got lost: a success is one no more. */
int status_with_lost_output(int status);

#endif
