#include "job/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "sys/fd.h"
#include "sys/process.h"
#include "sys/signals.h"
#include "sys/util.h"

#define EXIT_CANNOT_EXECUTE 126
#define EXIT_NOT_FOUND 127

/* The kernel's PID_MAX_LIMIT: where /proc may be missing, the limit in force is not known. */
#define PID_LIMIT (4 * 1024 * 1024)

/* The kernel's RESERVED_PIDS: where pids begin anew after the last one. */
#define PID_AFTER_LAST 300

/* So many more may have been started while we look, and so many before. */
#define NEWER_PIDS 16
#define NEXT_PIDS 32768

const char *const proc_shells[] = { "/bin/bash", "/usr/bin/bash", "/usr/local/bin/bash",
				    CONFIG_SHELL, NULL };

static const char *const signal_names[] = {
	[SIGHUP] = "SIGHUP",
	[SIGINT] = "SIGINT",
	[SIGQUIT] = "SIGQUIT",
	[SIGILL] = "SIGILL",
	[SIGTRAP] = "SIGTRAP",
	[SIGABRT] = "SIGABRT",
	[SIGBUS] = "SIGBUS",
	[SIGFPE] = "SIGFPE",
	[SIGKILL] = "SIGKILL",
	[SIGUSR1] = "SIGUSR1",
	[SIGSEGV] = "SIGSEGV",
	[SIGUSR2] = "SIGUSR2",
	[SIGPIPE] = "SIGPIPE",
	[SIGALRM] = "SIGALRM",
	[SIGTERM] = "SIGTERM",
	[SIGXCPU] = "SIGXCPU",
	[SIGXFSZ] = "SIGXFSZ",
	[SIGSYS] = "SIGSYS",
};

const char *proc_signal_name(int sig)
{
	if (sig < 0 || sig >= (int)countof(signal_names) || !signal_names[sig])
		return "signal";
	return signal_names[sig];
}

int proc_exit_status(int wait_status)
{
	return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

int proc_end_signal(int wait_status)
{
	return WIFSIGNALED(wait_status) ? WTERMSIG(wait_status) : 0;
}

static int set_descriptors(const struct proc_spec *spec)
{
	int err = 0;

	for (size_t i = 0; i < spec->n_fds && err >= 0; i++)
		err = sys_dup_as(spec->fds[i].from, spec->fds[i].as);
	return err;
}

/*
 * bash's rule: a NUL byte in the first line is a binary that no shell should try. Returns 0 for
 * text, or the errno of what it is or why it cannot be told.
 */
static int check_text(const char *path)
{
	char start[128];
	int fd = sys_open(AT_FDCWD, path, O_RDONLY, 0);
	ssize_t n = fd < 0 ? fd : sys_read(fd, start, sizeof(start));
	const char *line_end;

	sys_close(fd);
	if (n <= 0)
		return (int)-n;
	line_end = memchr(start, '\n', (size_t)n);
	return memchr(start, '\0', line_end ? (size_t)(line_end - start) : (size_t)n) ? ENOEXEC : 0;
}

static struct proc_failure exec_shell(const struct proc_spec *spec)
{
	struct proc_failure failure = { PROC_EXEC, check_text(spec->path) };

	if (failure.error)
		return failure;
	for (const char *const *shell = proc_shells; *shell; shell++) {
		spec->argv[0] = (char *)*shell;
		failure.error = -sys_exec(*shell, spec->argv, spec->envp);
		if (failure.error != ENOENT && failure.error != ENOTDIR && failure.error != EACCES)
			return failure;
	}
	failure.stage = PROC_SHELL;
	return failure;
}

/* Only comes back where that failed. */
static struct proc_failure become_program(const struct proc_spec *spec, pid_t parent)
{
	struct proc_failure failure = { PROC_DESCRIPTORS, 0 };

	sys_unblock_all_signals();
	if (spec->new_session)
		sys_new_session();
	else if (!sys_signal_on_parent_death(SIGKILL, parent))
		sys_exit(EXIT_CANNOT_EXECUTE);
	failure.error = -set_descriptors(spec);
	if (failure.error > 0)
		return failure;
	failure.stage = PROC_EXEC;
	failure.error = -sys_exec(spec->path, spec->argv + 1, spec->envp);
	return failure.error == ENOEXEC && spec->shell ? exec_shell(spec) : failure;
}

pid_t proc_start(const struct proc_spec *spec, struct proc_failure *failure)
{
	/* The child of vfork shares our memory and has it to itself until it is another program. */
	volatile struct proc_failure *report = failure;
	pid_t parent = sys_pid(), pid;

	*report = (struct proc_failure){ .stage = PROC_STARTED };
	pid = vfork();
	if (pid == 0) {
		struct proc_failure failed = become_program(spec, parent);

		*report = failed;
		sys_exit(failed.stage == PROC_EXEC && failed.error == ENOENT ?
				    EXIT_NOT_FOUND :
				    EXIT_CANNOT_EXECUTE);
	}
	if (pid < 0) {
		pid = -errno;
		*report = (struct proc_failure){ .stage = PROC_FORK, .error = -pid };
	}
	return pid;
}

/* The newest first: those are about to be gone, and to have started others. */
static int signal_children_between(pid_t first, pid_t last, int sig)
{
	int found = 0;

	for (pid_t pid = last; pid >= first; pid--)
		if (sys_is_child(pid) && sys_kill(pid, sig) == 0)
			found++;
	return found;
}

int proc_signal_children(pid_t first, int sig)
{
	pid_t newest = sys_newest_pid();
	int found;

	if (newest >= first)
		return signal_children_between(first, newest + NEWER_PIDS, sig);
	/* Pids began anew, or nobody can tell. All there may be take seconds: likely ones first. */
	found = signal_children_between(first, first + NEXT_PIDS, sig);
	if (newest >= 0)
		found += signal_children_between(PID_AFTER_LAST, newest + NEWER_PIDS, sig);
	return found ? found : signal_children_between(PID_AFTER_LAST, PID_LIMIT, sig);
}

void proc_die_by(int sig)
{
	sys_set_signal_action(sig, SIG_DFL);
	(void)sys_kill(sys_pid(), sig);
	sys_unblock_signal(sig);
}
