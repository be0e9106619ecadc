#include "pool.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "sys.h"

/* How long killed processes may take to come to us before the next look for more of them. */
#define KILL_ROUND_NS (10 * NS_PER_MS)

/* How often to look whether a job that we may not kill has ended by itself, before it is let go. */
#define IDLE_ROUNDS_MAX 100

#define READ_SIZE 16384

static const int fatal_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };

static void set_action(int sig, void (*handler)(int))
{
	const struct sigaction action = { .sa_handler = handler };

	sigaction(sig, &action, NULL);
}

static bool is_ignored(int sig)
{
	struct sigaction action;

	return sigaction(sig, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

void pool_open(struct pool *pool)
{
	sigset_t all;

	*pool = (struct pool){ .signal_fd = -1 };
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &pool->outer_mask);
	sigemptyset(&pool->open_mask);
	sigemptyset(&pool->awaited);
	/* Where it is ignored the kernel reaps our children, and nobody learns how they ended. */
	set_action(SIGCHLD, SIG_DFL);
	sigaddset(&pool->awaited, SIGCHLD);
	/* A log that nobody reads any more must not end a run half way. */
	set_action(SIGPIPE, SIG_IGN);
	for (size_t i = 0; i < countof(fatal_signals); i++)
		if (!is_ignored(fatal_signals[i]))
			sigaddset(&pool->awaited, fatal_signals[i]);
	proc_be_subreaper();
}

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
	job->spec.mask = &pool->open_mask;
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

	while ((pid = waitpid(-1, &wait_status, WNOHANG)) > 0)
		mark_exited(pool, pid, wait_status);
}

static int64_t earlier(int64_t a, int64_t b)
{
	return b && (!a || b < a) ? b : a;
}

/* Fetches a signal. The fatal ones have lower numbers than SIGCHLD: the kernel gives them first. */
static bool take_signal(struct pool *pool, const struct timespec *timeout)
{
	int sig = sigtimedwait(&pool->awaited, NULL, timeout);

	if (sig == SIGCHLD)
		reap(pool);
	else if (sig > 0)
		pool->signal = sig;
	return sig > 0;
}

/* Waits for output, or for a signal, which stays to be taken. */
static void wait_for_output(struct pool *pool, const struct timespec *timeout)
{
	static const struct timespec soon = { .tv_nsec = KILL_ROUND_NS };
	struct pollfd pfds[POOL_SLOTS * JOB_STREAMS + 1];
	struct pollfd *pfd = pfds;

	if (pool->signal_fd < 0)
		pool->signal_fd = signalfd(-1, &pool->awaited, SFD_CLOEXEC);
	*pfd++ = (struct pollfd){ .fd = pool->signal_fd, .events = POLLIN };
	for (size_t i = 0; i < POOL_SLOTS * JOB_STREAMS; i++) {
		const struct job *job = pool->slots[i / JOB_STREAMS];

		*pfd++ = (struct pollfd){ .fd = job ? job->streams[i % JOB_STREAMS].fd : -1,
					  .events = POLLIN };
	}
	/* With no descriptor left to watch for signals, look again soon. */
	if (ppoll(pfds, countof(pfds), pool->signal_fd < 0 ? &soon : timeout, NULL) <= 0)
		return;
	for (size_t i = 0; i < POOL_SLOTS * JOB_STREAMS; i++)
		if (pfds[i + 1].revents) {
			struct job *job = pool->slots[i / JOB_STREAMS];

			(void)read_stream(job, &job->streams[i % JOB_STREAMS], READ_SIZE);
		}
}

static bool has_streams(const struct job *job)
{
	for (size_t i = 0; i < JOB_STREAMS; i++)
		if (job->streams[i].fd >= 0)
			return true;
	return false;
}

static void wait_for_news(struct pool *pool, int64_t wake_ns)
{
	static const struct timespec now;
	struct timespec left;
	int64_t left_ns = 0;
	bool streams = false;

	for (size_t i = 0; i < POOL_SLOTS; i++) {
		const struct job *job = pool->slots[i];

		streams = streams || (job && has_streams(job));
		if (job && !job->timed_out)
			wake_ns = earlier(wake_ns, job->deadline_ns);
	}
	if (wake_ns)
		left_ns = wake_ns - sys_now_ns();
	if (left_ns < 0)
		left_ns = 0;
	left = (struct timespec){ .tv_sec = (time_t)(left_ns / NS_PER_SEC),
				  .tv_nsec = (long)(left_ns % NS_PER_SEC) };
	if (streams)
		wait_for_output(pool, wake_ns ? &left : NULL);
	(void)take_signal(pool, streams ? &now : wake_ns ? &left : NULL);
}

/* Nothing that the job started is alive afterwards, whatever it did to get away. */
static void kill_tree(struct pool *pool, struct job *job)
{
	int idle_rounds = 0;

	while (proc_kill_children_since(job->pid) > 0 || !job->exited) {
		wait_for_news(pool, sys_now_ns() + KILL_ROUND_NS);
		reap(pool);
		if (!job->exited && kill(job->pid, 0) < 0 && errno == EPERM &&
		    ++idle_rounds == IDLE_ROUNDS_MAX) {
			job->left_running = job->exited = true;
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
		if (job->spec.new_session) {
			job->left_running = job->exited = true;
			continue;
		}
		kill(job->pid, sig);
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
	static const struct timespec now;

	/* One that is still pending would end us before the lock is given back. */
	while (take_signal(pool, &now))
		;
	sys_close(pool->signal_fd);
	sigprocmask(SIG_SETMASK, &pool->outer_mask, NULL);
}
