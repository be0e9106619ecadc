/* SPDX-License-Identifier: Apache-2.0 */
/* signals: masks, default actions, and taking pending signals one by one. We have no handlers. */
#ifndef SYS_SIGNALS_H
#define SYS_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * Blocks every signal but those by which a shell stops us and lets us go on: SIGTSTP, SIGTTIN,
 * SIGTTOU and SIGCONT keep their default action. *ret_old is the mask from before.
 */
void sys_block_signals(sigset_t *ret_old);

/* Sets the signal mask. */
void sys_set_signal_mask(const sigset_t *mask);

/* Unblocks all signals, or one. */
void sys_unblock_all_signals(void);
void sys_unblock_signal(int sig);

/* Sets the action of a signal: SIG_DFL or SIG_IGN. */
void sys_set_signal_action(int sig, void (*action)(int));

/* Sets the action of the signals that writing brings: SIGPIPE and SIGXFSZ. */
void sys_set_write_signals(void (*action)(int));

/* Returns whether the signal is ignored. */
bool sys_is_ignored(int sig);

/*
 * Takes one pending signal of the set, which is blocked, and waits for it if there is none. Returns
 * its number; -EAGAIN when the time is over; or -EINTR. A negative timeout never ends.
 */
int sys_take_signal(const sigset_t *set, int64_t timeout_ns);

/* Long work ends by a pending signal of the set, or by the time of sys_now_ns(); 0 is never. */
struct sys_stop {
	sigset_t signals;
	int64_t deadline_ns;
};

/* Returns whether the work has to end. */
bool sys_must_stop(const struct sys_stop *stop);

/* Returns a descriptor that is readable while a signal of the set is pending, or -errno. */
int sys_signal_fd(const sigset_t *set);

#endif
