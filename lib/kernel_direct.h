/* What the machines of 64 bits that have a bare way into the kernel share. */
#ifndef KERNEL_DIRECT_H
#define KERNEL_DIRECT_H

#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* The kernel's name for what libc calls fstatat. */
#define SYS_fstatat SYS_newfstatat

#define KERNEL_3(number, a, b, c) kernel_call3(number, (long)(a), (long)(b), (long)(c))
#define KERNEL_1(number, a) KERNEL_3(number, a, 0, 0)
#define KERNEL_2(number, a, b) KERNEL_3(number, a, b, 0)
#define KERNEL_4(number, a, b, c, d) \
	kernel_call4(number, (long)(a), (long)(b), (long)(c), (long)(d))
#define KERNEL_6(number, a, b, c, d, e, f) \
	kernel_call6(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define KERNEL_5(number, a, b, c, d, e) KERNEL_6(number, a, b, c, d, e, 0)
#define KERNEL_PICK(a, b, c, d, e, f, picked, ...) picked

#define KERNEL(name, ...)                                                                      \
	KERNEL_PICK(__VA_ARGS__, KERNEL_6, KERNEL_5, KERNEL_4, KERNEL_3, KERNEL_2, KERNEL_1, ) \
	(SYS_##name, __VA_ARGS__)
#define KERNEL_RAW KERNEL

/* vfork is ours, in KERNEL_ASSEMBLY, and sets no errno. */
#define KERNEL_VFORK() vfork()
#define KERNEL_FORK() ((pid_t)KERNEL(clone, SIGCHLD, 0, 0, 0, 0))

_Noreturn static inline void kernel_exit(int status)
{
	for (;;)
		KERNEL(exit_group, status);
}

/* Sets of signals are bit masks, as the kernel has them: bit n - 1 is signal n. */

static inline uint64_t kernel_set_signal_mask(uint64_t mask)
{
	uint64_t old;

	KERNEL(rt_sigprocmask, 2 /* SIG_SETMASK */, &mask, &old, sizeof(mask));
	return old;
}

/* The handler comes first; SIG_DFL and SIG_IGN need none of what follows it. */
struct kernel_action {
	void (*handler)(int);
	long rest[3];
};

static inline void kernel_set_handler(int sig, void (*handler)(int))
{
	struct kernel_action action = { .handler = handler };

	KERNEL(rt_sigaction, sig, &action, NULL, sizeof(uint64_t));
}

static inline void (*kernel_get_handler(int sig))(int)
{
	struct kernel_action action;

	KERNEL(rt_sigaction, sig, NULL, &action, sizeof(uint64_t));
	return action.handler;
}

static inline int kernel_take_signal(uint64_t set, const struct timespec *timeout)
{
	return (int)KERNEL(rt_sigtimedwait, &set, NULL, timeout, sizeof(set));
}

static inline int kernel_signal_fd(uint64_t set, int flags)
{
	return (int)KERNEL(signalfd4, -1, &set, sizeof(set), flags);
}

#endif
