#include <fcntl.h>
#include <unistd.h>

#include "job/pool_own.h"
#include "sys/fd.h"
#include "sys/path.h"
#include "sys/process.h"
#include "sys/signals.h"
#include "sys/write.h"

/*
 * As cat(1): from its standard input to its standard output, with nothing else of ours, so that who
 * waits for the lock, another pipe or a file system does not wait for a daemon. In a session of its
 * own it does not end by what ends us at a terminal.
 */
static void become_cat(const struct job_stream *stream)
{
	sys_set_waiter(NULL, NULL);
	sys_new_session();
	(void)sys_chdir("/");
	pool_set_write_signals(SIG_IGN);
	sys_unblock_all_signals();
	(void)sys_dup_as(stream->fd, STDIN_FILENO);
	(void)sys_dup_as(stream->as, STDOUT_FILENO);
	sys_close_from(STDOUT_FILENO + 1);
	sys_fcntl(STDIN_FILENO, F_SETFL, 0);
}

/* What cannot be written is dropped: whoever prints it is not to die of that. */
_Noreturn static void copy(const struct job_stream *stream)
{
	char buf[READ_SIZE];
	ssize_t n;

	become_cat(stream);
	while ((n = sys_read(STDIN_FILENO, buf, sizeof(buf))) > 0)
		(void)sys_write_all(STDOUT_FILENO, buf, (size_t)n);
	sys_exit(0);
}

static int copy_on(struct pool *pool, struct job *job, struct job_stream *stream)
{
	pid_t pid;

	/* Its end may be all that is still to be read. */
	if (stream->fd >= 0)
		(void)pool_read_stream(job, stream, READ_SIZE);
	if (stream->fd < 0)
		return 0;
	pid = sys_fork();
	if (pid == 0)
		copy(stream);
	if (pid < 0)
		return pid;
	job->end.copied = true;
	/* Nor is it to end with a later job. */
	pool->childless = false;
	return 0;
}

int pool_copy_on(struct pool *pool, struct job *job)
{
	int err = 0;

	for (size_t i = 0; i < JOB_STREAMS; i++) {
		int failed = copy_on(pool, job, &job->streams[i]);

		if (err == 0)
			err = failed;
	}
	return err;
}
