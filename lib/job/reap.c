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

/* If the shim was killed, there is no report: its own end then stands for the program's. */
static void take_report(struct loop *loop, struct job *job)
{
	(void)sys_read(job->shim_fd, &job->result, sizeof(job->result));
	sys_close(job->shim_fd);
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
}

/* Notes that a process of the job, other than the program, has ended after the job was to. */
static void note_killed(struct job_result *result, pid_t pid)
{
	if (result->n_killed < JOB_KILLED_MAX)
		result->killed[result->n_killed] = pid;
	result->n_killed++;
}

void loop_reap(struct loop *loop)
{
	struct rusage usage;
	int wait_status;
	pid_t pid;

	while ((pid = sys_reap(&wait_status, &usage)) > 0)
		for (size_t i = 0; i < LOOP_SLOTS; i++) {
			struct job *job = loop->slots[i];

			if (!job || job->state == JOB_DRAINING)
				continue;
			if (job->result.pid == pid)
				note_exit(loop, job, wait_status, &usage);
			else if (job_must_end(job))
				note_killed(&job->result, pid);
		}
	loop->childless = pid == -ECHILD;
}
