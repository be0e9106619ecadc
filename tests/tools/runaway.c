/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interpreter of the scripts of tests/hostile_test.sh. A script is a "#!" line that names this
 * program, and a line of the names of kinds below it. The last of them is what the script itself
 * does, each other one is done by a child of its own. Called as "runaway -l" it lists the kinds.
 *
 * By two things survivors.c counts what is left: every process runs this program, and holds, unless
 * its kind closes what it can, a shared lock on the script.
 */
#include "runaway.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

/* The descriptors that every process of every tree has, the exec'ed ones too. */
#define LIFELINE 100
#define READY 101

static const struct kind *const lists[] = { common_kinds, multiplying_kinds, odd_kinds, NULL };

char script_path[PATH_MAX], self_path[PATH_MAX];
int generation;

void ready(void)
{
	if (write(READY, "r", 1) != 1)
		_exit(91);
}

void idle(void)
{
	for (;;)
		pause();
}

void settle(void)
{
	ready();
	idle();
}

pid_t spawn(void (*what)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		what();
		_exit(0);
	}
	return pid;
}

void spawn_orphan(void (*what)(void))
{
	pid_t pid = fork();

	if (pid == 0) {
		spawn(what);
		_exit(0);
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

void ignore_all(void)
{
	for (int sig = 1; sig < NSIG; sig++)
		if (sig != SIGCHLD)
			signal(sig, SIG_IGN);
}

void again(const char *kind, int n)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", n);
	execl(self_path, self_path, "-x", kind, number, script_path, (char *)NULL);
	_exit(92);
}

static void move_fd(int fd, int to)
{
	if (fd < 0 || dup2(fd, to) < 0)
		_exit(93);
	close(fd);
}

static void list_kinds(void)
{
	for (const struct kind *const *list = lists; *list; list++)
		for (const struct kind *kind = *list; kind->name; kind++)
			puts(kind->name);
}

static const struct kind *find_kind(const char *name)
{
	for (const struct kind *const *list = lists; *list; list++)
		for (const struct kind *kind = *list; kind->name; kind++)
			if (strcmp(kind->name, name) == 0)
				return kind;
	if (strcmp(name, brief_kind.name) == 0)
		return &brief_kind;
	fprintf(stderr, "runaway: no kind %s\n", name);
	_exit(94);
}

/* The second line of the script; the first, in a buffer of the same size, is left behind. */
static void read_kinds(char *line, int size)
{
	FILE *file = fopen(script_path, "re");

	if (!file || !fgets(line, size, file) || !fgets(line, size, file))
		_exit(95);
	fclose(file);
}

static int run_script(void)
{
	char line[PATH_MAX];
	char *name, *next;

	move_fd(open(script_path, O_RDONLY), LIFELINE);
	if (flock(LIFELINE, LOCK_SH) < 0)
		return 96;
	move_fd(open("ready", O_WRONLY | O_CREAT | O_APPEND, 0666), READY);
	read_kinds(line, sizeof(line));
	for (name = strtok(line, " \n"); name; name = next) {
		next = strtok(NULL, " \n");
		if (next)
			spawn(find_kind(name)->make);
		else
			find_kind(name)->make();
	}
	return 97;
}

static void make_absolute(const char *path)
{
	char cwd[PATH_MAX / 2] = "";

	if (path[0] != '/' && !getcwd(cwd, sizeof(cwd)))
		_exit(99);
	snprintf(script_path, sizeof(script_path), "%s%s%s", cwd, cwd[0] ? "/" : "", path);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "-l") == 0) {
		list_kinds();
		return 0;
	}
	if (argc < 2)
		return 98;
	/* The kernel names the interpreter of a script by its whole path. There may be no /proc. */
	snprintf(self_path, sizeof(self_path), "%s", argv[0]);
	make_absolute(argv[argc == 5 ? 4 : 1]);
	if (argc < 5)
		return run_script();
	generation = atoi(argv[3]);
	find_kind(argv[2])->make();
	return 97;
}
