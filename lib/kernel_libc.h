/* The way through libc. */
#ifndef KERNEL_LIBC_H
#define KERNEL_LIBC_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static inline long kernel_result(long result)
{
	return result == -1 ? -errno : result;
}

#define KERNEL(name, ...) kernel_result((long)name(__VA_ARGS__))
#define KERNEL_RAW(name, ...) kernel_result(syscall(SYS_##name, __VA_ARGS__))
#define KERNEL_VFORK() ((pid_t)KERNEL(vfork, ))
#define KERNEL_FORK() ((pid_t)KERNEL(fork, ))

_Noreturn static inline void kernel_exit(int status)
{
	_exit(status);
}

/* Sets of signals are bit masks: bit n - 1 is signal n. */

static inline sigset_t kernel_sigset(uint64_t mask)
{
	sigset_t set;

	sigemptyset(&set);
	for (int sig = 1; sig <= 64; sig++)
		if (mask >> (sig - 1) & 1)
			sigaddset(&set, sig);
	return set;
}

static inline uint64_t kernel_set_signal_mask(uint64_t mask)
{
	sigset_t set = kernel_sigset(mask), old;
	uint64_t old_mask = 0;

	sigprocmask(SIG_SETMASK, &set, &old);
	for (int sig = 1; sig <= 64; sig++)
		if (sigismember(&old, sig) == 1)
			old_mask |= UINT64_C(1) << (sig - 1);
	return old_mask;
}

static inline void kernel_set_handler(int sig, void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	sigaction(sig, &action, NULL);
}

static inline void (*kernel_get_handler(int sig))(int)
{
	struct sigaction action;

	sigaction(sig, NULL, &action);
	return action.sa_handler;
}

static inline int kernel_take_signal(uint64_t mask, const struct timespec *timeout)
{
	sigset_t set = kernel_sigset(mask);

	return sigtimedwait(&set, NULL, timeout);
}

static inline int kernel_signal_fd(uint64_t mask, int flags)
{
	sigset_t set = kernel_sigset(mask);

	return signalfd(-1, &set, flags);
}

#endif
