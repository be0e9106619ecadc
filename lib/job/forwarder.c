/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The forwarder: a small process of ours for each stream that a daemon still holds when its script
 * has ended. It goes on copying what the daemon prints to where the script's output went; without
 * a reader, the daemon would be killed by SIGPIPE. It ends when nobody holds the stream any more.
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
 * Makes this process one like cat(1), which has the stream as stdin, its destination as stdout, and
 * nothing else that is ours: no lock, no other pipe and no directory, for others may wait until
 * these are free. In a session of its own it does not get the signals of the run's terminal.
 */
static void become_cat(const struct job_stream *stream)
{
	sys_new_session();
	(void)sys_chdir("/");
	sys_set_write_signals(SIG_IGN);
	sys_unblock_all_signals();
	(void)sys_dup_as(stream->fd, STDIN_FILENO);
	(void)sys_dup_as(stream->as, STDOUT_FILENO);
	sys_close_from(STDOUT_FILENO + 1);
	sys_fcntl(STDIN_FILENO, F_SETFL, 0);
}

/* Bytes that cannot be written are dropped: the daemon that printed them must not die of that. */
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

	if (stream->fd < 0 || sys_is_at_end(stream->fd))
		return 0;
	pid = sys_fork();
	if (pid == 0)
		run_forwarder(stream);
	if (pid < 0)
		return pid;
	job->result.forwarded = true;
	/* The forwarder must outlive later jobs: with it as our child, they need a shim. */
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
