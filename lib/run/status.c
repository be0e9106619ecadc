/* SPDX-License-Identifier: Apache-2.0 */
#include "run/status.h"

#include <errno.h>
#include <signal.h>

#include "job/job.h"
#include "sys/process.h"

/* The ways in which a script can end. The first row that applies to a result counts. */
static const struct {
	enum event_kind event;
	bool abnormal; /* the script did not exit by itself */
} endings[] = {
	{ EV_PART_NOT_STARTED, true }, { EV_PART_LEFT_RUNNING, true }, { EV_PART_KILLED, true },
	{ EV_PART_LATE, true },        { EV_PART_FAILED, false },      { EV_PART_COMPLETED, false },
};

/* Returns whether the script ended in the way that this event reports. */
static bool ending_applies(enum event_kind event, const struct job_result *result)
{
	switch (event) {
	case EV_PART_NOT_STARTED:
		return result->failure.stage != SPAWN_STARTED;
	case EV_PART_LEFT_RUNNING:
		return result->left_running;
	case EV_PART_KILLED:
		return sys_end_signal(result->wait_status);
	case EV_PART_LATE:
		return result->timed_out;
	case EV_PART_FAILED:
		return sys_exit_status(result->wait_status);
	default:
		return true;
	}
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
	struct ending ending = { .status = sys_exit_status(result->wait_status),
				 .signal = sys_end_signal(result->wait_status),
				 .reason = reason_of(result) };
	size_t i = 0;

	while (!ending_applies(endings[i].event, result))
		i++;
	ending.event = endings[i].event;
	/* The script exited with 0, but only after its deadline: that is not a success. */
	if (ending.event == EV_PART_LATE && ending.status == 0)
		ending.status = status_of_signal(SIGTERM);
	if (endings[i].abnormal && ending.status && abnormal_status)
		ending.status = abnormal_status;
	return ending;
}

/* The rules for the failures that are not the end of a script. */
static const struct {
	int status;
	bool abnormal;      /* the dialect's abnormal_status, if it has one, replaces this status */
	const char *reason; /* NULL: error handlers are given none */
} failures[] = {
	[FAILURE_DIRECTORY] = { STATUS_FAILED, false, "directory" },
	[FAILURE_ENVIRONMENT] = { STATUS_FAILED, false, "environment" },
	[FAILURE_MEMORY] = { STATUS_FAILED, false, "memory" },
	[FAILURE_TIMEOUT] = { 128 + SIGKILL, true, "timeout" },
	[FAILURE_INSECURE] = { STATUS_FAILED, false, NULL },
	[FAILURE_NO_MATCH] = { STATUS_FAILED, false, NULL },
	[FAILURE_SPECIAL_FILE] = { STATUS_FAILED, false, NULL },
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
	int status = failures[failure].status;

	if (failures[failure].abnormal && abnormal_status)
		status = abnormal_status;
	note_status(outcome, status, path, failures[failure].reason);
	if (failure == FAILURE_TIMEOUT)
		outcome->signal = SIGKILL;
	if (failure == FAILURE_NO_MATCH)
		outcome->no_match = true;
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
