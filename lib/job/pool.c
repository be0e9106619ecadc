#include "job/pool.h"

#include <errno.h>
#include <poll.h>

#include "job/pool_own.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/process.h"
#include "sys/signals.h"
#include "sys/util.h"
#include "sys/write.h"

/* How long killed processes may take to come to us before the next look for more of them. */
#define KILL_ROUND_NS (10 * NS_PER_MS)

/* How long what we may not kill has to end by itself, before it is let go. */
#define IDLE_NS NS_PER_SEC

static const unsigned char fatal_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

/* Where nobody but what this job starts can come to us, it needs no keeper. */
static pid_t start(struct pool *pool, struct job *job)
{
	pid_t pid;

	if (pool->childless && pool->running == 0)
		return proc_start(&job->spec, &job->end.failure);
	pid = pool_keep(pool, job);
	if (pid < 0)
		job->end.failure = (struct proc_failure){ PROC_FORK, -pid };
	return pid;
}

int pool_start(struct pool *pool, struct job *job)
{
	struct pool_start ends = { .n = 0 };
	struct job **slot = pool->slots;
	int err;

	if (pool->signal)
		return -ECANCELED;
	err = pool_open_streams(job, &ends);
	job->spec.fds = ends.fds;
	job->spec.n_fds = ends.n;
	job->started_ns = sys_now_ns();
	job->report_fd = -1;
	if (err == 0)
		err = job->end.pid = start(pool, job);
	pool_close_ends(&job->spec);
	if (err < 0) {
		pool_close_streams(job);
		return err;
	}
	while (*slot)
		slot++;
	*slot = job;
	pool->running++;
	return 0;
}

static void finish(struct pool *pool, struct job **slot)
{
	struct job *job = *slot;

	pool_drain_streams(job);
	if (ENABLE_CAPTURE && job->lasting)
		job->end.copy_error = -pool_copy_on(pool, job);
	pool_close_streams(job);
	*slot = NULL;
	pool->running--;
	job->done(job);
}

static void take_signal(struct pool *pool, int64_t timeout_ns)
{
	int sig = sys_take_signal(&pool->awaited, timeout_ns);

	if (sig <= 0)
		return;
	if (sig != SIGCHLD && !pool->signal)
		pool->signal = sig;
	/* Which may be waiting behind another: what has ended by itself is not to be ended. */
	pool_reap(pool);
}

/* A descriptor that is not to be watched is negative. */
static int stream_fd(const struct pool *pool, size_t i)
{
	const struct job *job = pool->slots[i / JOB_STREAMS];

	return job && pool->out_fd < 0 ? job->streams[i % JOB_STREAMS].fd : -1;
}

/*
 * Waits for a signal, and for output to read or, where somebody wants to write, for room alone: may
 * it be written?
 */
static bool wait_for_news(struct pool *pool, int64_t timeout_ns)
{
	struct pollfd pfds[2 + POOL_SLOTS * JOB_STREAMS];
	unsigned n = pool->out_fd < 0 ? 0 : 2;

	for (size_t i = 0; i < POOL_SLOTS * JOB_STREAMS; i++) {
		pfds[2 + i] = (struct pollfd){ .fd = stream_fd(pool, i), .events = POLLIN };
		if (pfds[2 + i].fd >= 0)
			n = 2 + (unsigned)i + 1;
	}
	if (n == 0) {
		take_signal(pool, timeout_ns);
		return false;
	}
	if (pool->signal_fd < 0)
		pool->signal_fd = sys_signal_fd(&pool->awaited);
	pfds[0] = (struct pollfd){ .fd = pool->signal_fd, .events = POLLIN };
	pfds[1] = (struct pollfd){ .fd = pool->out_fd, .events = POLLOUT };
	/* With no descriptor left to watch for signals, look again soon. */
	if (pool->signal_fd < 0 && (timeout_ns < 0 || timeout_ns > KILL_ROUND_NS))
		timeout_ns = KILL_ROUND_NS;
	if (sys_poll(pfds, n, timeout_ns) < 0) {
		take_signal(pool, KILL_ROUND_NS);
		return true;
	}
	for (size_t i = 2; i < n; i++)
		if (pfds[i].revents) {
			struct job *job = pool->slots[(i - 2) / JOB_STREAMS];

			(void)pool_read_stream(job, &job->streams[i % JOB_STREAMS], READ_SIZE);
		}
	take_signal(pool, 0);
	return pfds[1].revents;
}

/* Until the first job is to end; negative: no such time is set. A keeper minds it itself. */
static int64_t time_left_ns(const struct pool *pool)
{
	int64_t wake_ns = INT64_MAX, left_ns;

	for (size_t i = 0; i < POOL_SLOTS; i++) {
		const struct job *job = pool->slots[i];
		int64_t at_ns;

		if (!job || job->over || pool_is_kept(job))
			continue;
		at_ns = job->kill_ns ? job->kill_ns : job->deadline_ns;
		if (at_ns && at_ns < wake_ns)
			wake_ns = at_ns;
	}
	if (wake_ns == INT64_MAX)
		return pool->tick_ns ? pool->tick_ns : -1;
	left_ns = wake_ns - sys_now_ns();
	if (pool->tick_ns && left_ns > pool->tick_ns)
		left_ns = pool->tick_ns;
	return left_ns < 0 ? 0 : left_ns;
}

/* The search for children starts a child of its own, whose end is no news. */
static void drop_sigchld(void)
{
	sigset_t sigchld;

	sigemptyset(&sigchld);
	sigaddset(&sigchld, SIGCHLD);
	(void)sys_take_signal(&sigchld, 0);
}

/*
 * Again and again, until none is left: some were about to fork, some take their time. What we may
 * not kill is let go in the end.
 */
static void kill_all(struct pool *pool, struct job *job)
{
	bool found = proc_signal_children(job->idle_ns ? 1 : job->end.pid, SIGKILL) > 0;

	drop_sigchld();
	pool_reap(pool);
	job->killing = true;
	job->kill_ns = sys_after_ns(KILL_ROUND_NS);
	if (found)
		return;
	if (!job->idle_ns)
		job->idle_ns = sys_after_ns(IDLE_NS);
	if (sys_now_ns() < job->idle_ns)
		return;
	job->over = job->end.left_running = true;
	if (job->exited)
		return;
	job->end.wait_status = SIGKILL;
	job->end.elapsed_ns = sys_now_ns() - job->started_ns;
}

/*
 * What comes first: the signal that we were sent, even if the job is ending already, or, where it
 * may end by itself, SIGTERM.
 */
static void ask_to_end(const struct pool *pool, struct job *job)
{
	int sig = pool->signal ? pool->signal : SIGTERM;

	if (pool->signal && job->spec.new_session) {
		job->end.left_running = job->over = true;
		return;
	}
	job->passed = pool->signal;
	job->end.forced = true;
	if (!job->exited && (pool->signal || job->grace_ns > 0))
		(void)sys_kill(job->end.pid, sig);
	if (!job->kill_ns)
		job->kill_ns = sys_after_ns(job->grace_ns);
}

/* A keeper looks at the clock itself. */
static bool is_late(const struct job *job)
{
	return !pool_is_kept(job) && job->deadline_ns && sys_now_ns() >= job->deadline_ns;
}

/* What the program left behind is asked once, when it has ended; then all are killed. */
static void end_job(struct pool *pool, struct job *job)
{
	if (job->killing || sys_now_ns() >= job->kill_ns) {
		kill_all(pool, job);
	} else if (job->exited && !job->told) {
		job->told = true;
		(void)proc_signal_children(job->end.pid, SIGTERM);
	}
}

/* All of it, where it has to end. */
static bool has_ended(const struct pool *pool, const struct job *job)
{
	return job->exited && (pool->childless || pool_is_kept(job) || !job->kill_ns);
}

static void look_after_job(struct pool *pool, struct job *job)
{
	if (!has_ended(pool, job)) {
		if (is_late(job))
			job->end.timed_out = true;
		if (pool->signal ? !job->passed : job->end.timed_out && !job->kill_ns)
			ask_to_end(pool, job);
	}
	if (!has_ended(pool, job) && job->kill_ns && !pool_is_kept(job))
		end_job(pool, job);
	job->over = job->over || has_ended(pool, job);
}

static void look_after_jobs(struct pool *pool)
{
	for (size_t i = 0; i < POOL_SLOTS; i++)
		if (pool->slots[i] && !pool->slots[i]->over)
			look_after_job(pool, pool->slots[i]);
}

void pool_look_after(struct pool *pool)
{
	(void)wait_for_news(pool, time_left_ns(pool));
	look_after_jobs(pool);
}

static bool finish_jobs(struct pool *pool)
{
	int running = pool->running;

	for (size_t i = 0; i < POOL_SLOTS; i++)
		if (pool->slots[i] && pool->slots[i]->over)
			finish(pool, &pool->slots[i]);
	return pool->running < running;
}

int pool_turn(struct pool *pool)
{
	/* While something was written, a job may have ended. */
	if (!finish_jobs(pool)) {
		pool_look_after(pool);
		(void)finish_jobs(pool);
	}
	return pool->signal;
}

int pool_sleep(struct pool *pool, int64_t ns)
{
	take_signal(pool, ns);
	return pool->signal;
}

static int wait_for_room(void *self, int fd)
{
	struct pool *pool = self;
	bool room;

	pool->out_fd = fd;
	room = wait_for_news(pool, pool->signal ? 0 : time_left_ns(pool));
	pool->out_fd = -1;
	look_after_jobs(pool);
	if (room)
		return 0;
	return pool->signal ? -ECANCELED : -EAGAIN;
}

void pool_set_write_signals(void (*handler)(int))
{
	sys_set_signal_action(SIGPIPE, handler);
	sys_set_signal_action(SIGXFSZ, handler);
}

void pool_open(struct pool *pool)
{
	*pool = (struct pool){ .signal_fd = -1, .out_fd = -1 };
	sys_block_all_signals(&pool->outer_mask);
	sigemptyset(&pool->awaited);
	sigaddset(&pool->awaited, SIGCHLD);
	/* Where it is ignored the kernel reaps our children, and nobody learns how they ended. */
	sys_set_signal_action(SIGCHLD, SIG_DFL);
	/* As programs are to have them. We have all blocked, so what writing brings ends no run. */
	pool_set_write_signals(SIG_DFL);
	for (size_t i = 0; i < countof(fatal_signals); i++)
		if (!sys_is_ignored(fatal_signals[i]))
			sigaddset(&pool->awaited, fatal_signals[i]);
	/* Children of our children come to us when their parent dies; before Linux 3.4 not. */
	sys_become_subreaper();
	sys_set_waiter(wait_for_room, pool);
	pool_reap(pool);
}

void pool_close(struct pool *pool)
{
	sys_set_waiter(NULL, NULL);
	sys_close(pool->signal_fd);
	/* Those that have come are dropped by that. */
	pool_set_write_signals(SIG_IGN);
	sys_set_signal_mask(&pool->outer_mask);
}
