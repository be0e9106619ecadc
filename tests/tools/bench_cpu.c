/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench_cpu ROUNDS [-- NAME COMMAND [ARG]...]...: measures the CPU time of commands, user and system,
 * theirs and that of the processes which they wait for. All run on one processor, one after the
 * other, ROUNDS times each, in an order that is drawn again for every round. Unlike wall time, CPU
 * time does not count the waiting for other users of the processor, and what a command leaves to a
 * second processor is counted like the rest.
 *
 * Prints "ROUND<tab>NAME<tab>MICROSECONDS" for each run. Round 0 warms the caches and does not count;
 * it has the commands in their order on the command line. Output of the commands goes to /dev/null.
 * A command that fails ends it all.
 */
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS_MAX 32

struct command {
	const char *name;
	char **argv;
};

static int fail(const char *what)
{
	fprintf(stderr, "bench_cpu: failed: %s\n", what);
	exit(1);
}

/* The last processor that we may use: interrupts are most often handled by the first. */
static void use_one_processor(void)
{
	cpu_set_t allowed, one;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
		fail("sched_getaffinity");
	CPU_ZERO(&one);
	for (int i = CPU_SETSIZE - 1; i >= 0 && CPU_COUNT(&one) == 0; i--)
		if (CPU_ISSET(i, &allowed))
			CPU_SET(i, &one);
	if (sched_setaffinity(0, sizeof(one), &one) < 0)
		fail("sched_setaffinity");
}

static void start(char **argv)
{
	int null = open("/dev/null", O_WRONLY);

	if (null < 0 || dup2(null, 1) < 0 || dup2(null, 2) < 0)
		_exit(126);
	close(null);
	execv(argv[0], argv);
	_exit(127);
}

static long long microseconds(const struct timeval *time)
{
	return time->tv_sec * 1000000LL + time->tv_usec;
}

static long long measure(const struct command *command)
{
	struct rusage usage;
	int status;
	pid_t pid = fork();

	if (pid == 0)
		start(command->argv);
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid || status != 0)
		fail(command->name);
	return microseconds(&usage.ru_utime) + microseconds(&usage.ru_stime);
}

static void shuffle(struct command *commands, int n)
{
	for (int i = n - 1; i > 0; i--) {
		int other = (int)(random() % (i + 1));
		struct command command = commands[i];

		commands[i] = commands[other];
		commands[other] = command;
	}
}

/* Takes the command line apart; the vector of each command ends where the next "--" stood. */
static int read_commands(char **argv, struct command *commands)
{
	int n = 0;

	for (; *argv; argv++) {
		if (strcmp(*argv, "--") != 0)
			continue;
		*argv = NULL;
		if (n == COMMANDS_MAX || !argv[1] || !argv[2])
			fail("a command line");
		commands[n++] = (struct command){ .name = argv[1], .argv = argv + 2 };
		argv += 2;
	}
	return n;
}

int main(int argc, char **argv)
{
	struct command commands[COMMANDS_MAX];
	int rounds = argc > 2 ? atoi(argv[1]) : 0;
	int n = rounds > 0 ? read_commands(argv + 2, commands) : 0;

	if (n == 0) {
		fprintf(stderr, "usage: bench_cpu ROUNDS [-- NAME COMMAND [ARG]...]...\n");
		return 2;
	}
	srandom((unsigned)time(NULL));
	use_one_processor();
	for (int round = 0; round <= rounds; round++) {
		for (int i = 0; i < n; i++)
			printf("%d\t%s\t%lld\n", round, commands[i].name, measure(&commands[i]));
		shuffle(commands, n);
	}
	return 0;
}
