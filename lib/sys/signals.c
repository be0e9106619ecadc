/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/signals.h"

#include <string.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/sys_impl.h"
#include "sys/util.h"

/*
 * sigprocmask(3) and sigfillset(3) leave out the C library's own signals, of which one of musl's is
 * SIGRTMIN to programs linked with glibc.
 */
static void set_mask(const sigset_t *mask, sigset_t *ret_old)
{
	(void)syscall(SYS_rt_sigprocmask, (long)SIG_SETMASK, mask, ret_old, (long)_NSIG / 8);
}

void sys_block_signals(sigset_t *ret_old)
{
	static const int job_control[] = { SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT };
	sigset_t blocked;

	memset(&blocked, 0xff, sizeof(blocked));
	for (size_t i = 0; i < countof(job_control); i++)
		sigdelset(&blocked, job_control[i]);
	set_mask(&blocked, ret_old);
}

void sys_set_signal_mask(const sigset_t *mask)
{
	set_mask(mask, NULL);
}

void sys_unblock_all_signals(void)
{
	sigset_t none;

	sigemptyset(&none);
	sys_set_signal_mask(&none);
}

void sys_unblock_signal(int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

void sys_set_signal_action(int sig, void (*action)(int))
{
	struct sigaction act = { .sa_handler = action };

	(void)sigaction(sig, &act, NULL);
}

void sys_set_write_signals(void (*action)(int))
{
	sys_set_signal_action(SIGPIPE, action);
	sys_set_signal_action(SIGXFSZ, action);
}

bool sys_is_ignored(int sig)
{
	struct sigaction act;

	return sigaction(sig, NULL, &act) == 0 && act.sa_handler == SIG_IGN;
}

int sys_take_signal(const sigset_t *set, int64_t timeout_ns)
{
	struct timespec ts = to_timespec(timeout_ns);

	return (int)value_or_errno(sigtimedwait(set, NULL, timeout_ns < 0 ? NULL : &ts));
}

bool sys_must_stop(const struct sys_stop *stop)
{
	sigset_t pending;

	if (stop->deadline_ns && sys_now_ns() >= stop->deadline_ns)
		return true;
	sigpending(&pending);
	sigandset(&pending, &pending, &stop->signals);
	return !sigisemptyset(&pending);
}

/* musl's signalfd(3) has code for Linux before 2.6.27. */
int sys_signal_fd(const sigset_t *set)
{
	return (int)value_or_errno(
		syscall(SYS_signalfd4, -1L, set, (long)_NSIG / 8, (long)SFD_CLOEXEC));
}
