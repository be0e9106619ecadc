/* SPDX-License-Identifier: Apache-2.0 */
/*
 * worker: runs a function in a child of ours, the worker, and waits for its end. What the worker
 * starts belongs to the worker: processes that others leave to us, as process 1 or because we had
 * children before, never come to it. It also outlives us if we are killed, for as long as it takes
 * to end what it has started.
 */
#ifndef WORKER_H
#define WORKER_H

/* How a worker has ended. */
struct worker_end {
	int wait_status;
	int signal; /* the last one that came to us for the worker, be it too late; or 0 */
};

/*
 * Calls work(arg) in a worker, which exits with what that returns. Meanwhile HUP, INT, QUIT and
 * TERM are passed on to the worker, but for those that we ignore; other signals are blocked, except
 * those of job control; and every child of ours that ends is reaped. The worker begins with the
 * same signals blocked and the default action of SIGCHLD, and has loop_open to watch for our death.
 * Afterwards, signal mask and actions are as before.
 *
 * Returns 0 with the end of the worker in *ret_end, or the -errno of making it.
 */
int worker_run(int (*work)(void *arg), void *arg, struct worker_end *ret_end);

#endif
