/* SPDX-License-Identifier: Apache-2.0 */
/*
 * program: the programs of an image that has no shell, by the names that they are called by.
 *
 * 10-orphans leaves processes behind, of which some end at once and some later.
 * 20-tell prints ROLE.
 * 30-wait waits for a signal.
 * 40-exit-N ends with the status N.
 * server is the main program: it prints who it is, reaps the children that it has found, prints how
 * many zombies there are, and ends when SIGTERM comes.
 */
#include <ctype.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define ORPHANS 40

/*
 * An orphan ends at once, or only after it has come to process 1: then process 1 is about to become
 * the server, or has done so.
 */
static void be_orphan(unsigned i)
{
	if (i % 2 == 0)
		return;
	while (getppid() != 1)
		usleep(1000);
	usleep(i * 5000);
}

/* Each is forked by a child that has ended, so that it is nobody's. */
static void leave_orphans(void)
{
	for (unsigned i = 0; i < ORPHANS; i++) {
		pid_t pid = fork();

		if (pid == 0 && fork() == 0)
			be_orphan(i);
		if (pid == 0)
			_exit(0);
		waitpid(pid, NULL, 0);
	}
	printf("left %d orphans\n", ORPHANS);
}

static int is_zombie(const char *pid)
{
	char path[300], line[300];
	FILE *file;
	int found = 0;

	snprintf(path, sizeof(path), "/proc/%s/status", pid);
	file = fopen(path, "r");
	while (file && fgets(line, sizeof(line), file))
		found = found || strncmp(line, "State:\tZ", 8) == 0;
	if (file)
		fclose(file);
	return found;
}

/* Returns -1 where there is no /proc. */
static int count_zombies(void)
{
	DIR *proc = opendir("/proc");
	const struct dirent *entry;
	int n = 0;

	if (!proc)
		return -1;
	while ((entry = readdir(proc)))
		if (isdigit((unsigned char)*entry->d_name))
			n += is_zombie(entry->d_name);
	closedir(proc);
	return n;
}

static void wait_for_signal(void)
{
	puts("waiting");
	fflush(stdout);
	pause();
}

static void print_variable(const char *name)
{
	const char *value = getenv(name);

	printf("%s is %s\n", name, value ? value : "not set");
}

static void serve(char **argv)
{
	sigset_t awaited;
	int sig;

	sigemptyset(&awaited);
	sigaddset(&awaited, SIGTERM);
	sigprocmask(SIG_BLOCK, &awaited, NULL);
	printf("server is process %d of user %d\n", (int)getpid(), (int)getuid());
	print_variable("ROLE");
	print_variable("OS_REFRESH_CONFIG_PHASE");
	for (char **arg = argv + 1; *arg; arg++)
		printf("argument %s\n", *arg);
	while (wait(NULL) > 0)
		;
	printf("zombies: %d\n", count_zombies());
	fflush(stdout);
	sigwait(&awaited, &sig);
	printf("server ends by signal %d\n", sig);
}

int main(int argc, char **argv)
{
	const char *name = argc > 0 ? strrchr(argv[0], '/') : NULL;

	name = name ? name + 1 : "";
	if (strcmp(name, "10-orphans") == 0)
		leave_orphans();
	else if (strcmp(name, "20-tell") == 0)
		print_variable("ROLE");
	else if (strcmp(name, "30-wait") == 0)
		wait_for_signal();
	else if (strcmp(name, "server") == 0)
		serve(argv);
	else if (strncmp(name, "40-exit-", 8) == 0)
		return atoi(name + 8);
	return 0;
}
