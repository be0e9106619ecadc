#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/*
 * Some calls are made directly: libc's wrappers of them hold kilobytes of fallbacks, conversions or
 * allocators that do not concern us. musl compiles without the kernel's headers; what it lacks of
 * their names is here, and the forms that 32-bit machines need.
 */
#define SYS_CLOSE_RANGE_CLOEXEC (1U << 2)
#define SYS_MFD_CLOEXEC 1U

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

#ifdef SYS_fcntl64
#define RAW_FCNTL SYS_fcntl64
#else
#define RAW_FCNTL SYS_fcntl
#endif

#ifdef SYS_fstatfs64
#define RAW_FSTATFS(fd, fs) syscall(SYS_fstatfs64, fd, sizeof(*(fs)), fs)
#else
#define RAW_FSTATFS(fd, fs) syscall(SYS_fstatfs, fd, fs)
#endif

/* Where times were once 32 bits wide, libc knows which call has them right. */
#ifdef SYS_clock_gettime64
#define RAW_CLOCK_GETTIME clock_gettime
#else
#define RAW_CLOCK_GETTIME(clock, ts) syscall(SYS_clock_gettime, clock, ts)
#endif

/* Where a kernel before 5.11 needs a call per descriptor, more than this many are not looked at. */
#define CLOEXEC_SEARCH_MAX 65536

int sys_open(int dirfd, const char *path, int flags, mode_t mode)
{
	int fd;

	do
		fd = openat(dirfd, path, flags | O_CLOEXEC, mode);
	while (fd < 0 && errno == EINTR);
	return fd < 0 ? -errno : fd;
}

ssize_t sys_read(int fd, void *buf, size_t size)
{
	ssize_t n;

	do
		n = read(fd, buf, size);
	while (n < 0 && errno == EINTR);
	return n < 0 ? -errno : n;
}

static int write_some(int fd, const char *buf, size_t size, size_t *ret_written)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };
	ssize_t n = write(fd, buf, size);

	*ret_written = n > 0 ? (size_t)n : 0;
	if (n >= 0 || errno == EINTR)
		return 0;
	if (errno != EAGAIN)
		return -errno;
	return poll(&pfd, 1, -1) < 0 && errno != EINTR ? -errno : 0;
}

int sys_write_all(int fd, const void *buf, size_t size)
{
	const char *at = buf;
	size_t written;

	for (; size > 0; at += written, size -= written) {
		int err = write_some(fd, at, size, &written);

		if (err < 0)
			return err;
	}
	return 0;
}

void sys_close(int fd)
{
	if (fd >= 0)
		close(fd);
}

int sys_stat(int dirfd, const char *path, struct stat *ret_stat, int flags)
{
	return fstatat(dirfd, path, ret_stat, flags) < 0 ? -errno : 0;
}

ssize_t sys_getcwd(char *buf, size_t size)
{
	long n = syscall(SYS_getcwd, buf, size);

	return n < 0 ? -errno : n;
}

int sys_access(int dirfd, const char *path, int mode)
{
	return syscall(SYS_faccessat, dirfd, path, mode) < 0 ? -errno : 0;
}

bool sys_is_directory(const char *path)
{
	struct stat st;

	return sys_stat(AT_FDCWD, path, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

bool sys_is_noexec(int dirfd)
{
	struct statfs fs;

	return RAW_FSTATFS(dirfd, &fs) == 0 && (fs.f_flags & ST_NOEXEC);
}

ssize_t sys_getdents(int dirfd, void *buf, size_t size)
{
	long n = syscall(SYS_getdents64, dirfd, buf, size);

	return n < 0 ? -errno : n;
}

int sys_fcntl(int fd, int command, int argument)
{
	long result = syscall(RAW_FCNTL, fd, command, (long)argument);

	return result < 0 ? -errno : (int)result;
}

int sys_pipe(int ret_fds[2])
{
	return syscall(SYS_pipe2, ret_fds, O_CLOEXEC) < 0 ? -errno : 0;
}

size_t sys_readable(int fd)
{
	int n = 0;

	return syscall(SYS_ioctl, fd, FIONREAD, &n) < 0 ? 0 : (size_t)n;
}

int sys_memfd(void)
{
	long fd = syscall(SYS_memfd_create, "stdin", SYS_MFD_CLOEXEC);

	return fd < 0 ? -errno : (int)fd;
}

void sys_rewind(int fd)
{
	lseek(fd, 0, SEEK_SET);
}

static int64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	RAW_CLOCK_GETTIME(clock, &ts);
	return (int64_t)ts.tv_sec * NS_PER_SEC + ts.tv_nsec;
}

int64_t sys_now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

int64_t sys_wall_ns(void)
{
	return clock_ns(CLOCK_REALTIME);
}

/*
 * open(2) takes the lowest free number, so going up from 0 each hole is filled by its own. Reading
 * finds nothing, complaints go nowhere, but writing to stdout still fails: what is printed must not
 * seem to have arrived. Scripts get it, too, so it is not close-on-exec.
 */
static void fill_fd(int fd)
{
	if (openat(AT_FDCWD, "/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_RDWR) != fd)
		openat(AT_FDCWD, "/", O_PATH);
}

void sys_fill_stdio(void)
{
	struct pollfd pfds[3] = { { .fd = 0 }, { .fd = 1 }, { .fd = 2 } };

	if (poll(pfds, 3, 0) <= 0)
		return;
	for (int fd = 0; fd < 3; fd++)
		if (pfds[fd].revents & POLLNVAL)
			fill_fd(fd);
}

void sys_cloexec_from(unsigned first)
{
	uint64_t limit[2] = { CLOEXEC_SEARCH_MAX }; /* soft and hard, as prlimit64(2) has them */

	if (syscall(SYS_close_range, first, ~0U, SYS_CLOSE_RANGE_CLOEXEC) == 0)
		return;
	syscall(SYS_prlimit64, 0, RLIMIT_NOFILE, NULL, limit);
	if (limit[0] > CLOEXEC_SEARCH_MAX)
		limit[0] = CLOEXEC_SEARCH_MAX;
	for (unsigned fd = first; fd < limit[0]; fd++)
		sys_fcntl((int)fd, F_SETFD, FD_CLOEXEC);
}
