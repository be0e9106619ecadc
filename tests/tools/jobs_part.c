/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interpreter of the scripts of jobs_trees.py. A script is a "#!" line that names this program,
 * and then a command in each line:
 *
 *	out FILE, err FILE	copies the file to stdout or stderr
 *	await FILE		waits until there is such a file, and something in it
 *	sleep MILLISECONDS	sleeps
 *	spin MILLISECONDS	uses so much time of a processor
 *	note WORD		adds the word to the journal
 *	daemon			leaves a process, whose id it appends to the file "daemons"
 *	hang			does nothing for ever
 *	kill SIGNAL		ends by the signal
 *	exit STATUS		ends with the status
 *
 * The journal of a script is the file "journal/NAME", which has a line for its start, its notes and
 * its end by itself, each with the time of the monotonic clock in nanoseconds.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static int journal;

static long long clock_ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

static void note(const char *word)
{
	dprintf(journal, "%s %lld\n", word, clock_ns(CLOCK_MONOTONIC));
}

static void copy(const char *path, int to)
{
	char buf[65536];
	int from = open(path, O_RDONLY);
	ssize_t n;

	while ((n = read(from, buf, sizeof(buf))) > 0)
		for (ssize_t done = 0, wrote; done < n; done += wrote)
			if ((wrote = write(to, buf + done, (size_t)(n - done))) < 0)
				_exit(90);
	if (n < 0)
		_exit(91);
	close(from);
}

static void sleep_ms(long ms)
{
	const struct timespec time = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&time, NULL);
}

static void await(const char *path)
{
	struct stat st;

	while (stat(path, &st) < 0 || st.st_size == 0)
		sleep_ms(1);
}

static void spin(long ms)
{
	long long end = clock_ns(CLOCK_PROCESS_CPUTIME_ID) + ms * 1000000LL;

	while (clock_ns(CLOCK_PROCESS_CPUTIME_ID) < end)
		;
}

static void hang(void)
{
	for (;;)
		pause();
}

static void leave_daemon(void)
{
	int list = open("daemons", O_WRONLY | O_CREAT | O_APPEND, 0666);
	pid_t pid = fork();

	if (pid == 0)
		hang();
	dprintf(list, "%d\n", (int)pid);
	close(list);
}

static void do_command(const char *name, const char *arg)
{
	if (strcmp(name, "out") == 0)
		copy(arg, STDOUT_FILENO);
	else if (strcmp(name, "err") == 0)
		copy(arg, STDERR_FILENO);
	else if (strcmp(name, "await") == 0)
		await(arg);
	else if (strcmp(name, "sleep") == 0)
		sleep_ms(atol(arg));
	else if (strcmp(name, "spin") == 0)
		spin(atol(arg));
	else if (strcmp(name, "note") == 0)
		note(arg);
	else if (strcmp(name, "daemon") == 0)
		leave_daemon();
	else if (strcmp(name, "hang") == 0)
		hang();
	else if (strcmp(name, "kill") == 0)
		note("end"), raise(atoi(arg));
	else if (strcmp(name, "exit") == 0)
		note("end"), _exit(atoi(arg));
	else
		_exit(92);
}

static void open_journal(const char *script)
{
	const char *slash = strrchr(script, '/');
	char path[512];

	snprintf(path, sizeof(path), "journal/%s", slash ? slash + 1 : script);
	journal = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
	if (journal >= 0)
		note("start");
}

int main(int argc, char **argv)
{
	char line[512], name[16], arg[256];
	FILE *script;

	if (argc != 2)
		return 93;
	open_journal(argv[1]);
	script = fopen(argv[1], "re");
	if (!script)
		return 93;
	while (fgets(line, sizeof(line), script))
		if (*line != '#' && sscanf(line, "%15s %255s", name, arg) >= 1)
			do_command(name, arg);
	(void)fclose(script);
	note("end");
	return 0;
}
