/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock_shift FILE SECONDS PROGRAM [ARGUMENT]...: runs the program, whose wall clock is set by that
 * many seconds as soon as there is the FILE: what clock_gettime(2) tells it of CLOCK_REALTIME is
 * changed on its way back. Other clocks, and programs that it starts, are left alone.
 *
 * Ends as the program does: with its status or 128 and its signal; with 250 where it may not trace.
 */
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
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

/* The architecture and the system calls of a 32-bit program for x86: AUDIT_ARCH_I386 and so on. */
#define ARCH_I386 0x40000003
#define I386_CLOCK_GETTIME 265
#define I386_CLOCK_GETTIME64 403

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

/* Returns whether the call asks for the wall clock. */
static bool asks_for_time(const struct call *call)
{
	uint64_t number = call->number;

	if (call->op != OP_ENTRY || call->arguments[0] != CLOCK_REALTIME)
		return false;
	if (call->arch == ARCH_I386)
		return number == I386_CLOCK_GETTIME || number == I386_CLOCK_GETTIME64;
	return number == SYS_clock_gettime;
}

/* Returns a word of a program whose words have this size. */
static uint64_t peek(pid_t pid, uint64_t address, unsigned size)
{
	uint64_t word = (uint64_t)ptrace(PTRACE_PEEKDATA, pid, (void *)(uintptr_t)address, NULL);

	return size == 4 ? (uint32_t)word : word;
}

/*
 * Libc asks the kernel's vDSO for the time, without a system call, unless the kernel has not told
 * where that is. A new program finds this on its stack: the number of its arguments, those, NULL,
 * the environment, NULL, then pairs of a type and a value.
 */
static void hide_vdso(pid_t pid)
{
	struct call call = { 0 };
	uint64_t at, type;
	unsigned size;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, pid, (void *)sizeof(call), &call) < 0)
		return;
	size = call.arch == ARCH_I386 ? 4 : sizeof(long);
	at = call.stack + size * (peek(pid, call.stack, size) + 2);
	while (peek(pid, at, size))
		at += size;
	for (at += size; (type = peek(pid, at, size)) != AT_NULL; at += 2 * size)
		if (type == AT_SYSINFO_EHDR)
			ptrace(PTRACE_POKEDATA, pid, (void *)(uintptr_t)at,
			       (void *)(peek(pid, at, sizeof(long)) - type + AT_IGNORE));
}

/* Where a process that we trace wants to have the time; 0: it has not asked. */
struct traced {
	pid_t pid;
	uint64_t asked;
};

/* Returns the row of the process, which may be new. */
static struct traced *find(struct traced *all, pid_t pid)
{
	while (all->pid && all->pid != pid)
		all++;
	all->pid = pid;
	return all;
}

/* At an entry to a system call, and at the end of one: those that ask for the time are changed. */
static void stop_at_call(struct traced *traced, const char *file, long seconds)
{
	struct call call;

	if (traced->asked && access(file, F_OK) == 0)
		shift(traced->pid, traced->asked, seconds);
	traced->asked = 0;
	if (ptrace(PTRACE_GET_SYSCALL_INFO, traced->pid, (void *)sizeof(call), &call) < 0)
		_exit(250);
	if (asks_for_time(&call))
		traced->asked = call.arguments[1];
}

/* Stops the program and the copies that it makes of itself. A process begins with a SIGSTOP. */
static int trace(pid_t program, const char *file, long seconds)
{
	struct traced all[64] = { { .pid = program } };
	pid_t pid = program;
	int status, sig = 0;

	for (;;) {
		ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)sig);
		pid = waitpid(-1, &status, __WALL);
		sig = 0;
		if (pid == program && !WIFSTOPPED(status))
			return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
		if (pid < 0 || !WIFSTOPPED(status))
			continue;
		if (status >> 16 == PTRACE_EVENT_EXEC)
			hide_vdso(pid);
		else if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			stop_at_call(find(all, pid), file, seconds);
		else if (status >> 16 == 0 && WSTOPSIG(status) != SIGSTOP)
			sig = WSTOPSIG(status);
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
		   (void *)(long)(PTRACE_O_TRACESYSGOOD | PTRACE_O_TRACEEXEC |
				  PTRACE_O_TRACEFORK)) < 0)
		return 250;
	return trace(pid, argv[1], atol(argv[2]));
}
