/* SPDX-License-Identifier: Apache-2.0 */
/*
 * spawn: starting one program. Only sys_vfork waits, until the program runs; signals and the end of
 * processes belong to the loop.
 */
#ifndef SPAWN_H
#define SPAWN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Whether an applet is built that runs scripts without a "#!" line. */
#define SPAWN_SHELL_BUILT_IN \
	(ENABLE_OS_REFRESH_CONFIG || ENABLE_REFRESH_PHASE || ENABLE_DIB_RUN_PARTS)

/* Why a program does not start for SPAWN_SHELL. */
#define SPAWN_NO_SHELL "it has no \"#!\" line and there is no shell to run it"

/* How far a start came before it failed. */
enum spawn_stage {
	SPAWN_STARTED,     /* it did not fail */
	SPAWN_FORK,        /* no process could be made */
	SPAWN_DESCRIPTORS, /* the program's descriptors could not be arranged */
	SPAWN_EXEC,        /* the kernel refused the program */
	SPAWN_SHELL,       /* the program needs a shell, and none could be executed */
};

/* Why a program could not be started. */
struct spawn_failure {
	enum spawn_stage stage;
	int error; /* errno */
};

/*
 * What a process that is started needs until it has become the program. The memory is shared with
 * it even if it has a copy of ours: see sys_vfork.
 */
struct spawn_room {
	struct spawn_failure failure;
	/*
	 * Our own stack may be small. This one needs less than 1 KiB; a dynamic linker or a
	 * sanitizer needs more.
	 */
	_Alignas(max_align_t) char stack[16 * 1024];
};

/* The program gets our descriptor `from` under the number `as`. */
struct spawn_fd {
	int from;
	int as;
};

/* A program to start. The caller owns all that this points to. */
struct spawn_spec {
	const char *path;
	/*
	 * The program's arguments are argv + 1, with NULL after the last. argv[0] is room for the
	 * path of a shell, which is then given argv + 1 as its own arguments.
	 */
	char **argv;
	char *const *envp;
	const struct spawn_fd *fds; /* besides these, it inherits what is not close-on-exec */
	size_t n_fds;
	struct spawn_room *room; /* NULL: there was no memory for it, and the start fails */
	pid_t parent;     /* our own pid, kept by the caller to save a system call each time */
	bool shell;       /* a shell runs the program if it is text without a "#!" line */
	bool new_session; /* the program leads a session of its own, and lives on if we die */
};

/*
 * The paths of shells, the best first, NULL after the last: where bash may be, then the configured
 * shell. A program without a "#!" line is run by the first of them that can be executed.
 */
extern const char *const spawn_shells[];

/* Returns the place in spawn_shells of the first that can be executed; it holds NULL for none. */
const char *const *spawn_find_shell(void);

/*
 * Starts the program. All signals must be blocked when this is called; the program begins with none
 * blocked, and ignores those that we ignore. Unless it leads a session of its own, the kernel kills
 * it when we die. If `shell` is set and the kernel knows no format for the file, a shell runs it
 * if it looks like text; this is bash's rule.
 *
 * Returns its pid, or -errno where there is no process. A process that could not become the program
 * stores the reason in room->failure, where it is known once the process has been reaped, and exits
 * with 127 (not found) or 126.
 */
pid_t spawn_start(struct spawn_spec *spec);

/* Returns the room for one process at a time, or NULL. It is never given back. */
struct spawn_room *spawn_make_room(void);

#endif
