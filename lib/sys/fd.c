/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/fd.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "sys/path.h"
#include "sys/sys_impl.h"

/* musl has no name for these before 1.2.5. */
#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif
#ifndef SYS_openat2
#define SYS_openat2 437
#endif
#ifndef RESOLVE_NO_SYMLINKS
#define RESOLVE_NO_SYMLINKS 4
#endif

/* No descriptor has this number or a higher one, unless somebody raised the sysctl fs.nr_open. */
#define FD_END (1024 * 1024)

int sys_open(int dirfd, const char *path, int flags, mode_t mode)
{
	long fd;

	do
		fd = value_or_errno(openat(dirfd, path, flags | O_CLOEXEC, mode));
	while (fd == -EINTR);
	return (int)fd;
}

int sys_open_without_links(const char *path, int flags, mode_t mode)
{
	/* This is struct open_how. */
	struct {
		uint64_t flags, mode, resolve;
	} how = { (unsigned)(flags | O_CLOEXEC | O_LARGEFILE), mode, RESOLVE_NO_SYMLINKS };
	long fd = value_or_errno(syscall(SYS_openat2, (long)AT_FDCWD, path, &how, sizeof(how)));

	/* A filter of system calls may forbid what it does not know. */
	return fd == -ENOSYS || fd == -EPERM ? sys_open(AT_FDCWD, path, flags | O_NOFOLLOW, mode) :
					       (int)fd;
}

void sys_close(int fd)
{
	if (fd >= 0)
		(void)close(fd);
}

ssize_t sys_read(int fd, void *buf, size_t size)
{
	ssize_t n;

	do
		n = value_or_errno(read(fd, buf, size));
	while (n == -EINTR);
	return n;
}

/* musl's fcntl(3) has 400 bytes of code for commands that we never give. */
int sys_fcntl(int fd, int command, int argument)
{
	return (int)value_or_errno(syscall(SYS_fcntl, (long)fd, (long)command, (long)argument));
}

int sys_dup_as(int from, int as)
{
	if (from == as)
		return sys_fcntl(as, F_SETFD, 0);
	return (int)value_or_errno(dup2(from, as));
}

/* musl's pipe2(3) has code for Linux before 2.6.27. */
int sys_pipe(int ret_fds[2])
{
	return (int)value_or_errno(syscall(SYS_pipe2, ret_fds, (long)O_CLOEXEC));
}

int sys_memfd(const char *name)
{
	return (int)value_or_errno(memfd_create(name, MFD_CLOEXEC));
}

int sys_rewind(int fd)
{
	return lseek(fd, 0, SEEK_SET) < 0 ? -errno : 0;
}

int sys_truncate(int fd)
{
	return (int)value_or_errno(ftruncate(fd, 0));
}

int sys_lock(int fd)
{
	return (int)value_or_errno(flock(fd, LOCK_EX | LOCK_NB));
}

/* How much a pipe holds, unless somebody has changed that. */
#define PIPE_SIZE 65536

size_t sys_readable(int fd)
{
	int n = 0;

	return ioctl(fd, FIONREAD, &n) < 0 ? PIPE_SIZE : (size_t)n;
}

bool sys_is_at_end(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };

	return sys_poll(&pfd, 1, 0) == 1 && pfd.revents == POLLHUP;
}

int sys_terminal_width(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col ? size.ws_col : 80;
}

bool sys_is_foreground(int fd)
{
	pid_t group;

	return ioctl(fd, TIOCGPGRP, &group) == 0 && group == getpgrp();
}

int sys_poll(struct pollfd *pfds, unsigned n, int64_t timeout_ns)
{
	struct timespec ts = to_timespec(timeout_ns);

	return (int)value_or_errno(ppoll(pfds, n, timeout_ns < 0 ? NULL : &ts, NULL));
}

/*
 * open(2) returns the lowest free number, and the caller goes up from 0, so that this opens fd
 * itself. Stdin is empty and what goes to stderr is lost, but writing to stdout fails: nothing that
 * is printed may seem to have arrived.
 */
static void fill_fd(int fd)
{
	int flags = O_CLOEXEC | (fd == STDOUT_FILENO ? O_RDONLY : O_RDWR);
	int opened = openat(AT_FDCWD, "/dev/null", flags);

	if (opened < 0)
		opened = openat(AT_FDCWD, "/", O_PATH | O_CLOEXEC);
	/* If both fail, nothing can be done. */
	(void)opened;
}

void sys_fill_stdio(void)
{
	struct pollfd pfds[3] = { { .fd = 0 }, { .fd = 1 }, { .fd = 2 } };

	if (sys_poll(pfds, 3, 0) <= 0)
		return;
	for (int fd = 0; fd < 3; fd++)
		if (pfds[fd].revents & POLLNVAL)
			fill_fd(fd);
}

void sys_inherit_stdio(void)
{
	for (int fd = 0; fd < 3; fd++)
		(void)sys_fcntl(fd, F_SETFD, 0);
}

/* Returns the number that a name in /proc/self/fd stands for; it is 0 for "." and "..". */
static int fd_of_name(const char *name)
{
	int fd = 0;

	for (; *name >= '0' && *name <= '9'; name++)
		fd = fd * 10 + (*name - '0');
	return fd;
}

/*
 * Returns a number above that of every descriptor. The limits of ulimit do not say it, because they
 * may have been lowered after the descriptors were opened; /proc does, where it is mounted.
 */
static int end_of_fds(void)
{
	_Alignas(struct sys_dirent) char buf[1024];
	int dir = sys_open(AT_FDCWD, "/proc/self/fd", O_RDONLY | O_DIRECTORY, 0);
	int end = 0;
	ssize_t n;

	while ((n = sys_getdents(dir, buf, sizeof(buf))) > 0)
		for (const char *at = buf; at < buf + n;) {
			const struct sys_dirent *entry = (const void *)at;

			if (fd_of_name(entry->name) >= end)
				end = fd_of_name(entry->name) + 1;
			at += entry->size;
		}
	sys_close(dir);
	return n < 0 ? FD_END : end;
}

void sys_cloexec_from(int first)
{
	if (syscall(SYS_close_range, first, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
		return;
	/* Linux knows the flag from 5.11 on, and the call from 5.9 on. */
	for (int fd = first, end = end_of_fds(); fd < end; fd++)
		(void)sys_fcntl(fd, F_SETFD, FD_CLOEXEC);
}

void sys_close_from(int first)
{
	if (syscall(SYS_close_range, first, ~0U, 0) == 0)
		return;
	for (int fd = first, end = end_of_fds(); fd < end; fd++)
		sys_close(fd);
}
