#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "kernel.h"
#include "sys.h"

/* How long killed processes may take to come to us before the next look for more of them. */
#define KILL_ROUND_NS (10 * NS_PER_MS)

/* How often to look whether a job that we may not kill has ended by itself, before it is let go. */
#define IDLE_ROUNDS_MAX 100

#define READ_SIZE 16384

static const unsigned char fatal_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

static void close_stream(struct job_stream *stream)
{
	sys_close(stream->fd);
	stream->fd = -1;
}

static void close_streams(struct job *job)
{
	for (size_t i = 0; i < JOB_STREAMS; i++)
		close_stream(&job->streams[i]);
}

/* The descriptors a program starts with, as long as it takes to start it. */
struct start {
	struct proc_fd fds[1 + JOB_STREAMS];
	size_t n;
};

static int open_stream(struct job_stream *stream, struct start *start)
{
	int fds[2];
	int err = sys_pipe(fds);

	if (err < 0)
		return err;
	/* Ours alone: the program's end of the pipe stays blocking. */
	sys_fcntl(fds[0], F_SETFL, O_NONBLOCK);
	stream->fd = fds[0];
	start->fds[start->n++] = (struct proc_fd){ .from = fds[1], .as = stream->as };
	return 0;
}

static int open_streams(struct job *job, struct start *start)
{
	int err = 0;

	for (size_t i = 0; i < JOB_STREAMS && err == 0; i++)
		if (job->streams[i].as)
			err = open_stream(&job->streams[i], start);
	if (job->in_fd)
		start->fds[start->n++] = (struct proc_fd){ .from = job->in_fd };
	if (err < 0)
		job->failure = (struct proc_failure){ .stage = PROC_DESCRIPTORS, .error = -err };
	return err;
}

/* The program has its ends of the pipes by now. */
static void close_ends(const struct start *start)
{
	for (size_t i = 0; i < start->n; i++)
		if (start->fds[i].as)
			sys_close(start->fds[i].from);
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
	struct start start = { .n = 0 };
	pid_t pid;

	for (size_t i = 0; i < JOB_STREAMS; i++)
		job->streams[i].fd = -1;
	pid = open_streams(job, &start);
	job->spec.fds = start.fds;
	job->spec.n_fds = start.n;
	job->started_ns = sys_now_ns();
	if (pid == 0)
		pid = proc_start(&job->spec, &job->failure);
	close_ends(&start);
	if (pid < 0) {
		close_streams(job);
		return pid;
	}
	job->pid = pid;
	*free_slot(pool) = job;
	pool->running++;
	return 0;
}

/* Takes what is there, up to a limit: a program that never stops writing must not keep us. */
static ssize_t read_stream(struct job *job, struct job_stream *stream, size_t limit)
{
	char buf[READ_SIZE];
	ssize_t n = sys_read(stream->fd, buf, limit < sizeof(buf) ? limit : sizeof(buf));

	if (n == 0 || (n > 0 && !job->take(job, stream->as, buf, (size_t)n)))
		close_stream(stream);
	return n;
}

/* A daemon may hold the pipe: what was written by now is all that counts. */
static void drain_stream(struct job *job, struct job_stream *stream)
{
	size_t left = stream->fd < 0 ? 0 : sys_readable(stream->fd);
	ssize_t n = 0;

	for (; left > 0 && stream->fd >= 0 && n >= 0; left -= (size_t)n)
		n = read_stream(job, stream, left);
}

static void finish(struct pool *pool, struct job **slot)
{
	struct job *job = *slot;

	for (size_t i = 0; i < JOB_STREAMS; i++)
		drain_stream(job, &job->streams[i]);
	close_streams(job);
	*slot = NULL;
	pool->running--;
	job->done(job);
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
	else if (sig > 0 && !pool->signal)
		pool->signal = sig;
	return sig > 0;
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
			n = 2 + i + 1;
	}
	if (n == 0) {
		(void)take_signal(pool, timeout_ns);
		return false;
	}
	if (pool->signal_fd < 0)
		pool->signal_fd = kernel_signal_fd(pool->awaited, SFD_CLOEXEC);
	pfds[0] = (struct pollfd){ .fd = pool->signal_fd, .events = POLLIN };
	pfds[1] = (struct pollfd){ .fd = pool->out_fd, .events = POLLOUT };
	/* With no descriptor left to watch for signals, look again soon. */
	if (pool->signal_fd < 0 && (timeout_ns < 0 || timeout_ns > KILL_ROUND_NS))
		timeout_ns = KILL_ROUND_NS;
	if (sys_poll(pfds, n, timeout_ns) < 0) {
		(void)take_signal(pool, KILL_ROUND_NS);
		return true;
	}
	for (size_t i = 2; i < n; i++)
		if (pfds[i].revents) {
			struct job *job = pool->slots[(i - 2) / JOB_STREAMS];

			(void)read_stream(job, &job->streams[i % JOB_STREAMS], READ_SIZE);
		}
	return pfds[1].revents;
}

/* Until the first deadline of a job; negative: there is none. */
static int64_t time_left_ns(const struct pool *pool)
{
	int64_t wake_ns = 0, left_ns;

	for (size_t i = 0; i < POOL_SLOTS; i++) {
		const struct job *job = pool->slots[i];

		if (job && !job->exited)
			wake_ns = earlier(wake_ns, job->deadline_ns);
	}
	left_ns = wake_ns - sys_now_ns();
	return !wake_ns ? -1 : left_ns < 0 ? 0 : left_ns;
}

/* Nothing that the job started is alive afterwards, whatever it did to get away. */
static void kill_tree(struct pool *pool, struct job *job)
{
	int idle_rounds = 0;

	while (proc_kill_children_since(job->pid) > 0 || !job->exited) {
		(void)take_signal(pool, KILL_ROUND_NS);
		reap(pool);
		if (!job->exited && KERNEL(kill, job->pid, 0) == -EPERM &&
		    ++idle_rounds == IDLE_ROUNDS_MAX) {
			job->left_running = job->exited = true;
			job->wait_status = SIGKILL;
			job->elapsed_ns = sys_now_ns() - job->started_ns;
		}
	}
}

static void end_by_signal(struct pool *pool, struct job *job)
{
	if (job->spec.new_session) {
		job->left_running = job->exited = true;
		return;
	}
	KERNEL(kill, job->pid, pool->signal);
	kill_tree(pool, job);
}

/* Learns who has ended; ends the jobs whose time is up, or all where a signal asks for it. */
static void look_after_jobs(struct pool *pool)
{
	(void)take_signal(pool, 0);
	for (size_t i = 0; i < POOL_SLOTS; i++) {
		struct job *job = pool->slots[i];

		if (!job || job->exited)
			continue;
		if (job->deadline_ns && sys_now_ns() >= job->deadline_ns) {
			job->timed_out = true;
			kill_tree(pool, job);
		} else if (pool->signal) {
			end_by_signal(pool, job);
		}
	}
}

static bool finish_exited(struct pool *pool)
{
	int running = pool->running;

	for (size_t i = 0; i < POOL_SLOTS; i++)
		if (pool->slots[i] && pool->slots[i]->exited)
			finish(pool, &pool->slots[i]);
	return pool->running < running;
}

int pool_turn(struct pool *pool)
{
	/* While something was written, a job may have ended. */
	if (finish_exited(pool))
		return pool->signal;
	(void)wait_for_news(pool, time_left_ns(pool));
	look_after_jobs(pool);
	(void)finish_exited(pool);
	return pool->signal;
}

static int wait_for_room(void *self, int fd)
{
	struct pool *pool = self;
	bool room;

	pool->out_fd = fd;
	room = wait_for_news(pool, pool->signal ? 0 : time_left_ns(pool));
	pool->out_fd = -1;
	if (room)
		return 0;
	if (pool->signal)
		return -ECANCELED;
	look_after_jobs(pool);
	return -EAGAIN;
}

void pool_open(struct pool *pool)
{
	*pool = (struct pool){ .outer_mask = sys_set_signal_mask(~UINT64_C(0)),
			       .awaited = SYS_SIGNAL(SIGCHLD),
			       .signal_fd = -1,
			       .out_fd = -1 };
	/* Where it is ignored the kernel reaps our children, and nobody learns how they ended. */
	sys_set_handler(SIGCHLD, SIG_DFL);
	/* A log that nobody reads any more must not end a run half way. */
	sys_set_handler(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < countof(fatal_signals); i++)
		if (kernel_get_handler(fatal_signals[i]) != SIG_IGN)
			pool->awaited |= SYS_SIGNAL(fatal_signals[i]);
	/* Children of our children come to us when their parent dies; before Linux 3.4 not. */
	KERNEL(prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	sys_set_waiter(wait_for_room, pool);
}

void pool_close(struct pool *pool)
{
	sys_set_waiter(NULL, NULL);
	sys_close(pool->signal_fd);
	sys_set_signal_mask(pool->outer_mask);
}
