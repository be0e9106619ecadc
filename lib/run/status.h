/* SPDX-License-Identifier: Apache-2.0 */
/*
 * status: the rules by which the end of a process becomes our own exit status. A job's result is
 * made an ending, endings and failures are noted in the outcome of a set of scripts, and the
 * outcome becomes the exit status. All rules for a status are here: elsewhere it is only set to
 * STATUS_FAILED, if a run was refused or could not be listed. The layers between hand an outcome on
 * as it is. Nothing here prints or emits events.
 */
#ifndef STATUS_H
#define STATUS_H

#include <stdbool.h>

#include "report/event.h"

struct job_result;

/* Our exit statuses, besides those that scripts had. */
enum {
	STATUS_OK = 0,
	STATUS_FAILED = 1,  /* a phase, or anything else that is not a script, failed */
	STATUS_LOCKED = 11, /* another process holds the lock; the reference exits with EAGAIN */
};

/* How a script ended. */
struct ending {
	enum event_kind event; /* which of EV_PART_COMPLETED, EV_PART_FAILED ... reports it */
	int status;            /* the status that counts for the script; 0: it succeeded */
	int signal;            /* the signal that killed it, or 0 */
	const char *reason;    /* one word, for error handlers: see os-refresh-config(8) */
};

/* Why a set of scripts fails, if not by the end of a script. */
enum failure {
	FAILURE_DIRECTORY,    /* a directory, or an entry of it, cannot be used */
	FAILURE_ENVIRONMENT,  /* environment.d cannot be used */
	FAILURE_MEMORY,       /* there is no memory */
	FAILURE_TIMEOUT,      /* the time limit of the set passed */
	FAILURE_INSECURE,     /* other users could have written it, and the policy is strict */
	FAILURE_NO_MATCH,     /* no script matches what the user asked for */
	FAILURE_GONE,         /* a script is not there any more when it is to run */
	FAILURE_SPECIAL_FILE, /* a socket, device or fifo, if the dialect makes that an error */
};

/* How a set of scripts, or a phase, ended. All zero is success. */
struct outcome {
	int status;       /* of the last failure; 0: there was none */
	int signal;       /* SIGKILL after FAILURE_TIMEOUT, by which the reference ends; or 0 */
	bool interrupted; /* a signal asked us to end: see struct loop */
	bool no_match;    /* there was a FAILURE_NO_MATCH, which error handlers cannot handle */
	bool environment_hung; /* the time limit passed while environment.d was sourced */

	/* These are of the first failure that has a reason. */
	const char *path;   /* of the script, directory or file, or NULL */
	const char *reason; /* one word, as in struct ending, or NULL */
};

/*
 * Returns the ending that a job's result means. abnormal_status is that of the dialect: the status
 * of a script that did not exit by itself, or 0 if it has the status that a shell would report.
 */
struct ending status_of_script(const struct job_result *result, int abnormal_status);

/* Notes in the outcome how the script with this path ended. Success changes nothing. */
void status_note_ending(struct outcome *outcome, const struct ending *ending, const char *path);

/* Notes a failure in the outcome; the path may be NULL, and abnormal_status is as above. */
void status_note_failure(struct outcome *outcome, enum failure failure, int abnormal_status,
			 const char *path);

/*
 * Notes a FAILURE_ENVIRONMENT. `status` is the exit status of the shell that read the files, or 0;
 * it becomes that of the outcome.
 */
void status_note_environment(struct outcome *outcome, int status, const char *path);

/* Returns whether no more phases may run: one failed, or a signal asked us to end. */
bool status_is_end(const struct outcome *outcome);

/*
 * Return the exit status of a run. A run of phases exits with 0 or 1, as os-refresh-config; one of
 * directories with the status of the outcome, as run-parts.
 */
int status_of_phases(const struct outcome *outcome);
int status_of_directories(const struct outcome *outcome);

/* Returns the exit status of a run that could not take the lock; err is the -errno of that. */
int status_of_lock(int err);

/* Returns the exit status of a run that ended because of a signal: 128 + its number. */
int status_of_signal(int sig);

/* Returns the exit status of a run that lost output of scripts: success becomes STATUS_FAILED. */
int status_with_lost_output(int status);

#endif
