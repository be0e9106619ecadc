/* SPDX-License-Identifier: Apache-2.0 */
#include "job/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "scan/script.h"
#include "sys/fd.h"
#include "sys/path.h"
#include "sys/process.h"
#include "sys/signals.h"

#define EXIT_CANNOT_EXECUTE 126
#define EXIT_NOT_FOUND 127

const char *const spawn_shells[] = { "/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash",
				     CONFIG_SHELL, NULL };

const char *const *spawn_find_shell(void)
{
	const char *const *shell = spawn_shells;

	while (*shell && sys_access(AT_FDCWD, *shell, X_OK) < 0)
		shell++;
	return shell;
}

static int set_descriptors(const struct spawn_spec *spec)
{
	int err = 0;

	for (size_t i = 0; i < spec->n_fds && err >= 0; i++)
		err = sys_dup_as(spec->fds[i].from, spec->fds[i].as);
	return err;
}

/* Returns 0 if the file is text that a shell may run, ENOEXEC, or the errno of reading it. */
static int check_text(const char *path)
{
	char start[SCRIPT_START_SIZE];
	ssize_t n = script_read_start(AT_FDCWD, path, start);

	if (n < 0)
		return (int)-n;
	return script_is_text(start, (size_t)n) ? 0 : ENOEXEC;
}

/* Returns only if no shell could be executed, or if the file is not for a shell. */
static struct spawn_failure exec_by_shell(const struct spawn_spec *spec)
{
	struct spawn_failure failure = { SPAWN_EXEC, check_text(spec->path) };

	if (failure.error)
		return failure;
	for (const char *const *shell = spawn_shells; *shell; shell++) {
		spec->argv[0] = (char *)*shell;
		failure.error = -sys_exec(*shell, spec->argv, spec->envp);
		if (failure.error != ENOENT && failure.error != ENOTDIR && failure.error != EACCES)
			return failure;
	}
	failure.stage = SPAWN_SHELL;
	return failure;
}

/*
 * Makes the child the program; it returns only if that fails. The signal for the parent's death is
 * set before anything that takes time. The descriptors are set last, when nothing that could take
 * their numbers is opened any more.
 */
static struct spawn_failure become_program(const struct spawn_spec *spec)
{
	struct spawn_failure failure = { SPAWN_DESCRIPTORS, 0 };

	sys_unblock_all_signals();
	if (spec->new_session)
		sys_new_session();
	else if (!sys_signal_on_parent_death(SIGKILL, spec->parent))
		sys_exit(EXIT_CANNOT_EXECUTE);
	failure.error = -set_descriptors(spec);
	if (failure.error > 0)
		return failure;
	failure.stage = SPAWN_EXEC;
	failure.error = -sys_exec(spec->path, spec->argv + 1, spec->envp);
	if (SPAWN_SHELL_BUILT_IN && failure.error == ENOEXEC && spec->shell)
		return exec_by_shell(spec);
	return failure;
}

/* Returns the exit status of a child that could not become the program. */
static int run_child(void *self)
{
	const struct spawn_spec *spec = self;
	struct spawn_failure failure = become_program(spec);

	spec->room->failure = failure;
	return failure.stage == SPAWN_EXEC && failure.error == ENOENT ? EXIT_NOT_FOUND :
									EXIT_CANNOT_EXECUTE;
}

struct spawn_room *spawn_make_room(void)
{
	return sys_share_memory(sizeof(struct spawn_room));
}

pid_t spawn_start(struct spawn_spec *spec)
{
	struct spawn_room *room = spec->room;

	if (!room)
		return -ENOMEM;
	room->failure = (struct spawn_failure){ .stage = SPAWN_STARTED };
	return sys_vfork(run_child, spec, room->stack + sizeof(room->stack));
}
