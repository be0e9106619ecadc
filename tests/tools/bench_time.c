/*
 * bench_time ROUNDS BATCH COMMAND [ARG]... -- COMMAND [ARG]...: runs two commands by turns, BATCH
 * times each and ROUNDS times around, and prints the medians of the milliseconds of one run of
 * each, and the median of the rounds' ratios first : second. Both have /dev/null as standard
 * output. Any run that fails ends it, with status 1 and a line that says so in place of figures.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 1000

extern char **environ;

static double now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void run(char **argv, int out_fd)
{
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		dup2(out_fd, 1);
		execve(argv[0], argv, environ);
		_exit(127);
	}
	if (pid > 0 && waitpid(pid, &status, 0) == pid && status == 0)
		return;
	printf("failed: %s\n", argv[0]);
	exit(1);
}

static double time_batch(char **argv, int batch, int out_fd)
{
	double start_ms = now_ms();

	for (int i = 0; i < batch; i++)
		run(argv, out_fd);
	return (now_ms() - start_ms) / batch;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(double *values, int n)
{
	qsort(values, (size_t)n, sizeof(*values), compare);
	return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

/* Each round begins with the other command, so that neither always runs on the warmer caches. */
static void measure(char **first, char **second, int rounds, int batch)
{
	static double a[ROUNDS_MAX], b[ROUNDS_MAX], ratio[ROUNDS_MAX];
	int out_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);

	run(first, out_fd);
	run(second, out_fd);
	for (int i = 0; i < rounds; i++) {
		if (i % 2)
			b[i] = time_batch(second, batch, out_fd);
		a[i] = time_batch(first, batch, out_fd);
		if (i % 2 == 0)
			b[i] = time_batch(second, batch, out_fd);
		ratio[i] = a[i] / b[i];
	}
	printf("%.3f %.3f %.4f\n", median(a, rounds), median(b, rounds), median(ratio, rounds));
}

int main(int argc, char **argv)
{
	int rounds = argc > 5 ? atoi(argv[1]) : 0;
	int batch = argc > 5 ? atoi(argv[2]) : 0;

	for (int i = 4; i < argc - 1; i++)
		if (strcmp(argv[i], "--") == 0 && rounds > 0 && rounds <= ROUNDS_MAX && batch > 0) {
			argv[i] = NULL;
			measure(argv + 3, argv + i + 1, rounds, batch);
			return 0;
		}
	fprintf(stderr, "usage: bench_time ROUNDS BATCH COMMAND [ARG]... -- COMMAND [ARG]...\n");
	return 2;
}
