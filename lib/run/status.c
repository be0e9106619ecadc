/* SPDX-License-Identifier: Apache-2.0 */
#include "run/status.h"

#include <errno.h>
#include <signal.h>

#include "job/job.h"
#include "sys/process.h"

/* The first of the conditions that holds for a result counts. */
static enum event_kind event_of(const struct job_result *result)
{
	if (result->failure.stage != SPAWN_STARTED)
		return EV_PART_NOT_STARTED;
	if (result->left_running)
		return EV_PART_LEFT_RUNNING;
	if (result->stuck.n > 0)
		return EV_PART_STUCK;
	if (result->shim_killed)
		return EV_PART_SHIM_KILLED;
	if (sys_end_signal(result->wait_status))
		return EV_PART_KILLED;
	if (result->timed_out)
		return EV_PART_LATE;
	return sys_exit_status(result->wait_status) ? EV_PART_FAILED : EV_PART_COMPLETED;
}

static const char *reason_of(const struct job_result *result)
{
	if (result->failure.stage != SPAWN_STARTED)
		return "start";
	if (result->timed_out)
		return "timeout";
	return sys_end_signal(result->wait_status) ? "signal" : "exit";
}

struct ending status_of_script(const struct job_result *result, int abnormal_status)
{
	struct ending ending = { .event = event_of(result),
				 .status = sys_exit_status(result->wait_status),
				 .signal = sys_end_signal(result->wait_status),
				 .reason = reason_of(result) };

	switch (ending.event) {
	case EV_PART_COMPLETED:
	case EV_PART_FAILED:
		break;
	case EV_PART_LATE:
		/* It exited with 0, but only after its deadline: it has not succeeded. */
		if (ending.status == 0)
			ending.status = 128 + SIGTERM;
		break;
	case EV_PART_SHIM_KILLED:
		/* Our process may have ended without a report: how the script has, nobody knows. */
		if (ending.status == 0)
			ending.status = 128 + SIGKILL;
		/* fall through */
	default:
		/* It did not exit by itself. */
		if (ending.status && abnormal_status)
			ending.status = abnormal_status;
	}
	return ending;
}

/* What error handlers are told about a failure that is not the end of a script; or NULL. */
static const char *const failure_reasons[] = {
	[FAILURE_DIRECTORY] = "directory",
	[FAILURE_ENVIRONMENT] = "environment",
	[FAILURE_MEMORY] = "memory",
	[FAILURE_TIMEOUT] = "timeout",
	[FAILURE_INSECURE] = NULL,
	[FAILURE_NO_MATCH] = NULL,
	[FAILURE_GONE] = NULL,
	[FAILURE_SPECIAL_FILE] = NULL,
};

/* The status of the last failure counts, as in run-parts, and the reason of the first. */
static void note_status(struct outcome *outcome, int status, const char *path, const char *reason)
{
	outcome->status = status;
	if (outcome->reason || !reason)
		return;
	outcome->path = path;
	outcome->reason = reason;
}

void status_note_ending(struct outcome *outcome, const struct ending *ending, const char *path)
{
	if (ending->status)
		note_status(outcome, ending->status, path, ending->reason);
}

void status_note_failure(struct outcome *outcome, enum failure failure, int abnormal_status,
			 const char *path)
{
	int status = STATUS_FAILED;

	if (failure == FAILURE_TIMEOUT) {
		status = abnormal_status ? abnormal_status : 128 + SIGKILL;
		outcome->signal = SIGKILL;
	}
	if (failure == FAILURE_NO_MATCH)
		outcome->no_match = true;
	note_status(outcome, status, path, failure_reasons[failure]);
}

void status_note_environment(struct outcome *outcome, int status, const char *path)
{
	status_note_failure(outcome, FAILURE_ENVIRONMENT, 0, path);
	if (status)
		outcome->status = status;
}

bool status_is_end(const struct outcome *outcome)
{
	return outcome->status != 0 || outcome->interrupted;
}

int status_of_phases(const struct outcome *outcome)
{
	return outcome->status ? STATUS_FAILED : STATUS_OK;
}

int status_of_directories(const struct outcome *outcome)
{
	return outcome->status;
}

int status_of_lock(int err)
{
	return err == -EAGAIN ? STATUS_LOCKED : STATUS_FAILED;
}

int status_of_signal(int sig)
{
	return 128 + sig;
}

int status_with_lost_output(int status)
{
	return status ? status : STATUS_FAILED;
}
