/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forwarder: a small process of ours that goes on copying what a daemon prints, when the script
 * that started it has ended and its pipes would have no reader any more.
 */
#include <fcntl.h>
#include <unistd.h>

#include "job/loop_impl.h"
#include "sys/fd.h"
#include "sys/path.h"
#include "sys/process.h"
#include "sys/signals.h"
#include "sys/write.h"

/*
 * From now on we are as cat(1): from standard input to standard output, with nothing else of ours,
 * so that nobody who waits for the lock, for another pipe or for a file system waits for a daemon.
 * In a session of our own we do not end by what ends the run at a terminal.
 */
static void become_cat(const struct job_stream *stream)
{
	sys_set_waiter(NULL, NULL);
	sys_new_session();
	(void)sys_chdir("/");
	sys_set_write_signals(SIG_IGN);
	sys_unblock_all_signals();
	(void)sys_dup_as(stream->fd, STDIN_FILENO);
	(void)sys_dup_as(stream->as, STDOUT_FILENO);
	sys_close_from(STDOUT_FILENO + 1);
	sys_fcntl(STDIN_FILENO, F_SETFL, 0);
}

/* Bytes that cannot be written are dropped: the daemon that printed them is not to die of that. */
_Noreturn static void run_forwarder(const struct job_stream *stream)
{
	char buf[READ_SIZE];
	ssize_t n;

	become_cat(stream);
	while ((n = sys_read(STDIN_FILENO, buf, sizeof(buf))) > 0)
		(void)sys_write_all(STDOUT_FILENO, buf, (size_t)n);
	sys_exit(0);
}

static int forward_stream(struct loop *loop, struct job *job, struct job_stream *stream)
{
	pid_t pid;

	/* All that is left of a stream may be its end. */
	if (stream->fd >= 0)
		(void)job_read_stream(job, stream, READ_SIZE);
	if (stream->fd < 0)
		return 0;
	pid = sys_fork();
	if (pid == 0)
		run_forwarder(stream);
	if (pid < 0)
		return pid;
	job->result.forwarded = true;
	/* It must survive later jobs, so the next one needs a shim. */
	loop->childless = false;
	return 0;
}

int forwarder_start(struct loop *loop, struct job *job)
{
	int err = 0;

	for (size_t i = 0; i < JOB_STREAMS; i++) {
		int failed = forward_stream(loop, job, &job->streams[i]);

		if (err == 0)
			err = failed;
	}
	return err;
}
