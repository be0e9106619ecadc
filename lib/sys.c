#include "sys.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "kernel.h"

/* musl compiles without the kernel's headers; what it lacks of their names is here. */
#define SYS_CLOSE_RANGE_CLOEXEC (1U << 2)
#define SYS_MFD_CLOEXEC 1U

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

/* Where a kernel before 5.11 needs a call per descriptor, more than this many are not looked at. */
#define CLOEXEC_SEARCH_MAX 65536

int sys_open(int dirfd, const char *path, int flags, mode_t mode)
{
	long fd;

	do
		fd = KERNEL(openat, dirfd, path, flags | O_CLOEXEC, mode);
	while (fd == -EINTR);
	return (int)fd;
}

ssize_t sys_read(int fd, void *buf, size_t size)
{
	ssize_t n;

	do
		n = KERNEL(read, fd, buf, size);
	while (n == -EINTR);
	return n;
}

/* What is left of a time to wait; NULL where it has no end. */
static struct timespec *to_timespec(int64_t ns, struct timespec *ret_ts)
{
	ret_ts->tv_sec = (time_t)(ns / NS_PER_SEC);
	ret_ts->tv_nsec = (long)(ns % NS_PER_SEC);
	return ns < 0 ? NULL : ret_ts;
}

int sys_poll(struct pollfd *pfds, unsigned n, int64_t timeout_ns)
{
	struct timespec ts;

	return (int)KERNEL(ppoll, pfds, n, to_timespec(timeout_ns, &ts), NULL);
}

uint64_t sys_set_signal_mask(uint64_t signals)
{
	return kernel_set_signal_mask(signals);
}

void sys_set_handler(int sig, void (*handler)(int))
{
	kernel_set_handler(sig, handler);
}

int sys_take_signal(uint64_t signals, int64_t timeout_ns)
{
	struct timespec ts;

	return kernel_take_signal(signals, to_timespec(timeout_ns, &ts));
}

void sys_close(int fd)
{
	if (fd >= 0)
		KERNEL(close, fd);
}

int sys_stat(int dirfd, const char *path, struct stat *ret_stat, int flags)
{
	return (int)KERNEL(fstatat, dirfd, path, ret_stat, flags);
}

uid_t sys_uid(void)
{
	return (uid_t)KERNEL_RAW(getuid, 0);
}

ssize_t sys_getcwd(char *buf, size_t size)
{
	return KERNEL_RAW(getcwd, buf, size);
}

int sys_access(int dirfd, const char *path, int mode)
{
	return (int)KERNEL_RAW(faccessat, dirfd, path, mode);
}

bool sys_is_directory(const char *path)
{
	struct stat st;

	return sys_stat(AT_FDCWD, path, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

bool sys_is_noexec(int dirfd)
{
	struct statfs fs;

	return KERNEL(fstatfs, dirfd, &fs) == 0 && (fs.f_flags & ST_NOEXEC);
}

ssize_t sys_getdents(int dirfd, void *buf, size_t size)
{
	return KERNEL_RAW(getdents64, dirfd, buf, size);
}

int sys_fcntl(int fd, int command, int argument)
{
	return (int)KERNEL(fcntl, fd, command, (long)argument);
}

int sys_pipe(int ret_fds[2])
{
	return (int)KERNEL(pipe2, ret_fds, O_CLOEXEC);
}

size_t sys_readable(int fd)
{
	int n = 0;

	return KERNEL_RAW(ioctl, fd, FIONREAD, &n) < 0 ? 0 : (size_t)n;
}

int sys_memfd(const char *name)
{
	return (int)KERNEL_RAW(memfd_create, name, SYS_MFD_CLOEXEC);
}

int sys_columns(int fd)
{
	struct winsize size;

	if (KERNEL_RAW(ioctl, fd, TIOCGWINSZ, &size) < 0)
		return 0;
	return size.ws_col ? size.ws_col : 80;
}

void sys_umask(unsigned mask)
{
	KERNEL(umask, mask);
}

int sys_rewind(int fd)
{
	return (int)KERNEL(lseek, fd, 0, SEEK_SET);
}

static int64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	KERNEL(clock_gettime, clock, &ts);
	return (int64_t)ts.tv_sec * NS_PER_SEC + ts.tv_nsec;
}

int64_t sys_now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

int64_t sys_after_ns(int64_t ns)
{
	int64_t then_ns;

	return __builtin_add_overflow(sys_now_ns(), ns, &then_ns) ? INT64_MAX : then_ns;
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
	int flags = fd == STDOUT_FILENO ? O_RDONLY : O_RDWR;

	if (KERNEL(openat, AT_FDCWD, "/dev/null", flags, 0) != fd)
		KERNEL(openat, AT_FDCWD, "/", O_PATH, 0);
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

static void each_from(unsigned first, bool closes)
{
	uint64_t limit[2] = { CLOEXEC_SEARCH_MAX }; /* soft and hard, as prlimit64(2) has them */

	if (KERNEL_RAW(close_range, first, ~0U, closes ? 0 : SYS_CLOSE_RANGE_CLOEXEC) == 0)
		return;
	KERNEL_RAW(prlimit64, 0, RLIMIT_NOFILE, NULL, limit);
	if (limit[0] > CLOEXEC_SEARCH_MAX)
		limit[0] = CLOEXEC_SEARCH_MAX;
	for (unsigned fd = first; fd < limit[0]; fd++)
		if (closes)
			sys_close((int)fd);
		else
			sys_fcntl((int)fd, F_SETFD, FD_CLOEXEC);
}

void sys_cloexec_from(unsigned first)
{
	each_from(first, false);
}

void sys_close_from(unsigned first)
{
	each_from(first, true);
}
