/* SPDX-License-Identifier: Apache-2.0 */
#include "job/loop.h"

#include <errno.h>
#include <poll.h>

#include "job/loop_impl.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/process.h"
#include "sys/signals.h"
#include "sys/util.h"

static const int ending_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

/* No shim is needed if only processes of this job can become our children. */
static pid_t start_program(struct loop *loop, struct job *job)
{
	pid_t pid;

	if (loop->childless && !(ENABLE_JOBS && job->has_neighbours))
		pid = spawn_start(&job->spec);
	else
		pid = shim_start(loop, job);
	if (pid < 0)
		job->result.failure = (struct spawn_failure){ SPAWN_FORK, -pid };
	return pid;
}

int loop_start(struct loop *loop, struct job *job)
{
	struct job_fds fds = { .n = 0 };
	struct job **slot = loop->slots;
	int err;

	if (loop->signal)
		return -ECANCELED;
	if (!loop->room)
		loop->room = spawn_make_room();
	err = job_open_streams(job, &fds);
	job->spec.fds = fds.v;
	job->spec.n_fds = fds.n;
	job->spec.parent = loop->pid;
	job->spec.room = loop->room;
	job->started_ns = sys_now_ns();
	job->shim_fd = -1;
	job->state = JOB_RUNNING;
	if (err == 0)
		err = job->result.pid = start_program(loop, job);
	job_close_program_ends(&job->spec);
	if (err < 0) {
		job->result.wait_status = WAIT_STATUS_NO_PROCESS;
		job->state = JOB_DONE;
		job_close_streams(job);
		return err;
	}
	while (*slot)
		slot++;
	*slot = job;
	loop->running++;
	return 0;
}

struct sys_stop loop_stop(const struct loop *loop, int64_t deadline_ns)
{
	struct sys_stop stop = { loop->awaited, deadline_ns };

	sigdelset(&stop.signals, SIGCHLD);
	if (loop->term_is_ignored)
		sigdelset(&stop.signals, SIGTERM);
	return stop;
}

/* Returns whether a signal that was taken asks us to end. */
static bool asks_to_end(const struct loop *loop, int sig)
{
	if (sig == SIGTERM && loop->term_is_ignored)
		return sys_parent() && sys_parent() != loop->parent;
	return sig != SIGCHLD;
}

/*
 * Takes one signal, and notes it if it asks us to end. A SIGCHLD may be pending behind it: children
 * are reaped at once, so that a program that has already ended counts as ended by itself. Returns
 * whether there was a signal.
 */
static bool take_signal(struct loop *loop, int64_t timeout_ns)
{
	int sig = sys_take_signal(&loop->awaited, timeout_ns);

	if (sig <= 0)
		return false;
	if (sig == LOOP_DEADLINE_SIGNAL)
		loop->deadline_passed = true;
	else if (asks_to_end(loop, sig) && !loop->signal)
		loop->signal = sig;
	loop_reap(loop);
	return true;
}

/* The places of what is waited for in the array for poll(2); then come the streams of each slot. */
enum {
	WATCH_SIGNALS,
	WATCH_INPUT,
	WATCH_OUTPUTS,
	WATCH_STREAMS = WATCH_OUTPUTS + LOOP_OUTPUTS,
	WATCHES = WATCH_STREAMS + LOOP_SLOTS * JOB_STREAMS
};

/* A forwarder has to wait until what came before is written, or it would be printed behind that. */
static bool may_finish(const struct loop *loop, const struct job *job)
{
	bool must_wait = JOB_FORWARDER_BUILT_IN && !loop->signal && job_needs_forwarder(job);

	return job->state == JOB_DRAINING && loop_has_room(loop) &&
	       !(must_wait && (loop_is_pending(loop) || (ENABLE_JOBS && job->is_held)));
}

/* Returns whether the streams of the job are to be emptied: it is over since the last step. */
static bool is_to_drain(const struct loop *loop, const struct job *job)
{
	return job->state == JOB_DRAINING && !job->draining && loop_has_room(loop);
}

/* Returns whether there is something to do before an event: a job may have waited for room. */
static bool has_work(const struct loop *loop)
{
	if (loop->signal && !loop->signal_passed)
		return true;
	for (size_t i = 0; i < loop_slots(loop); i++) {
		const struct job *job = loop->slots[i];

		if (job && (may_finish(loop, job) || (ENABLE_JOBS && is_to_drain(loop, job))))
			return true;
	}
	return false;
}

/*
 * Returns the job whose streams are to be read, or NULL. When a job is over, a daemon of it may
 * print for ever: what is there is read by finish_job, and more of it only while nobody else can
 * take it.
 */
static struct job *job_to_read(const struct loop *loop, size_t slot)
{
	struct job *job = loop->slots[slot];

	if (!job || !loop_has_room(loop))
		return NULL;
	return job->state != JOB_DRAINING || (ENABLE_JOBS && job->is_held) ? job : NULL;
}

/* Fills in the places of the streams, and returns whether there are any. */
static bool watch_streams(const struct loop *loop, struct pollfd *pfd)
{
	bool found = false;

	for (size_t slot = 0; slot < loop_slots(loop); slot++) {
		const struct job *job = job_to_read(loop, slot);

		for (size_t i = 0; i < JOB_STREAMS; i++) {
			pfd->fd = job ? job->streams[i].fd : -1;
			pfd->events = POLLIN;
			found = found || pfd->fd >= 0;
			pfd++;
		}
	}
	return found;
}

static void read_streams(const struct loop *loop, const struct pollfd *pfd)
{
	for (size_t slot = 0; slot < loop_slots(loop); slot++)
		for (size_t i = 0; i < JOB_STREAMS; i++)
			if (pfd++->revents && loop_has_room(loop))
				(void)job_read_stream(loop->slots[slot],
						      &loop->slots[slot]->streams[i], READ_SIZE);
}

/*
 * Waits for a signal, for output of jobs, for room in the outputs and for input. A negative timeout
 * never ends. Returns whether there may be input.
 */
static bool wait_for_event(struct loop *loop, int64_t timeout_ns)
{
	struct pollfd pfds[WATCHES];
	bool outputs = loop_watch_outputs(loop, pfds + WATCH_OUTPUTS);
	bool streams = watch_streams(loop, pfds + WATCH_STREAMS);

	if (!outputs && !streams && loop->input_fd < 0) {
		(void)take_signal(loop, timeout_ns);
		return false;
	}
	if (loop->signal_fd < 0)
		loop->signal_fd = sys_signal_fd(&loop->awaited);
	pfds[WATCH_SIGNALS] = (struct pollfd){ .fd = loop->signal_fd, .events = POLLIN };
	pfds[WATCH_INPUT] = (struct pollfd){ .fd = loop->input_fd, .events = POLLIN };
	/* Without a descriptor that shows signals, we look for them again soon. */
	if (loop->signal_fd < 0 && (timeout_ns < 0 || timeout_ns > LOOP_LOOK_AGAIN_NS))
		timeout_ns = LOOP_LOOK_AGAIN_NS;
	if (sys_poll(pfds, WATCH_STREAMS + loop_slots(loop) * JOB_STREAMS, timeout_ns) < 0) {
		(void)take_signal(loop, LOOP_LOOK_AGAIN_NS);
		return true;
	}
	read_streams(loop, pfds + WATCH_STREAMS);
	(void)take_signal(loop, 0);
	return pfds[WATCH_INPUT].revents;
}

/* Returns when the job has to be moved on without an event; 0 is never. */
static int64_t next_time_ns(const struct job *job)
{
	if (job->state == JOB_DRAINING)
		return 0;
	if (job_must_end(job))
		return job->kill_ns;
	return job->result.timed_out ? 0 : job->deadline_ns;
}

/* Returns how long to wait for an event; a negative time means until there is one. */
static int64_t time_left_ns(const struct loop *loop)
{
	int64_t wake_ns = INT64_MAX, left_ns;

	for (size_t i = 0; i < loop_slots(loop); i++) {
		int64_t at_ns = loop->slots[i] ? next_time_ns(loop->slots[i]) : 0;

		if (at_ns && at_ns < wake_ns)
			wake_ns = at_ns;
	}
	if (wake_ns == INT64_MAX)
		return loop->tick_ns ? loop->tick_ns : -1;
	left_ns = wake_ns - sys_now_ns();
	if (loop->tick_ns && left_ns > loop->tick_ns)
		left_ns = loop->tick_ns;
	return left_ns < 0 ? 0 : left_ns;
}

static void advance_jobs(struct loop *loop)
{
	bool pass = loop->signal && !loop->signal_passed;

	for (size_t i = 0; i < loop_slots(loop); i++) {
		if (loop->slots[i] && pass)
			job_pass_signal(loop, loop->slots[i]);
		if (loop->slots[i])
			job_advance(loop, loop->slots[i]);
	}
	if (!pass)
		return;
	loop->signal_passed = true;
	for (size_t i = 0; i < LOOP_OUTPUTS && loop->outputs[i]; i++)
		loop->outputs[i]->given_up = true;
}

/* A job whose end is noticed here moves on at once: no signal will come for it any more. */
int loop_take_signals(struct loop *loop)
{
	while (take_signal(loop, 0))
		;
	if (ENABLE_JOBS)
		advance_jobs(loop);
	return loop->signal;
}

void loop_run_once(struct loop *loop)
{
	(void)wait_for_event(loop, has_work(loop) ? 0 : time_left_ns(loop));
	advance_jobs(loop);
}

/*
 * Reads what is left in the streams of a job that is over, as far as there is room, and frees its
 * slot once all is read.
 */
static void finish_job(struct loop *loop, struct job **slot)
{
	struct job *job = *slot;

	while (loop_has_room(loop) && job_drain_streams(job))
		loop_write_outputs(loop);
	if (!may_finish(loop, job))
		return;
	if (JOB_FORWARDER_BUILT_IN && job->forward_after_exit)
		job->result.forward_error = -forwarder_start(loop, job);
	job_close_streams(job);
	job->state = JOB_DONE;
	*slot = NULL;
	loop->running--;
}

static void finish_jobs(struct loop *loop)
{
	for (size_t i = 0; i < loop_slots(loop); i++)
		if (loop->slots[i] && loop->slots[i]->state == JOB_DRAINING)
			finish_job(loop, &loop->slots[i]);
}

/* Waits for one event, and lets go of the jobs that are over. */
static void run_step(struct loop *loop)
{
	loop->steps++;
	loop_run_once(loop);
	finish_jobs(loop);
}

int loop_step(struct loop *loop)
{
	loop_write_outputs(loop);
	run_step(loop);
	return loop->signal;
}

int loop_wait_for_input(struct loop *loop, int fd, int64_t deadline_ns)
{
	bool ready = false;

	loop->input_fd = fd;
	while (!ready && !loop->signal && !(deadline_ns && sys_now_ns() >= deadline_ns)) {
		loop_write_outputs(loop);
		ready = wait_for_event(loop, deadline_ns ? deadline_ns - sys_now_ns() : -1);
	}
	loop->input_fd = -1;
	if (loop->signal)
		return -ECANCELED;
	return ready ? 0 : -ETIME;
}

int loop_sleep(struct loop *loop, int64_t ns)
{
	loop_write_outputs(loop);
	(void)wait_for_event(loop, ns);
	return loop->signal;
}

void loop_write(struct loop *loop)
{
	loop_write_outputs(loop);
	for (; !loop_has_room(loop); loop_write_outputs(loop))
		run_step(loop);
}

void loop_drain(struct loop *loop)
{
	loop_write(loop);
	for (; loop_is_pending(loop) && !loop->signal; loop_write_outputs(loop))
		run_step(loop);
}

bool loop_is_ending_signal(int sig)
{
	for (size_t i = 0; i < countof(ending_signals); i++)
		if (ending_signals[i] == sig)
			return true;
	return false;
}

void loop_awaited_signals(sigset_t *ret_awaited)
{
	sigemptyset(ret_awaited);
	sigaddset(ret_awaited, SIGCHLD);
	for (size_t i = 0; i < countof(ending_signals); i++)
		if (!sys_is_ignored(ending_signals[i]))
			sigaddset(ret_awaited, ending_signals[i]);
}

/* A signal that is blocked comes even if it is ignored. */
void loop_watch_parent(struct loop *loop, pid_t parent)
{
	loop->parent = parent;
	loop->term_is_ignored = !sigismember(&loop->awaited, SIGTERM);
	sigaddset(&loop->awaited, SIGTERM);
	if (!sys_signal_on_parent_death(SIGTERM, parent))
		loop->signal = SIGTERM;
}

void loop_open(struct loop *loop, pid_t parent)
{
	*loop = (struct loop){
		.n_slots = 1,
		.pid = sys_pid(),
		.room = spawn_make_room(),
		.signal_fd = -1,
		.input_fd = -1,
	};
	/* Programs get the default action. We block these two: writing does not end the run. */
	sys_set_write_signals(SIG_DFL);
	loop_awaited_signals(&loop->awaited);
	loop_watch_parent(loop, parent);
	sys_become_subreaper();
	loop_reap(loop);
}
