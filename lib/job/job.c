/* SPDX-License-Identifier: Apache-2.0 */
/* The states of a job: how it is moved on, asked to end and killed. */
#include "job/children.h"
#include "job/loop_impl.h"
#include "sys/clock.h"
#include "sys/process.h"
#include "sys/signals.h"

/* How long killed processes may take to become our children before we look for more of them. */
#define KILL_ROUND_NS (10 * NS_PER_MS)

/* How long processes that we may not kill have to end by themselves before they are left. */
#define GIVE_UP_NS NS_PER_SEC

/* The search for children starts a child of its own, whose end is not an event. */
static void drop_sigchld(void)
{
	sigset_t sigchld;

	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	(void)sys_take_signal(&sigchld, 0);
}

/*
 * Sends SIGKILL to all of the job: again and again, for some were about to fork, and some take
 * their time. Processes that we may not kill are left in the end; then the job is over, and this is
 * true.
 */
static bool kill_and_give_up(struct loop *loop, struct job *job)
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

/* Has the job ended, with all that has to end with it? */
static bool has_ended(const struct loop *loop, const struct job *job)
{
	return job->exited && (!job_must_end(job) || loop->childless);
}

/* From now on the job is made to end; the signal comes first, if it has time for that. */
static void begin_to_end(struct job *job, int sig, bool send)
{
	job->result.forced = true;
	job->kill_ns = sys_after_ns(job->grace_ns);
	job->state = job->grace_ns > 0 ? JOB_ASKED : JOB_KILLING;
	if (send && !job->exited)
		(void)sys_kill(job->result.pid, sig);
}

static bool is_late(const struct job *job)
{
	return job->deadline_ns && sys_now_ns() >= job->deadline_ns;
}

/* Once the program has ended, what it left behind is asked to end as well, once. */
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
	if (is_late(job))
		job->result.timed_out = true;
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
		if (kill_and_give_up(loop, job))
			job->state = JOB_DRAINING;
		break;
	case JOB_RUNNING:    /* not late */
	case JOB_ASKED_REST: /* within its grace */
	case JOB_DRAINING:   /* was left above */
	case JOB_DONE:       /* has left its slot */
		break;
	}
	if (has_ended(loop, job))
		job->state = JOB_DRAINING;
}

void job_pass_signal(struct loop *loop, struct job *job)
{
	if (job->state == JOB_DRAINING || has_ended(loop, job))
		return;
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
