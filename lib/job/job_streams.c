/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The pipes from a program to us: they are made before it starts, read while it runs, and emptied
 * and closed when it has ended.
 */
#include <errno.h>
#include <fcntl.h>

#include "job/loop_impl.h"
#include "sys/fd.h"

static void close_stream(struct job_stream *stream)
{
	sys_close(stream->fd);
	stream->fd = -1;
}

void job_close_streams(struct job *job)
{
	for (size_t i = 0; i < JOB_STREAMS; i++)
		close_stream(&job->streams[i]);
}

static int open_stream(struct job_stream *stream, struct job_fds *fds)
{
	int ends[2];
	int err = sys_pipe(ends);

	if (err < 0)
		return err;
	/* The program's end stays blocking, as programs expect it. */
	sys_fcntl(ends[0], F_SETFL, O_NONBLOCK);
	stream->fd = ends[0];
	fds->v[fds->n++] = (struct spawn_fd){ .from = ends[1], .as = stream->as };
	if (ENABLE_JOBS && stream->also)
		fds->v[fds->n++] = (struct spawn_fd){ .from = ends[1], .as = stream->also };
	return 0;
}

int job_open_streams(struct job *job, struct job_fds *fds)
{
	int err = job->stdin_fd < 0 ? job->stdin_fd : 0;

	if (job->captured_fd < 0)
		err = job->captured_fd;
	for (size_t i = 0; i < JOB_STREAMS; i++) {
		job->streams[i].fd = -1;
		if (job->streams[i].as && err == 0)
			err = open_stream(&job->streams[i], fds);
	}
	if (job->stdin_fd)
		fds->v[fds->n++] = (struct spawn_fd){ .from = job->stdin_fd };
	if (job->captured_fd > 0)
		fds->v[fds->n++] = (struct spawn_fd){ job->captured_fd, JOB_CAPTURED_FD };
	if (err < 0)
		job->result.failure = (struct spawn_failure){ SPAWN_DESCRIPTORS, -err };
	return err;
}

/*
 * The descriptor for stdin, with `as` 0, stays open: the next program reads the same one. That of a
 * stream that has two numbers is there twice, one after the other.
 */
void job_close_program_ends(const struct spawn_spec *spec)
{
	int closed = -1;

	for (size_t i = 0; i < spec->n_fds; i++) {
		if (spec->fds[i].as && !(ENABLE_JOBS && spec->fds[i].from == closed))
			sys_close(spec->fds[i].from);
		closed = spec->fds[i].from;
	}
}

ssize_t job_read_stream(struct job *job, struct job_stream *stream, size_t limit)
{
	char buf[READ_SIZE];
	ssize_t n = sys_read(stream->fd, buf, limit < sizeof(buf) ? limit : sizeof(buf));

	if (n == 0 || (n != -EAGAIN && (!job->on_output(job, stream->as, buf, n) || n < 0)))
		close_stream(stream);
	return n;
}

bool job_drain_streams(struct job *job)
{
	bool more = false;

	for (size_t i = 0; i < JOB_STREAMS; i++) {
		struct job_stream *stream = &job->streams[i];
		ssize_t n = 0;

		if (!job->draining)
			stream->left = stream->fd < 0 ? 0 : sys_readable(stream->fd);
		if (stream->left > 0 && stream->fd >= 0)
			n = job_read_stream(job, stream, stream->left);
		stream->left -= n > 0 ? (size_t)n : stream->left;
		more = more || stream->left > 0;
	}
	job->draining = true;
	return more;
}

bool loop_has_read_all(const struct job *job)
{
	bool all = job->draining;

	for (size_t i = 0; i < JOB_STREAMS; i++)
		all = all && job->streams[i].left == 0;
	return all;
}

bool job_needs_forwarder(const struct job *job)
{
	for (size_t i = 0; i < JOB_STREAMS; i++)
		if (job->forward_after_exit && job->streams[i].fd >= 0 &&
		    !sys_is_at_end(job->streams[i].fd))
			return true;
	return false;
}
