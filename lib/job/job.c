/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transitions between the states of a job, which job.h lists, and what goes with them: asking
 * a job to end, killing it, and giving up on what does not die.
 */
#include <signal.h>

#include "job/children.h"
#include "job/loop_impl.h"
#include "sys/clock.h"
#include "sys/process.h"
#include "sys/signals.h"

/*
 * The time between two rounds of SIGKILL. When a process dies, its children become ours, and the
 * next round finds them. While nothing ends, each pause is twice as long as the one before, up to
 * 0.64 seconds.
 */
#define FIRST_PAUSE_NS (10 * NS_PER_MS)
#define LAST_PAUSE_NS (64 * FIRST_PAUSE_NS)

/* Processes are left if SIGKILL has ended none for so long. */
#define STUCK_NS (10 * NS_PER_SEC)

/* If every pid has to be tried, we wait this many times as long as that takes. */
#define PAUSE_PER_SEARCH 16

/* The first round of SIGKILL follows at once. */
static void begin_to_kill(struct job *job)
{
	job->result.forced = true;
	job->state = JOB_KILLING;
	job->kill_ns = 0;
}

static void ask_to_end(struct job *job, int sig, int64_t grace_ns)
{
	job->result.forced = true;
	job->state = JOB_ASKED;
	job->kill_ns = sys_after_ns(grace_ns);
	if (!job->exited)
		sys_kill_awake(job->result.pid, sig);
}

/* After the program has ended, the processes that it left are asked to end as well, once. */
static void ask_rest(struct job *job)
{
	const pid_t nobody = 0;
	struct pid_list found;

	job->state = JOB_ASKED_REST;
	children_signal(CHILDREN_LIKELY, job->result.pid, SIGTERM, &nobody, &found);
	children_signal(CHILDREN_LIKELY, job->result.pid, SIGCONT, &nobody, &found);
}

/* If the shim was killed, other children live: only newer ones can be of the job. */
static enum children_range range_of_round(const struct job *job, bool progress)
{
	if (job->result.shim_killed)
		return CHILDREN_NEWER;
	return progress ? CHILDREN_LIKELY : CHILDREN_ALL;
}

/* Fills in the pids of the other jobs that run, with 0 after the last. */
static void list_neighbours(const struct loop *loop, const struct job *job, pid_t *ret_pids)
{
	for (size_t i = 0; ENABLE_JOBS && i < loop_slots(loop); i++)
		if (loop->slots[i] && loop->slots[i] != job)
			*ret_pids++ = loop->slots[i]->result.pid;
	*ret_pids = 0;
}

/*
 * Sends SIGKILL to every process of the job that is our child, if one has ended since the last
 * round or the pause is over. One round is not enough: a process may have been about to fork.
 */
static void kill_round(struct loop *loop, struct job *job)
{
	bool progress = job->kill_ns == 0 || loop->reaped != job->reaped;
	int64_t begun_ns = sys_now_ns();
	pid_t neighbours[LOOP_SLOTS + 1];

	if (progress) {
		job->pause_ns = FIRST_PAUSE_NS;
		job->stuck_ns = sys_after_ns(STUCK_NS);
	} else if (begun_ns < job->kill_ns) {
		return;
	} else if (job->pause_ns < LAST_PAUSE_NS) {
		job->pause_ns *= 2;
	}
	job->reaped = loop->reaped;
	list_neighbours(loop, job, neighbours);
	children_signal(range_of_round(job, progress), job->result.pid, SIGKILL, neighbours,
			&job->left);
	loop_reap(loop);
	job->kill_ns = sys_after_ns(job->pause_ns + PAUSE_PER_SEARCH * (sys_now_ns() - begun_ns));
}

/*
 * Notes what is left; the program counts as killed if it is among them. If wait4(2) knows of a
 * child that was not found, the program stands for it.
 */
static void leave_stuck(struct job *job)
{
	struct job_result *result = &job->result;

	result->stuck = job->left;
	if (result->stuck.n == 0)
		pid_list_add(&result->stuck, result->pid);
	for (unsigned i = 0; i < result->stuck.n && i < PIDS_KEPT; i++)
		result->stuck_states[i] = children_state(result->stuck.v[i]);
	if (!job->exited) {
		result->wait_status = SIGKILL;
		result->elapsed_ns = sys_now_ns() - job->started_ns;
	}
	job->state = JOB_DRAINING;
}

/* Returns whether nothing of a job that is made to end is left. */
static bool is_all_gone(const struct loop *loop, const struct job *job)
{
	if (job->result.shim_killed && job->state == JOB_KILLING && job->kill_ns)
		return job->left.n == 0;
	return loop->childless;
}

/* Returns whether the job has ended: the program, and all of the job if it is made to end. */
static bool has_ended(const struct loop *loop, const struct job *job)
{
	if (!job->exited)
		return false;
	return job_must_end(job) ? is_all_gone(loop, job) : !job->result.shim_killed;
}

static bool is_due(const struct loop *loop, const struct job *job)
{
	return loop->deadline_passed || (job->deadline_ns && sys_now_ns() >= job->deadline_ns);
}

static void note_deadline(const struct loop *loop, struct job *job)
{
	if (job->result.timed_out || !is_due(loop, job))
		return;
	job->result.timed_out = true;
	if (job_has_shim(job))
		sys_kill_awake(job->result.pid, LOOP_DEADLINE_SIGNAL);
	else if (job->state == JOB_RUNNING && job->grace.at_deadline_ns > 0)
		ask_to_end(job, SIGTERM, job->grace.at_deadline_ns);
	else if (job->state == JOB_RUNNING)
		begin_to_kill(job);
}

/* Moves a job on whose end is not there yet. */
static void advance_running(struct loop *loop, struct job *job)
{
	switch (job->state) {
	case JOB_RUNNING:
		if (job->result.shim_killed)
			begin_to_kill(job);
		break;
	case JOB_ASKED:
	case JOB_ASKED_REST:
		if (sys_now_ns() >= job->kill_ns)
			begin_to_kill(job);
		else if (job->state == JOB_ASKED && job->exited)
			ask_rest(job);
		break;
	case JOB_KILLING:
	case JOB_DRAINING:
	case JOB_DONE:
		break;
	}
	/*
	 * A shim that was killed has left nothing if we have no child at all. A search would find
	 * an empty list of children, and try every pid.
	 */
	if (job->state == JOB_KILLING &&
	    !(ENABLE_JOBS && job->result.shim_killed && loop->childless))
		kill_round(loop, job);
}

void job_advance(struct loop *loop, struct job *job)
{
	if (job->state == JOB_DRAINING)
		return;
	if (!has_ended(loop, job)) {
		note_deadline(loop, job);
		advance_running(loop, job);
	}
	if (has_ended(loop, job))
		job->state = JOB_DRAINING;
	else if (job->state == JOB_KILLING && sys_now_ns() >= job->stuck_ns)
		leave_stuck(job);
}

/* If SIGTERM is ignored, the shim takes no notice of one; then it is told of a deadline. */
static int signal_for_shim(const struct loop *loop)
{
	bool unheard = loop->signal == SIGTERM && loop->term_is_ignored;

	return unheard ? LOOP_DEADLINE_SIGNAL : loop->signal;
}

void job_pass_signal(struct loop *loop, struct job *job)
{
	if (job->state == JOB_DRAINING || has_ended(loop, job))
		return;
	note_deadline(loop, job);
	if (job->spec.new_session) {
		job->result.left_running = true;
		job->state = JOB_DRAINING;
	} else if (job_has_shim(job)) {
		job->result.forced = true;
		sys_kill_awake(job->result.pid, signal_for_shim(loop));
	} else if (job->state == JOB_RUNNING) {
		ask_to_end(job, loop->signal, job->grace.after_signal_ns);
	} else if (!job->exited) {
		sys_kill_awake(job->result.pid, loop->signal);
	}
}
