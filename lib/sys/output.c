/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/output.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/path.h"
#include "sys/sys_impl.h"
#include "sys/write.h"

/* musl has neither before 1.2.5. */
#ifndef RWF_NOWAIT
#define RWF_NOWAIT 8
#endif
#ifndef SYS_pwritev2
#define SYS_pwritev2 __NR_pwritev2
#endif

/*
 * Only pipes, sockets and terminals make a writer wait. The type of the file decides and not
 * poll(2), because some devices that never block are never ready by poll(2). A descriptor that is
 * open for reading only never has room; writing to it fails at once.
 */
static bool is_of_a_waiting_type(int fd)
{
	struct stat st;

	if ((sys_fcntl(fd, F_GETFL, 0) & O_ACCMODE) == O_RDONLY || sys_fstat(fd, &st) < 0)
		return false;
	return S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode) ||
	       (S_ISCHR(st.st_mode) && sys_terminal_width(fd) > 0);
}

void output_open(struct output *out, int fd, char *queue)
{
	*out = (struct output){ .fd = fd, .may_wait = is_of_a_waiting_type(fd) };
	out->queue = queue;
}

size_t output_first_line(const char *bytes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes[i] == '\n')
			return i + 1;
	return 0;
}

size_t output_whole_lines(const char *bytes, size_t n)
{
	while (n > 0 && bytes[n - 1] != '\n')
		n--;
	return n;
}

static void note_error(struct output *out, int error)
{
	if (!out->error)
		out->error = error;
}

/* The loop makes room before it lets anybody append, so this is only for `may_drop`. */
static void note_no_room(struct output *out, bool counts)
{
	if (counts && !out->given_up)
		note_error(out, EAGAIN);
}

void output_add(struct output *out, const char *bytes, size_t n, bool counts)
{
	if (!out->queue) {
		int err = sys_write_all(out->fd, bytes, n);

		if (err < 0 && counts)
			note_error(out, -err);
		return;
	}
	if (n > OUTPUT_SIZE - out->len) {
		note_no_room(out, counts);
		return;
	}
	memcpy(out->queue + out->len, bytes, n);
	out->len += n;
	if (counts)
		out->counted = out->len;
}

bool output_has_room(const struct output *out)
{
	return out->given_up || out->may_drop || OUTPUT_SIZE - out->len >= OUTPUT_ROOM;
}

static void forget(struct output *out, size_t n)
{
	out->len -= n;
	out->counted -= n < out->counted ? n : out->counted;
	memmove(out->queue, out->queue + n, out->len);
}

/* Returns how many bytes to write next: whole lines, which then do not mix with those of others. */
static size_t next_piece(const struct output *out)
{
	size_t n = out->len < PIPE_BUF ? out->len : PIPE_BUF;
	size_t whole = output_whole_lines(out->queue, n);

	return whole > 0 ? whole : n;
}

/*
 * Writes what fits without waiting. The kernel has a flag for that, which does not work for named
 * pipes and terminals, and before Linux 6.4 for nothing; older kernels do not know the flag or the
 * call, and a filter of system calls may forbid it. Then poll(2) says whether there is room for
 * PIPE_BUF bytes, and another process may still take that before us.
 */
static long write_piece(const struct output *out, size_t n)
{
	struct iovec piece = { out->queue, n };
	struct pollfd pfd = { .fd = out->fd, .events = POLLOUT };
	long done;

	if (!out->may_wait)
		return value_or_errno(write(out->fd, out->queue, n));
	done = value_or_errno(syscall(SYS_pwritev2, out->fd, &piece, 1L, -1L, -1L, RWF_NOWAIT));
	if (done != -ENOSYS && done != -EOPNOTSUPP && done != -EINVAL && done != -EPERM)
		return done;
	if (sys_poll(&pfd, 1, 0) == 0)
		return -EAGAIN;
	return value_or_errno(write(out->fd, out->queue, n));
}

/*
 * Takes back the last n bytes that were written to a file: they are removed, unless another process
 * has appended something to them, and the next ones go where they were. Returns false if that
 * failed, as for a file that can only grow.
 */
static bool take_back(int fd, off_t n)
{
	off_t end = lseek(fd, 0, SEEK_CUR);
	struct stat st;

	if (sys_fstat(fd, &st) == 0 && st.st_size == end && ftruncate(fd, end - n) < 0)
		return false;
	return lseek(fd, end - n, SEEK_SET) >= 0;
}

/* A file without room has taken n bytes only. It keeps those of whole lines. */
static void end_torn_line(struct output *out, size_t n)
{
	size_t whole = output_whole_lines(out->queue, n);

	if (n > whole)
		out->is_torn = !take_back(out->fd, (off_t)(n - whole));
	forget(out, whole);
}

void output_write(struct output *out)
{
	while (out->len > 0) {
		size_t size = next_piece(out);
		long n = write_piece(out, size);

		if (n == -EINTR)
			continue;
		if (n == -EAGAIN)
			return;
		if (ENABLE_EVENTS && n > 0 && (size_t)n < size && out->keeps_lines &&
		    !out->may_wait) {
			end_torn_line(out, (size_t)n);
			n = -ENOSPC;
		}
		if (n <= 0) {
			out->has_no_reader = n == -EPIPE;
			if (out->counted > 0)
				note_error(out, n ? (int)-n : EIO);
			forget(out, out->len);
			break;
		}
		out->is_torn = false;
		out->is_within_line = out->queue[n - 1] != '\n';
		forget(out, (size_t)n);
	}
}

void output_drop(struct output *out)
{
	size_t begun = out->is_within_line ? output_first_line(out->queue, out->len) : 0;

	note_no_room(out, out->counted > begun);
	out->len = begun;
	out->counted = out->counted < begun ? out->counted : begun;
	out->may_drop = false;
}

bool output_is_same_file(int fd, int other)
{
	struct stat a, b;

	return sys_fstat(fd, &a) == 0 && sys_fstat(other, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}
