#include "job/pool_own.h"
#include "sys/fd.h"
#include "sys/process.h"
#include "sys/write.h"

#define EXIT_NO_PROCESS 126

/*
 * Should we die, the keeper ends the job, by a signal that it takes as one to end: SIGTERM, but
 * where that is ignored SIGKILL, which then reaches the program.
 */
static void share_fate(const struct pool *pool, pid_t parent)
{
	int sig = sigismember(&pool->awaited, SIGTERM) ? SIGTERM : SIGKILL;

	if (!sys_signal_on_parent_death(sig, parent))
		(void)sys_kill(sys_pid(), sig);
}

/* The keeper: a pool of its own for this job. It ends with the program, or with all it has to. */
_Noreturn static void keep(const struct pool *outer, struct job *job, int report_fd, pid_t parent)
{
	struct pool pool = {
		.slots = { job }, .awaited = outer->awaited, .signal_fd = -1, .out_fd = -1
	};

	sys_set_waiter(NULL, NULL);
	share_fate(outer, parent);
	sys_become_subreaper();
	pool_close_streams(job);
	job->end.pid = proc_start(&job->spec, &job->end.failure);
	pool_close_ends(&job->spec);
	if (job->end.pid < 0) {
		job->end.wait_status = EXIT_NO_PROCESS << 8;
		job->over = true;
	}
	while (!job->over)
		pool_look_after(&pool);
	job->end.signal = pool.signal;
	(void)sys_write_all(report_fd, &job->end, sizeof(job->end));
	sys_exit(0);
}

pid_t pool_keep(struct pool *pool, struct job *job)
{
	pid_t self = sys_pid(), pid;
	int fds[2];
	int err = sys_pipe(fds);

	if (err < 0)
		return err;
	pid = sys_fork();
	if (pid == 0)
		keep(pool, job, fds[1], self);
	sys_close(fds[1]);
	if (pid > 0)
		job->report_fd = fds[0];
	else
		sys_close(fds[0]);
	return pid;
}

void pool_take_report(struct pool *pool, struct job *job)
{
	(void)sys_read(job->report_fd, &job->end, sizeof(job->end));
	sys_close(job->report_fd);
	if (!pool->signal)
		pool->signal = job->end.signal;
}
