/* SPDX-License-Identifier: Apache-2.0 */
#include "job/worker.h"

#include <sys/resource.h>

#include "job/loop.h"
#include "sys/process.h"
#include "sys/signals.h"

/* Passes on the next signal that the worker should have as well; SIGCHLD only ends the wait. */
static void pass_signal(pid_t worker, const sigset_t *awaited, int64_t timeout_ns)
{
	int sig = sys_take_signal(awaited, timeout_ns);

	if (sig > 0 && sig != SIGCHLD)
		sys_kill_awake(worker, sig);
}

/*
 * Reaps children until the worker has ended, and returns its wait status. An error of wait4(2) that
 * has no meaning here must not lose the end of the worker, so we look again soon.
 */
static int wait_for_worker(pid_t worker, const sigset_t *awaited)
{
	struct rusage usage;
	int wait_status;
	pid_t pid;

	for (;;) {
		while ((pid = sys_reap(&wait_status, &usage)) > 0)
			if (pid == worker)
				return wait_status;
		pass_signal(worker, awaited, pid < 0 ? LOOP_LOOK_AGAIN_NS : -1);
	}
}

int worker_run(int (*work)(void *arg), void *arg, int *ret_wait_status)
{
	bool ignored = sys_is_ignored(SIGCHLD);
	sigset_t outer_mask, awaited;
	pid_t worker;

	sys_block_signals(&outer_mask);
	/* If it were ignored, the kernel would reap our children: they would have no status. */
	sys_set_signal_action(SIGCHLD, SIG_DFL);
	loop_awaited_signals(&awaited);
	worker = sys_fork();
	if (worker == 0)
		sys_exit(work(arg));
	if (worker > 0)
		*ret_wait_status = wait_for_worker(worker, &awaited);
	if (ignored)
		sys_set_signal_action(SIGCHLD, SIG_IGN);
	sys_set_signal_mask(&outer_mask);
	return worker < 0 ? worker : 0;
}
