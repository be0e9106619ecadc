/* SPDX-License-Identifier: Apache-2.0 */
/* status: every rule from the end of a process to an exit status of ours. */
#include "run/status.h"

#include <errno.h>
#include <signal.h>

#include "base/text.h"
#include "job/job.h"
#include "sys/util.h"
#include "unit.h"

/* How Linux packs a wait status. */
#define EXITED(code) ((code) << 8)
#define KILLED(sig) (sig)

static const struct {
	const char *what;
	struct job_result result;
	int abnormal_status;
	struct ending want;
} endings[] = {
	{ "success", { .wait_status = EXITED(0) }, 0, { EV_PART_COMPLETED, 0, 0, "exit" } },
	{ "success, run-parts",
	  { .wait_status = EXITED(0) },
	  1,
	  { EV_PART_COMPLETED, 0, 0, "exit" } },
	{ "failure", { .wait_status = EXITED(3) }, 0, { EV_PART_FAILED, 3, 0, "exit" } },
	{ "failure, run-parts", { .wait_status = EXITED(3) }, 1, { EV_PART_FAILED, 3, 0, "exit" } },
	{ "a status of 255",
	  { .wait_status = EXITED(255) },
	  0,
	  { EV_PART_FAILED, 255, 0, "exit" } },
	{ "a signal",
	  { .wait_status = KILLED(SIGSEGV) },
	  0,
	  { EV_PART_KILLED, 128 + SIGSEGV, SIGSEGV, "signal" } },
	{ "a signal, run-parts",
	  { .wait_status = KILLED(SIGSEGV) },
	  1,
	  { EV_PART_KILLED, 1, SIGSEGV, "signal" } },
	{ "killed at its limit",
	  { .wait_status = KILLED(SIGKILL), .timed_out = true, .forced = true },
	  0,
	  { EV_PART_KILLED, 128 + SIGKILL, SIGKILL, "timeout" } },
	{ "ended well after its limit",
	  { .wait_status = EXITED(0), .timed_out = true, .forced = true },
	  0,
	  { EV_PART_LATE, 128 + SIGTERM, 0, "timeout" } },
	{ "ended badly after its limit",
	  { .wait_status = EXITED(7), .timed_out = true, .forced = true },
	  0,
	  { EV_PART_LATE, 7, 0, "timeout" } },
	{ "ended badly after its limit, run-parts",
	  { .wait_status = EXITED(7), .timed_out = true, .forced = true },
	  1,
	  { EV_PART_LATE, 7, 0, "timeout" } },
	{ "left running",
	  { .wait_status = KILLED(SIGKILL), .timed_out = true, .left_running = true },
	  0,
	  { EV_PART_LEFT_RUNNING, 128 + SIGKILL, SIGKILL, "timeout" } },
	{ "left running in its session",
	  { .wait_status = EXITED(0), .left_running = true },
	  1,
	  { EV_PART_LEFT_RUNNING, 0, 0, "exit" } },
	{ "without a report",
	  { .wait_status = EXITED(0), .shim_killed = true },
	  0,
	  { EV_PART_SHIM_KILLED, 128 + SIGKILL, 0, "exit" } },
	{ "without a report, run-parts",
	  { .wait_status = EXITED(0), .shim_killed = true },
	  1,
	  { EV_PART_SHIM_KILLED, 1, 0, "exit" } },
	{ "not found",
	  { .wait_status = EXITED(127), .failure = { SPAWN_EXEC, ENOENT } },
	  0,
	  { EV_PART_NOT_STARTED, 127, 0, "start" } },
	{ "no process, run-parts",
	  { .wait_status = EXITED(126), .failure = { SPAWN_FORK, EAGAIN } },
	  1,
	  { EV_PART_NOT_STARTED, 1, 0, "start" } },
};

static void check_endings(void)
{
	for (size_t i = 0; i < countof(endings); i++) {
		struct ending want = endings[i].want;
		struct ending got = status_of_script(&endings[i].result,
						     endings[i].abnormal_status);

		unit_check(got.event == want.event && got.status == want.status &&
				   got.signal == want.signal,
			   endings[i].what);
		unit_check_str(got.reason, want.reason, endings[i].what);
	}
}

static const struct {
	enum failure failure;
	int abnormal_status;
	struct outcome want;
} failures[] = {
	{ FAILURE_DIRECTORY, 1, { .status = 1, .path = "p", .reason = "directory" } },
	{ FAILURE_ENVIRONMENT, 0, { .status = 1, .path = "p", .reason = "environment" } },
	{ FAILURE_MEMORY, 0, { .status = 1, .path = "p", .reason = "memory" } },
	{ FAILURE_TIMEOUT,
	  0,
	  { .status = 128 + SIGKILL, .signal = SIGKILL, .path = "p", .reason = "timeout" } },
	{ FAILURE_TIMEOUT,
	  1,
	  { .status = 1, .signal = SIGKILL, .path = "p", .reason = "timeout" } },
	{ FAILURE_INSECURE, 0, { .status = 1 } },
	{ FAILURE_NO_MATCH, 0, { .status = 1, .no_match = true } },
	{ FAILURE_SPECIAL_FILE, 1, { .status = 1 } },
};

static void check_outcome(const struct outcome *got, const struct outcome *want, const char *what)
{
	unit_check(got->status == want->status && got->signal == want->signal &&
			   got->interrupted == want->interrupted && got->no_match == want->no_match,
		   what);
	unit_check_str(got->path ? got->path : "-", want->path ? want->path : "-", what);
	unit_check_str(got->reason ? got->reason : "-", want->reason ? want->reason : "-", what);
}

static void check_failures(void)
{
	for (size_t i = 0; i < countof(failures); i++) {
		char buf[32];
		struct text what = TEXT_OVER(buf);
		struct outcome got = { 0 };

		text_fmt(&what, "failure %d", (int)failures[i].failure);
		status_note_failure(&got, failures[i].failure, failures[i].abnormal_status, "p");
		check_outcome(&got, &failures[i].want, buf);
	}
}

static void check_last_status_and_first_reason(void)
{
	const struct ending success = { EV_PART_COMPLETED, 0, 0, "exit" };
	const struct ending first = { EV_PART_FAILED, 3, 0, "exit" };
	const struct ending second = { EV_PART_KILLED, 137, SIGKILL, "signal" };
	struct outcome outcome = { 0 };

	status_note_ending(&outcome, &success, "0");
	check_outcome(&outcome, &(struct outcome){ 0 }, "success changes nothing");
	status_note_ending(&outcome, &first, "1");
	status_note_ending(&outcome, &second, "2");
	status_note_ending(&outcome, &success, "3");
	check_outcome(&outcome, &(struct outcome){ .status = 137, .path = "1", .reason = "exit" },
		      "the last status and the first reason");
	status_note_failure(&outcome, FAILURE_SPECIAL_FILE, 0, "4");
	check_outcome(&outcome, &(struct outcome){ .status = 1, .path = "1", .reason = "exit" },
		      "a failure without a reason");
	outcome = (struct outcome){ 0 };
	status_note_environment(&outcome, 7, "e");
	check_outcome(&outcome,
		      &(struct outcome){ .status = 7, .path = "e", .reason = "environment" },
		      "the status of an environment file");
}

static void check_runs(void)
{
	const struct outcome good = { 0 }, bad = { .status = 3 }, stopped = { .interrupted = true };

	unit_check(status_of_phases(&good) == 0 && status_of_phases(&bad) == 1,
		   "phases fail with 1");
	unit_check(status_of_directories(&good) == 0 && status_of_directories(&bad) == 3,
		   "directories fail with the script's status");
	unit_check(!status_is_end(&good) && status_is_end(&bad) && status_is_end(&stopped),
		   "a failure or a signal ends a run");
	unit_check(status_of_lock(-EAGAIN) == 11 && status_of_lock(-EACCES) == 1,
		   "11 is a held lock");
	unit_check(status_of_signal(SIGTERM) == 143, "128 and the signal");
	unit_check(status_with_lost_output(0) == 1 && status_with_lost_output(3) == 3,
		   "lost output is a failure");
}

void test_status(void)
{
	check_endings();
	check_failures();
	check_last_status_and_first_reason();
	check_runs();
}
