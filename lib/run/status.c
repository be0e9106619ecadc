/* SPDX-License-Identifier: Apache-2.0 */
#include "run/status.h"

#include <errno.h>
#include <signal.h>

#include "job/job.h"
#include "sys/process.h"

static bool is_not_started(const struct job_result *result)
{
	return result->failure.stage != SPAWN_STARTED;
}

static bool is_left_running(const struct job_result *result)
{
	return result->left_running;
}

static bool is_stuck(const struct job_result *result)
{
	return result->stuck.n > 0;
}

static bool is_without_shim(const struct job_result *result)
{
	return result->shim_killed;
}

static bool is_killed(const struct job_result *result)
{
	return sys_end_signal(result->wait_status);
}

static bool is_past_deadline(const struct job_result *result)
{
	return result->timed_out;
}

static bool has_failed(const struct job_result *result)
{
	return sys_exit_status(result->wait_status);
}

/*
 * The ways in which a script can end. The first row that applies to a result counts. A script that
 * exited with 0, but only after its deadline, has not succeeded.
 */
static const struct {
	bool (*applies)(const struct job_result *result); /* NULL: always */
	enum event_kind event;
	bool abnormal;    /* it did not exit by itself: abnormal_status counts, if there is one */
	int instead_of_0; /* the status that counts for 0 */
} endings[] = {
	{ .applies = is_not_started, .event = EV_PART_NOT_STARTED, .abnormal = true },
	{ .applies = is_left_running, .event = EV_PART_LEFT_RUNNING, .abnormal = true },
	{ .applies = is_stuck, .event = EV_PART_STUCK, .abnormal = true },
	{ .applies = is_without_shim, .event = EV_PART_SHIM_KILLED, .abnormal = true },
	{ .applies = is_killed, .event = EV_PART_KILLED, .abnormal = true },
	{ .applies = is_past_deadline, .event = EV_PART_LATE, .instead_of_0 = 128 + SIGTERM },
	{ .applies = has_failed, .event = EV_PART_FAILED },
	{ .event = EV_PART_COMPLETED },
};

static const char *reason_of(const struct job_result *result)
{
	if (is_not_started(result))
		return "start";
	if (is_past_deadline(result))
		return "timeout";
	return is_killed(result) ? "signal" : "exit";
}

struct ending status_of_script(const struct job_result *result, int abnormal_status)
{
	struct ending ending = { .status = sys_exit_status(result->wait_status),
				 .signal = sys_end_signal(result->wait_status),
				 .reason = reason_of(result) };
	size_t i = 0;

	while (endings[i].applies && !endings[i].applies(result))
		i++;
	ending.event = endings[i].event;
	if (ending.status == 0)
		ending.status = endings[i].instead_of_0;
	if (endings[i].abnormal && ending.status && abnormal_status)
		ending.status = abnormal_status;
	return ending;
}

/* The rules for the failures that are not the end of a script. */
static const struct {
	int status;
	bool abnormal;      /* the dialect's abnormal_status, if it has one, replaces this status */
	const char *reason; /* NULL: error handlers are given none */
	int signal;         /* as in struct outcome */
	bool no_match;      /* as in struct outcome */
} failures[] = {
	[FAILURE_DIRECTORY] = { .status = STATUS_FAILED, .reason = "directory" },
	[FAILURE_ENVIRONMENT] = { .status = STATUS_FAILED, .reason = "environment" },
	[FAILURE_MEMORY] = { .status = STATUS_FAILED, .reason = "memory" },
	[FAILURE_TIMEOUT] = { .status = 128 + SIGKILL,
			      .abnormal = true,
			      .reason = "timeout",
			      .signal = SIGKILL },
	[FAILURE_INSECURE] = { .status = STATUS_FAILED },
	[FAILURE_NO_MATCH] = { .status = STATUS_FAILED, .no_match = true },
	[FAILURE_GONE] = { .status = STATUS_FAILED },
	[FAILURE_SPECIAL_FILE] = { .status = STATUS_FAILED },
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
	if (failures[failure].signal)
		outcome->signal = failures[failure].signal;
	if (failures[failure].no_match)
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
