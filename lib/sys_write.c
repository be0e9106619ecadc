#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/uio.h>
#include <unistd.h>

#include "kernel.h"
#include "sys.h"

/* musl compiles without the kernel's headers: its name for "do not wait". */
#define SYS_RWF_NOWAIT 8

static struct {
	int (*wait)(void *self, int fd);
	void *self;
	bool not_for_stderr; /* it was found not to need that */
} waiter;

void sys_set_waiter(int (*wait)(void *self, int fd), void *self)
{
	waiter.wait = wait;
	waiter.self = self;
}

/* Not every device that never makes us wait says so: /dev/kmsg is never ready to be written. */
static bool is_of_a_kind_that_blocks(int fd)
{
	struct stat st;

	if (sys_stat(fd, "", &st, AT_EMPTY_PATH) < 0)
		return true;
	return S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) ||
	       (S_ISCHR(st.st_mode) && sys_columns(fd) > 0);
}

/* What stderr is, a process of ours never changes, and most is written there. */
static bool may_block(int fd)
{
	bool blocks;

	if (fd == STDERR_FILENO && waiter.not_for_stderr)
		return false;
	blocks = is_of_a_kind_that_blocks(fd);
	if (fd == STDERR_FILENO)
		waiter.not_for_stderr = !blocks;
	return blocks;
}

static int wait_for_room(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	int n;

	if (waiter.wait)
		return waiter.wait(waiter.self, fd);
	n = sys_poll(&pfd, 1, -1);
	return n < 0 ? n : 0;
}

/*
 * Writes what fits at once; waits for room where nothing does, and comes back with -EAGAIN. Where
 * the kernel cannot write like that (named pipes, terminals, all before Linux 6.4), or a filter of
 * system calls does not know it, somebody else may take the room before we do.
 */
static long write_or_wait(int fd, const void *buf, size_t size)
{
	struct iovec piece = { (void *)buf, size };
	long n;
	int err;

	if (!may_block(fd))
		return KERNEL(write, fd, buf, size);
	n = KERNEL_RAW(pwritev2, fd, &piece, 1L, -1L, -1L, SYS_RWF_NOWAIT);
	if (n >= 0 || n == -EPIPE)
		return n;
	err = wait_for_room(fd);
	if (err < 0)
		return err;
	return n == -EAGAIN ? n : KERNEL(write, fd, buf, size);
}

int sys_write_all(int fd, const void *buf, size_t size)
{
	const char *at = buf, *end = at + size;

	while (at < end) {
		long n = write_or_wait(fd, at, end - at < PIPE_BUF ? (size_t)(end - at) : PIPE_BUF);

		if (n > 0)
			at += n;
		else if (n < 0 && n != -EAGAIN && n != -EINTR)
			return (int)n;
	}
	return 0;
}

/* The last n bytes, unless somebody has written behind them. */
static void take_back(int fd, long n)
{
	long end = KERNEL(lseek, fd, 0, SEEK_CUR);
	struct stat st;

	if (sys_stat(fd, "", &st, AT_EMPTY_PATH) == 0 && st.st_size == end)
		KERNEL(ftruncate, fd, end - n);
}

int sys_write_line(int fd, const char *line, size_t size, bool waits)
{
	long n;

	do
		n = waits ? write_or_wait(fd, line, size) : KERNEL(write, fd, line, size);
	while (n == -EINTR || (n == -EAGAIN && waits));
	if (n > 0 && (size_t)n < size) {
		/* A socket takes what it can; of a file, nobody would write the rest. */
		if (waits && may_block(fd))
			return sys_write_all(fd, line + n, size - (size_t)n);
		take_back(fd, n);
		n = -ENOSPC;
	}
	return n < 0 ? (int)n : 0;
}
