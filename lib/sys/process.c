/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/process.h"

#include <sched.h>
#include <stddef.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sys/clock.h"
#include "sys/signals.h"
#include "sys/sys_impl.h"

pid_t sys_pid(void)
{
	return getpid();
}

uid_t sys_uid(void)
{
	return getuid();
}

int sys_cpus(void)
{
	cpu_set_t cpus;

	return sched_getaffinity(0, sizeof(cpus), &cpus) < 0 ? 1 : CPU_COUNT(&cpus);
}

uint32_t sys_random_bits(void)
{
	uint32_t bits;

	if (getrandom(&bits, sizeof(bits), GRND_NONBLOCK) == sizeof(bits))
		return bits;
	return (uint32_t)sys_wall_ns() ^ (uint32_t)sys_pid() << 16;
}

const char *sys_own_path(void)
{
	return (const char *)getauxval(AT_EXECFN); /* NOLINT(performance-no-int-to-ptr) */
}

/* fork(3) does more than _Fork(3) only for threads and handlers of pthread_atfork(3). */
pid_t sys_fork(void)
{
	return (pid_t)value_or_errno(_Fork());
}

/*
 * This calls clone(3), which does the same on all processors: vfork(3) of musl 1.2.3 copies our
 * memory, as fork(2) does, on arm64 and others.
 */
pid_t sys_vfork(int (*child)(void *), void *arg, char *stack_end)
{
	pid_t pid = (pid_t)value_or_errno(
		clone(child, stack_end, CLONE_VM | CLONE_VFORK | SIGCHLD, arg));

	/* Up to Linux 6.2, memory cannot be shared with the first child in a new time namespace. */
	if (pid == -EINVAL)
		pid = sys_fork();
	if (pid == 0)
		sys_exit(child(arg));
	return pid;
}

void *sys_share_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return NULL;
	return memory;
}

_Noreturn void sys_exit(int status)
{
	_exit(status);
}

int sys_exec(const char *path, char *const *argv, char *const *envp)
{
	return (int)value_or_errno(execve(path, argv, envp));
}

int sys_become(char *const *argv, char **envp)
{
	char **ours = environ;
	int err;

	environ = envp; /* execvp(3) looks for the program in the PATH of this one. */
	err = (int)value_or_errno(execvp(argv[0], argv));
	environ = ours;
	return err;
}

void sys_new_session(void)
{
	(void)setsid();
}

pid_t sys_parent(void)
{
	return getppid();
}

bool sys_signal_on_parent_death(int sig, pid_t parent)
{
	pid_t now;

	(void)prctl(PR_SET_PDEATHSIG, (unsigned long)sig, 0UL, 0UL, 0UL);
	now = getppid();
	return now == parent || now == 0;
}

void sys_become_subreaper(void)
{
	(void)prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL);
}

int sys_kill(pid_t pid, int sig)
{
	return (int)value_or_errno(kill(pid, sig));
}

pid_t sys_reap(int *ret_wait_status, struct rusage *ret_usage)
{
	pid_t pid;

	do
		pid = (pid_t)value_or_errno(wait4(-1, ret_wait_status, WNOHANG, ret_usage));
	while (pid == -EINTR);
	return pid;
}

int sys_exit_status(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

int sys_end_signal(int wait_status)
{
	return WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
}

void sys_kill_awake(pid_t pid, int sig)
{
	if (sys_kill(pid, sig) == 0)
		(void)sys_kill(pid, SIGCONT);
}

bool sys_is_child(pid_t pid)
{
	siginfo_t info;

	return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

void sys_dump_no_core(void)
{
	(void)prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL);
}

void sys_die_by(int sig)
{
	sys_set_signal_action(sig, SIG_DFL);
	(void)sys_kill(sys_pid(), sig);
	sys_unblock_signal(sig);
}
