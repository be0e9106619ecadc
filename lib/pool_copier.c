#include <poll.h>
#include <unistd.h>

#include "kernel.h"
#include "pool_own.h"
#include "sys.h"

/* Where the copier has what it reads: it needs no standard input, and nothing else of ours. */
static const int places[JOB_STREAMS] = { STDIN_FILENO, STDERR_FILENO + 1 };

static void keep_streams(struct job *job)
{
	for (size_t i = 0; i < JOB_STREAMS; i++) {
		struct job_stream *stream = &job->streams[i];

		if (stream->fd >= 0 && stream->fd != places[i])
			KERNEL(dup3, stream->fd, places[i], 0);
		if (stream->fd >= 0)
			stream->fd = places[i];
	}
	sys_close_from(STDERR_FILENO + 1 + (job->streams[1].fd >= 0));
}

/* What cannot be written is dropped: whoever prints it is not to die of that. */
static void copy_some(struct job_stream *stream)
{
	char buf[READ_SIZE];
	ssize_t n = sys_read(stream->fd, buf, sizeof(buf));

	if (n > 0) {
		(void)sys_write_all(stream->as, buf, (size_t)n);
		return;
	}
	sys_close(stream->fd);
	stream->fd = -1;
}

/* In a session of its own, so that what ends us at the terminal does not end it. */
_Noreturn static void copy(struct job *job)
{
	struct pollfd pfds[JOB_STREAMS];
	bool open;

	sys_set_waiter(NULL, NULL);
	KERNEL_RAW(setsid, 0);
	sys_set_signal_mask(0);
	keep_streams(job);
	do {
		open = false;
		for (size_t i = 0; i < JOB_STREAMS; i++) {
			pfds[i] = (struct pollfd){ .fd = job->streams[i].fd, .events = POLLIN };
			open = open || pfds[i].fd >= 0;
		}
		if (open && sys_poll(pfds, JOB_STREAMS, -1) > 0)
			for (size_t i = 0; i < JOB_STREAMS; i++)
				if (pfds[i].revents)
					copy_some(&job->streams[i]);
	} while (open);
	kernel_exit(0);
}

int pool_copy_on(struct job *job)
{
	pid_t pid;

	/* Their end may be all that is still to be read. */
	for (size_t i = 0; i < JOB_STREAMS; i++)
		if (job->streams[i].fd >= 0)
			(void)pool_read_stream(job, &job->streams[i], READ_SIZE);
	if (job->streams[0].fd < 0 && job->streams[1].fd < 0)
		return 0;
	pid = KERNEL_FORK();
	if (pid == 0)
		copy(job);
	return pid < 0 ? pid : 0;
}
