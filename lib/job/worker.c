/* SPDX-License-Identifier: Apache-2.0 */
#include "job/worker.h"

#include <sys/resource.h>

#include "job/loop.h"
#include "sys/process.h"
#include "sys/signals.h"

/*
 * Reaps children and passes signals on until the worker has ended and nothing else is pending. An
 * error of wait4(2) that has no meaning here must not lose the end of the worker, so we look again
 * soon.
 */
static struct worker_end wait_for_worker(pid_t worker, const sigset_t *awaited)
{
	struct worker_end end = { .signal = 0 };
	bool ended = false;
	struct rusage usage;
	int wait_status, sig;
	pid_t pid;

	do {
		while ((pid = sys_reap(&wait_status, &usage)) > 0)
			if (pid == worker) {
				end.wait_status = wait_status;
				ended = true;
			}
		sig = sys_take_signal(awaited, ended ? 0 : pid < 0 ? LOOP_LOOK_AGAIN_NS : -1);
		if (sig > 0 && sig != SIGCHLD) {
			end.signal = sig;
			if (!ended)
				sys_kill_awake(worker, sig);
		}
	} while (!ended || sig > 0);
	return end;
}

int worker_run(int (*work)(void *arg), void *arg, struct worker_end *ret_end)
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
		*ret_end = wait_for_worker(worker, &awaited);
	if (ignored)
		sys_set_signal_action(SIGCHLD, SIG_IGN);
	sys_set_signal_mask(&outer_mask);
	return worker < 0 ? worker : 0;
}
