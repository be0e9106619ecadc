/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_calls DIR: runs every program of a directory as bench_bare does, with the system calls that
 * run-parts makes for each, and no more: what the guarantees of run-parts cost in the kernel alone.
 * tests/cost_test.sh counts the calls of both.
 */
#include <dirent.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

struct start {
	char *path;
	pid_t parent;
};

/* In a child that has our memory: the signal mask of a script, and its end with us. */
static int start_program(void *arg)
{
	const struct start *start = arg;
	char *argv[] = { start->path, NULL };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == start->parent)
		execve(start->path, argv, environ);
	return 127;
}

/* All children that have ended are reaped, until there is none. */
static int wait_for_end(const sigset_t *signals, pid_t pid)
{
	struct rusage usage;
	int status, result = -1;
	pid_t ended;

	sigwaitinfo(signals, NULL);
	while ((ended = wait4(-1, &status, WNOHANG, &usage)) > 0)
		if (ended == pid)
			result = status;
	return result;
}

static bool is_program(int dir_fd, const char *name)
{
	struct stat st;

	return fstatat(dir_fd, name, &st, 0) == 0 && S_ISREG(st.st_mode) &&
	       faccessat(dir_fd, name, X_OK, 0) == 0;
}

static int run(char *path, pid_t parent, const sigset_t *signals)
{
	const struct timespec at_once = { 0 };
	struct timespec now;
	struct stat st;
	_Alignas(16) char stack[8192];
	struct start start;
	pid_t pid;

	clock_gettime(CLOCK_MONOTONIC, &now);
	/* An earlier program may have changed this one, and a signal may be pending. */
	if (stat(path, &st) < 0 || faccessat(AT_FDCWD, path, X_OK, 0) < 0 ||
	    sigtimedwait(signals, NULL, &at_once) > 0)
		return -1;
	start.path = path;
	start.parent = parent;
	pid = clone(start_program, stack + sizeof(stack), CLONE_VM | CLONE_VFORK | SIGCHLD, &start);
	if (pid < 0 || wait_for_end(signals, pid) != 0)
		return -1;
	return clock_gettime(CLOCK_MONOTONIC, &now);
}

/* All programs are looked at before the first is started. Returns the failures. */
static int run_all(const char *dir, struct dirent **entries, int n, const sigset_t *signals)
{
	int dir_fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int failures = dir_fd < 0, programs = 0;
	pid_t parent = getpid();
	char path[4096];

	for (int i = 0; i < n; i++)
		if (is_program(dir_fd, entries[i]->d_name))
			entries[programs++] = entries[i];
	for (int i = 0; i < programs; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, entries[i]->d_name);
		failures += run(path, parent, signals) != 0;
	}
	return failures;
}

int main(int argc, char **argv)
{
	struct dirent **entries;
	sigset_t signals;
	int n = argc == 2 ? scandir(argv[1], &entries, NULL, alphasort) : -1;

	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_SETMASK, &signals, NULL);
	return n < 0 || run_all(argv[1], entries, n, &signals) > 0;
}
