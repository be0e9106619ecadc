/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_bare DIR: starts every program of a directory one after the other and waits for it, and
 * does nothing else: the least that running a directory can cost.
 */
#include <dirent.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int run(char *path)
{
	char *argv[] = { path, NULL };
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		execve(path, argv, environ);
		_exit(127);
	}
	return pid > 0 && waitpid(pid, &status, 0) == pid ? status : -1;
}

int main(int argc, char **argv)
{
	struct dirent **entries;
	char path[4096];
	int n = argc == 2 ? scandir(argv[1], &entries, NULL, alphasort) : -1;
	int failures = n < 0;

	for (int i = 0; i < n; i++) {
		if (entries[i]->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "%s/%s", argv[1], entries[i]->d_name);
		failures += run(path) != 0;
	}
	return failures > 0;
}
