/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spawn: starting one program. Nothing here waits but vfork(2), until the program runs; signals and
 * the end of processes belong to the loop.
 */
#ifndef SPAWN_H
#define SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Are there applets that run scripts without a "#!" line? */
#define SPAWN_SHELL_BUILT_IN \
	(ENABLE_OS_REFRESH_CONFIG || ENABLE_REFRESH_PHASE || ENABLE_DIB_RUN_PARTS)

/* How far a start came before it failed. */
enum spawn_stage {
	SPAWN_STARTED,     /* it did not fail */
	SPAWN_FORK,        /* there was no process to be had */
	SPAWN_DESCRIPTORS, /* the program's descriptors could not be arranged */
	SPAWN_EXEC,        /* the kernel refused the program */
	SPAWN_SHELL,       /* the program needs a shell and there is none */
};

struct spawn_failure {
	enum spawn_stage stage;
	int error; /* errno */
};

/* The program's descriptor `as` is our `from`. */
struct spawn_fd {
	int from;
	int as;
};

struct spawn_spec {
	const char *path;
	/*
	 * NULL-terminated, with one place left in front of the first argument for a shell: the
	 * program sees argv + 1.
	 */
	char **argv;
	char *const *envp;
	const struct spawn_fd *fds; /* the descriptors that it gets under another number */
	size_t n_fds;
	bool shell;       /* a text without "#!" is run by the first shell there is */
	bool new_session; /* it leads a session of its own */
};

/*
 * The real shells, best first, NULL after the last: every place of bash, then the configured shell.
 * Programs without a "#!" line are run by the first that works.
 */
extern const char *const spawn_shells[];

/*
 * Starts the program. Where the spec says so, a file that the kernel knows no format for is run by
 * the first shell there is, if it looks like text, as bash does. The program begins with an empty
 * signal mask and ignores what we ignore; all signals must be blocked here. Unless it leads a
 * session of its own, it is killed when we die.
 *
 * Returns its pid, or -errno where there is no process. A process that could not become the program
 * stores the reason in *failure and exits with 127 (not found) or 126. *failure must live until
 * that process is reaped. Where libc emulates vfork(2) by fork(2) it stays empty, and the exit
 * status is all that we learn.
 */
pid_t spawn_start(const struct spawn_spec *spec, struct spawn_failure *failure);

#endif
