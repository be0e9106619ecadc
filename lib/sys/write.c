/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/write.h"

#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/path.h"
#include "sys/sys_impl.h"

/* musl has neither before 1.2.5. */
#ifndef RWF_NOWAIT
#define RWF_NOWAIT 8
#endif
#ifndef SYS_pwritev2
#define SYS_pwritev2 __NR_pwritev2
#endif

static struct {
	int (*wait)(void *self, int fd);
	void *self;
	bool stderr_never_blocks; /* it was found to be a file, or a device like /dev/null */
} waiter;

void sys_set_waiter(int (*wait)(void *self, int fd), void *self)
{
	waiter.wait = wait;
	waiter.self = self;
}

/*
 * Only pipes, sockets and terminals make a writer wait. The type of the file decides and not
 * poll(2), because some devices that never block are never ready by poll(2), such as /dev/kmsg.
 */
static bool is_of_a_blocking_type(int fd)
{
	struct stat st;

	if (sys_stat(fd, "", &st, AT_EMPTY_PATH) < 0)
		return true;
	return S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) ||
	       (S_ISCHR(st.st_mode) && sys_terminal_width(fd) > 0);
}

/* We never reopen stderr and write there most, so we look at it once. */
static bool may_block(int fd)
{
	bool blocks;

	if (fd == STDERR_FILENO && waiter.stderr_never_blocks)
		return false;
	blocks = is_of_a_blocking_type(fd);
	if (fd == STDERR_FILENO)
		waiter.stderr_never_blocks = !blocks;
	return blocks;
}

/* A descriptor that is open for reading only never has room; writing to it fails at once. */
static int wait_until_writable(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	int n;

	if ((sys_fcntl(fd, F_GETFL, 0) & O_ACCMODE) == O_RDONLY)
		return 0;
	if (waiter.wait)
		return waiter.wait(waiter.self, fd);
	n = sys_poll(&pfd, 1, -1);
	return n < 0 ? n : 0;
}

/*
 * Writes what fits without waiting. The kernel cannot do that to named pipes and terminals, and
 * before Linux 6.4 to nothing; older ones do not know the flag or the call, which a filter of
 * system calls may forbid as well. Then this returns -ENOSYS.
 */
static long write_at_once(int fd, const void *buf, size_t size)
{
	struct iovec piece = { (void *)buf, size };
	long n = value_or_errno(syscall(SYS_pwritev2, fd, &piece, 1L, -1L, -1L, RWF_NOWAIT));

	return n == -EOPNOTSUPP || n == -EINVAL || n == -EPERM ? -ENOSYS : n;
}

/*
 * Writes as much as fits at once; if nothing does, waits for room and returns -EAGAIN. Where the
 * kernel cannot write so, we wait first, and another process may take the room before us.
 */
static long write_or_wait(int fd, const void *buf, size_t size)
{
	bool blocks = may_block(fd);
	long n = blocks ? write_at_once(fd, buf, size) : value_or_errno(write(fd, buf, size));
	int err;

	if (n != -EAGAIN && !(blocks && n == -ENOSYS))
		return n;
	err = wait_until_writable(fd);
	if (err < 0)
		return err;
	return n == -EAGAIN ? n : value_or_errno(write(fd, buf, size));
}

int sys_write_all(int fd, const void *buf, size_t size)
{
	const char *at = buf, *end = at + size;

	while (at < end) {
		long n = write_or_wait(fd, at, end - at < PIPE_BUF ? (size_t)(end - at) : PIPE_BUF);

		if (n > 0)
			at += n;
		else if (n != -EAGAIN && n != -EINTR)
			return n ? (int)n : -EIO;
	}
	return 0;
}

/*
 * Takes back the last n bytes that were written to a file: they are removed, unless another process
 * has appended something to them, and the next ones go where they were. Returns false if that
 * failed, as for a file that can only grow.
 */
static bool take_back(int fd, long n)
{
	off_t end = lseek(fd, 0, SEEK_CUR);
	struct stat st;

	if (sys_stat(fd, "", &st, AT_EMPTY_PATH) == 0 && st.st_size == end &&
	    ftruncate(fd, end - n) < 0)
		return false;
	return lseek(fd, end - n, SEEK_SET) >= 0;
}

int sys_write_line(struct sys_lines *to, const char *line, size_t size)
{
	int err = -ENOSPC;
	long n;

	do
		n = to->waits ? write_or_wait(to->fd, line, size) :
				value_or_errno(write(to->fd, line, size));
	while (n == -EINTR || (n == -EAGAIN && to->waits));
	if (n < 0)
		return (int)n;
	to->torn = false;
	if ((size_t)n == size)
		return 0;
	/* A socket or a terminal takes the rest later; a file without room keeps no part. */
	if (may_block(to->fd)) {
		err = sys_write_all(to->fd, line + n, size - (size_t)n);
		to->torn = err < 0;
	} else {
		to->torn = !take_back(to->fd, n);
	}
	return err;
}

bool sys_is_mid_line(int fd, const char *path)
{
	int flags = sys_fcntl(fd, F_GETFL, 0), reader = -1;
	char before = '\n';
	struct stat st;
	off_t at;

	if (flags < 0 || sys_stat(fd, "", &st, AT_EMPTY_PATH) < 0 || !S_ISREG(st.st_mode))
		return false;
	at = (flags & O_APPEND) ? st.st_size : lseek(fd, 0, SEEK_CUR);
	if (at > 0)
		reader = sys_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	if (reader >= 0)
		(void)!pread(reader, &before, 1, at - 1);
	sys_close(reader);
	return before != '\n';
}

void sys_try_write(int fd, const void *buf, size_t size)
{
	(void)!write(fd, buf, size);
}
