/* SPDX-License-Identifier: Apache-2.0 */
/*
 * survivors [-k] PROGRAM FILE...: prints how many processes run PROGRAM (an executable file), and
 * where there is none, how many FILEs somebody holds a lock on. The first of them are named on stderr.
 * Zombies do not count, but what has a living thread does. With -k they are killed until none is left.
 *
 * Ends with 0 if there are none, else with 1.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define TOLD_MAX 5

static bool runs(const char *pid, const char *tid, const struct stat *program)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "/proc/%s/task/%s/exe", pid, tid);
	return stat(path, &st) == 0 && st.st_dev == program->st_dev && st.st_ino == program->st_ino;
}

/* Has this process a thread that runs the program? */
static bool is_survivor(const char *pid, const struct stat *program)
{
	char path[PATH_MAX];
	bool found = false;
	struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "/proc/%s/task", pid);
	dir = opendir(path);
	if (!dir)
		return false;
	while (!found && (entry = readdir(dir)))
		found = isdigit((unsigned char)entry->d_name[0]) &&
			runs(pid, entry->d_name, program);
	closedir(dir);
	return found;
}

static void tell(const char *pid)
{
	char path[PATH_MAX], line[128] = "";
	int fd, n;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	fd = open(path, O_RDONLY);
	n = fd < 0 ? 0 : (int)read(fd, line, 60);
	close(fd);
	fprintf(stderr, "survivor: %.*s\n", n, line);
}

static int count(const struct stat *program, bool kill_them)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;
	int n = 0;

	while (dir && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]) &&
		    is_survivor(entry->d_name, program)) {
			n++;
			if (kill_them)
				kill(atoi(entry->d_name), SIGKILL);
			else if (n <= TOLD_MAX)
				tell(entry->d_name);
		}
	if (dir)
		closedir(dir);
	return n;
}

static bool is_held(const char *path)
{
	int fd = open(path, O_RDONLY);
	bool held = fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) < 0;

	if (held)
		fprintf(stderr, "survivor: somebody holds %s\n", path);
	close(fd);
	return held;
}

int main(int argc, char **argv)
{
	bool kill_them = argc > 1 && strcmp(argv[1], "-k") == 0;
	struct stat program;
	int n;

	argv += 1 + kill_them;
	if (!argv[0] || stat(argv[0], &program) < 0)
		return 2;
	while ((n = count(&program, kill_them)) > 0 && kill_them)
		usleep(1000);
	for (argv++; n == 0 && *argv; argv++)
		n = is_held(*argv);
	printf("%d\n", n);
	return n > 0;
}
