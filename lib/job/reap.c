/* SPDX-License-Identifier: Apache-2.0 */
/* Reaps children, and finds the job that each of them belongs to. */
#include <errno.h>
#include <sys/resource.h>

#include "job/loop_impl.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/process.h"

static int64_t timeval_ns(const struct timeval *time)
{
	return (int64_t)time->tv_sec * NS_PER_SEC + (int64_t)time->tv_usec * NS_PER_US;
}

/* Without a report, the shim was killed: its own end then stands for the program's. */
static void take_report(struct loop *loop, struct job *job)
{
	bool timed_out = job->result.timed_out;

	job->result.shim_killed = sys_read(job->shim_fd, &job->result, sizeof(job->result)) <= 0;
	sys_close(job->shim_fd);
	job->shim_fd = -1;
	job->result.timed_out = timed_out;
	if (!loop->signal)
		loop->signal = job->result.signal;
}

static void note_exit(struct loop *loop, struct job *job, int wait_status,
		      const struct rusage *usage)
{
	struct job_result *result = &job->result;

	result->elapsed_ns = sys_now_ns() - job->started_ns;
	if (ENABLE_EVENTS)
		result->usage = (struct job_usage){ timeval_ns(&usage->ru_utime),
						    timeval_ns(&usage->ru_stime),
						    usage->ru_maxrss };
	result->wait_status = wait_status;
	job->exited = true;
	if (job_has_shim(job))
		take_report(loop, job);
	else
		result->failure = job->spec.room->failure;
}

static struct job *find_job(const struct loop *loop, pid_t pid)
{
	for (size_t i = 0; i < loop_slots(loop); i++) {
		struct job *job = loop->slots[i];

		if (job && job->state != JOB_DRAINING && job->result.pid == pid)
			return job;
	}
	return NULL;
}

/* Notes the end of a process that a program has left: the jobs that must end have killed it. */
static void note_orphan(const struct loop *loop, pid_t pid)
{
	for (size_t i = 0; i < loop_slots(loop); i++)
		if (loop->slots[i] && job_must_end(loop->slots[i]))
			pid_list_add(&loop->slots[i]->result.killed, pid);
}

void loop_reap(struct loop *loop)
{
	struct rusage usage;
	int wait_status;
	pid_t pid;

	for (; (pid = sys_reap(&wait_status, &usage)) > 0; loop->reaped++) {
		struct job *job = find_job(loop, pid);

		if (job)
			note_exit(loop, job, wait_status, &usage);
		else
			note_orphan(loop, pid);
	}
	loop->childless = pid == -ECHILD;
	/* After any other error, the SIGCHLD that brought us here must not be lost. */
	if (pid < 0 && pid != -ECHILD)
		(void)sys_kill(sys_pid(), SIGCHLD);
}
