#include <errno.h>
#include <sys/resource.h>

#include "job/pool_own.h"
#include "sys/clock.h"
#include "sys/process.h"

static int64_t to_ns(const struct timeval *time)
{
	return (int64_t)time->tv_sec * NS_PER_SEC + (int64_t)time->tv_usec * (NS_PER_MS / 1000);
}

static void mark_exited(struct pool *pool, struct job *job, pid_t pid, int wait_status,
			const struct rusage *usage)
{
	struct job_end *end = &job->end;

	if (end->pid == pid) {
		end->elapsed_ns = sys_now_ns() - job->started_ns;
		if (ENABLE_EVENTS)
			end->usage = (struct job_usage){ to_ns(&usage->ru_utime),
							 to_ns(&usage->ru_stime),
							 usage->ru_maxrss };
		end->wait_status = wait_status;
		job->exited = true;
		if (pool_is_kept(job))
			pool_take_report(pool, job);
	} else if (job->kill_ns && !pool_is_kept(job)) {
		if (end->n_killed < JOB_KILLED_MAX)
			end->killed[end->n_killed] = pid;
		end->n_killed++;
	}
}

void pool_reap(struct pool *pool)
{
	struct rusage usage;
	int wait_status;
	pid_t pid;

	while ((pid = sys_reap(&wait_status, &usage)) > 0)
		for (size_t i = 0; i < POOL_SLOTS; i++)
			if (pool->slots[i] && !pool->slots[i]->over)
				mark_exited(pool, pool->slots[i], pid, wait_status, &usage);
	pool->childless = pid == -ECHILD;
}
