#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "kernel.h"
#include "sys.h"
#include "text.h"

/* How long killed processes may take to come to us before the next look for more of them. */
#define KILL_ROUND_NS (10 * NS_PER_MS)

/* How often to look whether a job that we may not kill has ended by itself, before it is let go. */
#define IDLE_ROUNDS_MAX 100

#define CAPTURE_READ_SIZE 4096

static const unsigned char fatal_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

void pool_open(struct pool *pool)
{
	*pool = (struct pool){ .outer_mask = kernel_set_signal_mask(~UINT64_C(0)),
			       .awaited = SYS_SIGNAL(SIGCHLD) };
	/* Where it is ignored the kernel reaps our children, and nobody learns how they ended. */
	kernel_set_handler(SIGCHLD, SIG_DFL);
	/* A log that nobody reads any more must not end a run half way. */
	kernel_set_handler(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < countof(fatal_signals); i++)
		if (kernel_get_handler(fatal_signals[i]) != SIG_IGN)
			pool->awaited |= SYS_SIGNAL(fatal_signals[i]);
	/* Children of our children come to us when their parent dies; before Linux 3.4 not. */
	KERNEL(prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
}

static int open_capture(struct job *job)
{
	int fds[2];
	int err = sys_pipe(fds);

	if (err < 0) {
		job->failure = (struct proc_failure){ .stage = PROC_DESCRIPTORS, .error = -err };
		return err;
	}
	/* Ours alone: the program's end of the pipe stays blocking. */
	sys_fcntl(fds[0], F_SETFL, O_NONBLOCK);
	job->capture_fd = fds[0];
	job->spec.out_fd = fds[1];
	job->spec.out_as = job->capture_as;
	return 0;
}

static void close_capture(struct job *job)
{
	sys_close(job->capture_fd);
	job->capture_fd = -1;
}

static struct job **free_slot(struct pool *pool)
{
	struct job **slot = pool->slots;

	while (*slot)
		slot++;
	return slot;
}

int pool_start(struct pool *pool, struct job *job)
{
	pid_t pid;

	job->spec.out_fd = -1;
	job->capture_fd = -1;
	if (job->capture && open_capture(job) < 0)
		return -job->failure.error;
	job->started_ns = sys_now_ns();
	pid = proc_start(&job->spec, &job->failure);
	sys_close(job->spec.out_fd);
	if (pid < 0) {
		close_capture(job);
		return pid;
	}
	job->pid = pid;
	*free_slot(pool) = job;
	pool->running++;
	return 0;
}

/* Takes what is there; false at the end of the stream. */
static bool read_capture(struct job *job)
{
	char buf[CAPTURE_READ_SIZE];
	ssize_t n;

	while ((n = sys_read(job->capture_fd, buf, sizeof(buf))) > 0)
		text_add(job->capture, buf, (size_t)n);
	return n < 0;
}

static void finish(struct pool *pool, struct job **slot)
{
	struct job *job = *slot;

	/* A daemon may hold the pipe: what was written by now is all that counts. */
	if (job->capture_fd >= 0)
		(void)read_capture(job);
	close_capture(job);
	*slot = NULL;
	pool->running--;
	job->notify(job, JOB_DONE);
}

static void mark_exited(struct pool *pool, pid_t pid, int wait_status)
{
	for (size_t i = 0; i < POOL_SLOTS; i++) {
		struct job *job = pool->slots[i];

		if (job && job->pid == pid) {
			job->elapsed_ns = sys_now_ns() - job->started_ns;
			job->wait_status = wait_status;
			job->exited = true;
		}
	}
}

/* Strangers come to us as a subreaper or as process 1: they are reaped as well. */
static void reap(struct pool *pool)
{
	int wait_status;
	pid_t pid;

	while ((pid = (pid_t)KERNEL(wait4, -1, &wait_status, WNOHANG, NULL)) > 0)
		mark_exited(pool, pid, wait_status);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return b && (!a || b < a) ? b : a;
}

/*
 * Fetches a signal. The fatal ones have lower numbers than SIGCHLD: the kernel gives them first.
 */
static bool take_signal(struct pool *pool, int64_t timeout_ns)
{
	int sig = sys_take_signal(pool->awaited, timeout_ns);

	if (sig == SIGCHLD)
		reap(pool);
	else if (sig > 0)
		pool->signal = sig;
	return sig > 0;
}

/* Waits for output, or for a signal, which stays to be taken. */
static void wait_for_output(struct pool *pool, int64_t timeout_ns)
{
	struct pollfd pfds[POOL_SLOTS + 1];
	int signal_fd = kernel_signal_fd(pool->awaited, SFD_CLOEXEC);

	for (size_t i = 0; i < POOL_SLOTS; i++) {
		const struct job *job = pool->slots[i];

		pfds[i] = (struct pollfd){ .fd = job ? job->capture_fd : -1, .events = POLLIN };
	}
	pfds[POOL_SLOTS] = (struct pollfd){ .fd = signal_fd, .events = POLLIN };
	/* With no descriptor left to watch for signals, look again soon. */
	if (sys_poll(pfds, POOL_SLOTS + 1, signal_fd < 0 ? KILL_ROUND_NS : timeout_ns) > 0)
		for (size_t i = 0; i < POOL_SLOTS; i++)
			if (pfds[i].revents && !read_capture(pool->slots[i]))
				close_capture(pool->slots[i]);
	sys_close(signal_fd);
}

static void wait_for_news(struct pool *pool, int64_t wake_ns)
{
	int64_t left_ns = -1;
	bool captures = false;

	for (size_t i = 0; i < POOL_SLOTS; i++) {
		const struct job *job = pool->slots[i];

		captures = captures || (job && job->capture_fd >= 0);
		if (job && !job->timed_out)
			wake_ns = earlier(wake_ns, job->deadline_ns);
	}
	if (wake_ns) {
		left_ns = wake_ns - sys_now_ns();
		if (left_ns < 0)
			left_ns = 0;
	}
	if (captures)
		wait_for_output(pool, left_ns);
	(void)take_signal(pool, captures ? 0 : left_ns);
}

/* Nothing that the job started is alive afterwards, whatever it did to get away. */
static void kill_tree(struct pool *pool, struct job *job)
{
	int idle_rounds = 0;

	while (proc_kill_children_since(job->pid) > 0 || !job->exited) {
		wait_for_news(pool, sys_now_ns() + KILL_ROUND_NS);
		reap(pool);
		if (!job->exited && KERNEL(kill, job->pid, 0) == -EPERM &&
		    ++idle_rounds == IDLE_ROUNDS_MAX) {
			job->unkillable = job->exited = true;
			job->wait_status = SIGKILL;
			job->elapsed_ns = sys_now_ns() - job->started_ns;
		}
	}
}

static void check_deadlines(struct pool *pool)
{
	for (size_t i = 0; i < POOL_SLOTS; i++) {
		struct job *job = pool->slots[i];

		if (!job || job->exited || !job->deadline_ns || sys_now_ns() < job->deadline_ns)
			continue;
		job->timed_out = true;
		job->notify(job, JOB_TIMEOUT);
		kill_tree(pool, job);
	}
}

static void pass_on_signal(struct pool *pool, int sig)
{
	for (size_t i = 0; i < POOL_SLOTS; i++) {
		struct job *job = pool->slots[i];

		if (!job || job->exited)
			continue;
		KERNEL(kill, job->pid, sig);
		kill_tree(pool, job);
	}
}

int pool_turn(struct pool *pool)
{
	wait_for_news(pool, 0);
	check_deadlines(pool);
	if (pool->signal)
		pass_on_signal(pool, pool->signal);
	for (size_t i = 0; i < POOL_SLOTS; i++)
		if (pool->slots[i] && pool->slots[i]->exited)
			finish(pool, &pool->slots[i]);
	return pool->signal;
}

void pool_close(struct pool *pool)
{
	/* One that is still pending would end us before the lock is given back. */
	while (take_signal(pool, 0))
		;
	kernel_set_signal_mask(pool->outer_mask);
}
