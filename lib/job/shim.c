/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shim: a process of ours between us and one program. It is the subreaper of that program, so
 * every process that becomes its child belongs to the program, even while daemons of earlier
 * programs live, which stay our children. It runs a loop of its own with this one job, until the
 * job is over, writes the result to a pipe, and ends. If we die, it ends the job as by SIGTERM. The
 * clock for the deadline is ours, so that there is one truth about who was first; a signal tells
 * the shim when the deadline has passed.
 *
 * Circle: loop.c and shim.c call each other, because the loop starts the shim, which runs a loop.
 */
#include <signal.h>

#include "job/loop_impl.h"
#include "sys/fd.h"
#include "sys/process.h"
#include "sys/write.h"

/* A script must get SIGPIPE when we close its stream, so nobody else may hold our end. */
static void close_all_streams(const struct loop *outer, struct job *job)
{
	for (size_t i = 0; i < loop_slots(outer); i++)
		if (outer->slots[i])
			job_close_streams(outer->slots[i]);
	job_close_streams(job);
}

_Noreturn static void run_shim(const struct loop *outer, struct job *job, int report_fd)
{
	struct loop loop = { .slots = { job },
			     .n_slots = 1,
			     .pid = sys_pid(),
			     .awaited = outer->awaited,
			     .signal_fd = -1,
			     .input_fd = -1 };

	if (outer->term_is_ignored)
		sigdelset(&loop.awaited, SIGTERM);
	loop_watch_parent(&loop, outer->pid);
	sigaddset(&loop.awaited, LOOP_DEADLINE_SIGNAL);
	sys_become_subreaper();
	close_all_streams(outer, job);
	job->deadline_ns = 0;
	job->spec.parent = loop.pid;
	job->spec.room = spawn_make_room();
	job->result.pid = spawn_start(&job->spec);
	job_close_program_ends(&job->spec);
	if (job->result.pid < 0) {
		job->result.failure = (struct spawn_failure){ SPAWN_FORK, -job->result.pid };
		job->result.wait_status = WAIT_STATUS_NO_PROCESS;
		job->state = JOB_DRAINING;
	}
	while (job->state != JOB_DRAINING)
		loop_run_once(&loop);
	job->result.signal = loop.signal;
	(void)sys_write_all(report_fd, &job->result, sizeof(job->result));
	sys_exit(0);
}

pid_t shim_start(struct loop *loop, struct job *job)
{
	pid_t pid;
	int fds[2];
	int err = sys_pipe(fds);

	if (err < 0)
		return err;
	pid = sys_fork();
	if (pid == 0)
		run_shim(loop, job, fds[1]);
	sys_close(fds[1]);
	if (pid > 0)
		job->shim_fd = fds[0];
	else
		sys_close(fds[0]);
	return pid;
}
