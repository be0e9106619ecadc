/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock_shift FILE SECONDS PROGRAM [ARGUMENT]...: runs the program, whose wall clock is set by that
 * many seconds as soon as there is the FILE: what clock_gettime(2) tells it of CLOCK_REALTIME is
 * changed on its way back. Other clocks, and processes that it starts, are left alone.
 *
 * Ends as the program does: with its status or 128 and its signal; with 250 where it may not trace.
 */
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#ifndef PTRACE_GET_SYSCALL_INFO
#define PTRACE_GET_SYSCALL_INFO 0x420e
#endif
#define OP_ENTRY 1

/* As the kernel's struct ptrace_syscall_info, at the entry to a system call. */
struct call {
	uint8_t op;
	uint32_t arch __attribute__((aligned(4)));
	uint64_t at, stack, number, arguments[6];
};

static void shift(pid_t pid, uint64_t address, long seconds)
{
	long now;

	errno = 0;
	now = ptrace(PTRACE_PEEKDATA, pid, (void *)(uintptr_t)address, NULL);
	if (errno ||
	    ptrace(PTRACE_POKEDATA, pid, (void *)(uintptr_t)address, (void *)(now + seconds)))
		_exit(251);
}

static long peek(pid_t pid, uint64_t address)
{
	return ptrace(PTRACE_PEEKDATA, pid, (void *)(uintptr_t)address, NULL);
}

/*
 * Libc asks the kernel's vDSO for the time, without a system call, unless the kernel has not told
 * where that is. A new program finds this on its stack: the number of its arguments, those, NULL,
 * the environment, NULL, then pairs of a type and a value.
 */
static void hide_vdso(pid_t pid)
{
	struct call call = { 0 };
	uint64_t at;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(call), &call) < 0)
		return;
	at = call.stack + sizeof(long) * (uint64_t)(peek(pid, call.stack) + 2);
	while (peek(pid, at))
		at += sizeof(long);
	for (at += sizeof(long); peek(pid, at) != AT_NULL; at += 2 * sizeof(long))
		if (peek(pid, at) == AT_SYSINFO_EHDR)
			ptrace(PTRACE_POKEDATA, pid, (void *)(uintptr_t)at, (void *)AT_IGNORE);
}

/* Stops at each entry to a system call, and at the end of those that ask for the time. */
static int trace(pid_t pid, const char *file, long seconds)
{
	uint64_t asked = 0;
	int status = 0, sig = 0;
	struct call call;

	for (;;) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)sig) < 0 ||
		    waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
			return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
		if (status >> 16 == PTRACE_EVENT_EXEC)
			hide_vdso(pid);
		/* The exec is not a system call that we look at, nor a signal. */
		sig = WSTOPSIG(status) == (SIGTRAP | 0x80) || status >> 16 ? 0 : WSTOPSIG(status);
		if (sig || status >> 16)
			continue;
		if (asked && access(file, F_OK) == 0)
			shift(pid, asked, seconds);
		asked = 0;
		if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(call), &call) < 0)
			return 250;
		if (call.op == OP_ENTRY && call.number == SYS_clock_gettime &&
		    call.arguments[0] == CLOCK_REALTIME)
			asked = call.arguments[1];
	}
}

int main(int argc, char **argv)
{
	int status;
	pid_t pid;

	if (argc < 4)
		return 252;
	pid = fork();
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(250);
		raise(SIGSTOP);
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return 250;
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL,
		   (void *)(long)(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC)) < 0)
		return 250;
	return trace(pid, argv[1], atol(argv[2]));
}
