/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The transitions between the states of a job, which job.h lists, and what goes with them: asking
 * a job to end, and killing it.
 */
#include "job/children.h"
#include "job/loop_impl.h"
#include "sys/clock.h"
#include "sys/process.h"
#include "sys/signals.h"

/*
 * The time between two rounds of SIGKILL. When a process dies, its children become ours, and the
 * next round finds them.
 */
#define KILL_ROUND_NS (10 * NS_PER_MS)

/* Processes that we may not kill have this long to end by themselves before they are left. */
#define GIVE_UP_NS NS_PER_SEC

/*
 * Takes a pending SIGCHLD: children_signal starts and reaps a process of its own, whose SIGCHLD
 * would wake the loop at once. loop_reap must come after this, for one of the job's may have ended.
 */
static void drop_sigchld(void)
{
	sigset_t sigchld;

	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	(void)sys_take_signal(&sigchld, 0);
}

/*
 * Sends SIGKILL to every process of the job that is our child. One round is not enough: a process
 * may have been about to fork, and some take long to die. Returns true if the job is over because
 * only processes that we may not kill were left for GIVE_UP_NS. In that time every pid is tried,
 * for pids may have wrapped around since the program was started.
 */
static bool kill_round(struct loop *loop, struct job *job)
{
	bool found = children_signal(job->give_up_ns ? 1 : job->result.pid, SIGKILL) > 0;

	drop_sigchld();
	loop_reap(loop);
	job->kill_ns = sys_after_ns(KILL_ROUND_NS);
	if (found)
		return false;
	if (!job->give_up_ns)
		job->give_up_ns = sys_after_ns(GIVE_UP_NS);
	if (sys_now_ns() < job->give_up_ns)
		return false;
	job->result.left_running = true;
	if (!job->exited) {
		job->result.wait_status = SIGKILL;
		job->result.elapsed_ns = sys_now_ns() - job->started_ns;
	}
	return true;
}

/* Returns whether the job has ended: the program, and all of the job if it is made to end. */
static bool has_ended(const struct loop *loop, const struct job *job)
{
	return job->exited && (!job_must_end(job) || loop->childless);
}

/* From now on the job is made to end. With `ask` the program is sent the signal first. */
static void begin_to_end(struct job *job, int sig, bool ask)
{
	job->result.forced = true;
	job->kill_ns = sys_after_ns(job->grace_ns);
	job->state = job->grace_ns > 0 ? JOB_ASKED : JOB_KILLING;
	if (ask && !job->exited)
		(void)sys_kill(job->result.pid, sig);
}

/* A shim has the only clock for its job. */
static void note_deadline(struct job *job)
{
	if (!job_has_shim(job) && job->deadline_ns && sys_now_ns() >= job->deadline_ns)
		job->result.timed_out = true;
}

/* After the program has ended, the processes that it left are asked to end as well, once. */
static void ask_rest(struct job *job)
{
	job->state = JOB_ASKED_REST;
	(void)children_signal(job->result.pid, SIGTERM);
}

void job_advance(struct loop *loop, struct job *job)
{
	if (job->state == JOB_DRAINING)
		return;
	if (has_ended(loop, job)) {
		job->state = JOB_DRAINING;
		return;
	}
	if (job_has_shim(job))
		return;
	note_deadline(job);
	if (job->state == JOB_RUNNING && job->result.timed_out)
		begin_to_end(job, SIGTERM, job->grace_ns > 0);
	if (job_must_end(job) && sys_now_ns() >= job->kill_ns)
		job->state = JOB_KILLING;
	switch (job->state) {
	case JOB_ASKED:
		if (job->exited)
			ask_rest(job);
		break;
	case JOB_KILLING:
		if (kill_round(loop, job))
			job->state = JOB_DRAINING;
		break;
	case JOB_RUNNING:    /* The deadline has not passed. */
	case JOB_ASKED_REST: /* The grace is not over. */
	case JOB_DRAINING:   /* This cannot be: we returned above. */
	case JOB_DONE:       /* This cannot be: the job has no slot any more. */
		break;
	}
	if (has_ended(loop, job))
		job->state = JOB_DRAINING;
}

void job_pass_signal(struct loop *loop, struct job *job)
{
	if (job->state == JOB_DRAINING || has_ended(loop, job))
		return;
	note_deadline(job);
	if (job->spec.new_session) {
		job->result.left_running = true;
		job->state = JOB_DRAINING;
	} else if (job_has_shim(job)) {
		job->result.forced = true;
		(void)sys_kill(job->result.pid, loop->signal);
	} else if (job->state == JOB_RUNNING) {
		begin_to_end(job, loop->signal, true);
	} else if (!job->exited) {
		(void)sys_kill(job->result.pid, loop->signal);
	}
}
