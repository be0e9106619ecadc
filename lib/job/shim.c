/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shim: a process of ours between us and one program. It is the subreaper of that program, so
 * every process that becomes its child belongs to the program, even while daemons of earlier
 * programs live, which stay our children. It runs a loop of its own with this one job, until the
 * job is over, writes the result to a pipe, and ends.
 *
 * Circle: loop.c and shim.c call each other, because the loop starts the shim, which runs a loop.
 */
#include "job/loop_impl.h"
#include "sys/fd.h"
#include "sys/process.h"
#include "sys/write.h"

/*
 * If the parent dies, the kernel sends the shim a signal, by which it ends the job: SIGTERM or, if
 * that is ignored, SIGKILL. The program is killed when its parent dies, here the shim.
 */
static void end_with_parent(const struct loop *outer)
{
	int sig = sigismember(&outer->awaited, SIGTERM) ? SIGTERM : SIGKILL;

	if (!sys_signal_on_parent_death(sig, outer->pid))
		(void)sys_kill(sys_pid(), sig);
}

_Noreturn static void run_shim(const struct loop *outer, struct job *job, int report_fd)
{
	struct loop loop = {
		.slots = { job }, .awaited = outer->awaited, .signal_fd = -1, .out_fd = -1
	};

	sys_set_waiter(NULL, NULL);
	end_with_parent(outer);
	sys_become_subreaper();
	job_close_streams(job);
	job->spec.parent = sys_pid();
	job->result.pid = spawn_start(&job->spec, &job->result.failure);
	job_close_program_ends(&job->spec);
	if (job->result.pid < 0) {
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
