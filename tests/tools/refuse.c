/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refuse CALL ERROR PROGRAM [ARGUMENT]...: runs the program on what looks like an older kernel, or one
 * that was built without something: to it, and to all that it starts, the kernel answers the system
 * call, or prctl(2) with this option, by ENOSYS, EINVAL or EPERM, and does nothing. This takes no
 * privileges.
 *
 * Ends as the program does; with 125 where that is impossible.
 */
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define countof(array) (sizeof(array) / sizeof((array)[0]))
#define OPTION(name)                   \
	{                              \
#name, SYS_prctl, name \
	}
#define CALL(name)                    \
	{                             \
#name, SYS_##name, -1 \
	}

static const struct call {
	const char *name;
	long number;
	int option; /* of prctl(2), or -1 */
} calls[] = {
	CALL(close_range),
	CALL(flock),
	CALL(getrandom),
	CALL(memfd_create),
	CALL(openat2),
	CALL(pwritev2),
	CALL(signalfd4),
	CALL(socket),
	OPTION(PR_SET_CHILD_SUBREAPER),
	OPTION(PR_SET_DUMPABLE),
	OPTION(PR_SET_PDEATHSIG),
};

static const struct error {
	const char *name;
	int number;
} errors[] = { { "ENOSYS", ENOSYS }, { "EINVAL", EINVAL }, { "EPERM", EPERM } };

/* The filter loads the lower half of the option, which is the first argument. */
#define OPTION_OFFSET                             \
	(offsetof(struct seccomp_data, args[0]) + \
	 (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? sizeof(__u32) : 0))

static int refuse(const struct call *call, const struct error *error)
{
	/* Without an option, any first argument will do: it is at least 0. */
	unsigned comparison = call->option < 0 ? BPF_JGE : BPF_JEQ;
	__u32 option = call->option < 0 ? 0 : (__u32)call->option;
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (__u32)call->number, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, OPTION_OFFSET),
		BPF_JUMP((__u16)(BPF_JMP | comparison | BPF_K), option, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (__u32)error->number),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog program = { countof(filter), filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
		return -1;
	return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0);
}

int main(int argc, char **argv)
{
	const struct call *call = calls;
	const struct error *error = errors;

	if (argc < 4)
		return 125;
	while (call < calls + countof(calls) && strcmp(call->name, argv[1]) != 0)
		call++;
	while (error < errors + countof(errors) && strcmp(error->name, argv[2]) != 0)
		error++;
	if (call == calls + countof(calls) || error == errors + countof(errors)) {
		fprintf(stderr, "refuse: unknown: %s %s\n", argv[1], argv[2]);
		return 125;
	}
	if (refuse(call, error) == 0)
		execvp(argv[3], argv + 3);
	perror("refuse");
	return 125;
}
