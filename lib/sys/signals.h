/* signals: masks, default actions, and signals fetched one by one. We have no handlers. */
#ifndef SYS_SIGNALS_H
#define SYS_SIGNALS_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

/* Blocks every signal that can be blocked; *ret_old is the mask before. */
void sys_block_all_signals(sigset_t *ret_old);

/* Makes this the signal mask. */
void sys_set_signal_mask(const sigset_t *mask);

/* Blocks no signal any more; or this one no more. */
void sys_unblock_all_signals(void);
void sys_unblock_signal(int sig);

/* The signal does what it does by default, or is ignored, from now on: SIG_DFL or SIG_IGN. */
void sys_set_signal_action(int sig, void (*action)(int));

/* The same for the signals that writing brings: SIGPIPE (nobody reads) and SIGXFSZ (a full limit). */
void sys_set_write_signals(void (*action)(int));

/* Is the signal ignored? */
bool sys_is_ignored(int sig);

/*
 * Fetches one pending signal of the set, which is blocked: its number, or -EAGAIN after the time
 * and -EINTR where something else came between. A negative timeout has no end.
 */
int sys_take_signal(const sigset_t *set, int64_t timeout_ns);

/* A close-on-exec descriptor that can be read while a signal of the set is pending, or -errno. */
int sys_signal_fd(const sigset_t *set);

#endif
