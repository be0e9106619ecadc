#include <errno.h>
#include <fcntl.h>

#include "job/pool_own.h"
#include "sys/fd.h"

static void close_stream(struct job_stream *stream)
{
	sys_close(stream->fd);
	stream->fd = -1;
}

void pool_close_streams(struct job *job)
{
	for (size_t i = 0; i < JOB_STREAMS; i++)
		close_stream(&job->streams[i]);
}

static int open_stream(struct job_stream *stream, struct pool_start *start)
{
	int fds[2];
	int err = sys_pipe(fds);

	if (err < 0)
		return err;
	/* Ours alone: the program's end of the pipe stays blocking. */
	sys_fcntl(fds[0], F_SETFL, O_NONBLOCK);
	stream->fd = fds[0];
	start->fds[start->n++] = (struct proc_fd){ .from = fds[1], .as = stream->as };
	return 0;
}

int pool_open_streams(struct job *job, struct pool_start *start)
{
	int err = job->in_fd < 0 ? job->in_fd : 0;

	if (job->tail_fd < 0)
		err = job->tail_fd;

	for (size_t i = 0; i < JOB_STREAMS; i++) {
		job->streams[i].fd = -1;
		if (job->streams[i].as && err == 0)
			err = open_stream(&job->streams[i], start);
	}
	if (job->in_fd)
		start->fds[start->n++] = (struct proc_fd){ .from = job->in_fd };
	if (job->tail_fd > 0)
		start->fds[start->n++] = (struct proc_fd){ job->tail_fd, JOB_TAIL_FD };
	if (err < 0)
		job->end.failure = (struct proc_failure){ PROC_DESCRIPTORS, -err };
	return err;
}

void pool_close_ends(const struct proc_spec *spec)
{
	for (size_t i = 0; i < spec->n_fds; i++)
		if (spec->fds[i].as)
			sys_close(spec->fds[i].from);
}

ssize_t pool_read_stream(struct job *job, struct job_stream *stream, size_t limit)
{
	char buf[READ_SIZE];
	ssize_t n = sys_read(stream->fd, buf, limit < sizeof(buf) ? limit : sizeof(buf));

	if (n == 0 || (n != -EAGAIN && (!job->take(job, stream->as, buf, n) || n < 0)))
		close_stream(stream);
	return n;
}

void pool_drain_streams(struct job *job)
{
	for (size_t i = 0; i < JOB_STREAMS; i++) {
		struct job_stream *stream = &job->streams[i];
		size_t left = stream->fd < 0 ? 0 : sys_readable(stream->fd);
		ssize_t n = 0;

		for (; left > 0 && stream->fd >= 0 && n >= 0; left -= (size_t)n)
			n = pool_read_stream(job, stream, left);
	}
}
