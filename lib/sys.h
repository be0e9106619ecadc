/*
 * sys: the system calls of refreshbox. Each returns a value or -errno, retries EINTR where the call
 * may be repeated, and opens nothing that a script could inherit (close-on-exec always).
 * It allocates nothing and prints nothing.
 */
#ifndef SYS_H
#define SYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#define countof(array) (sizeof(array) / sizeof((array)[0]))
#define NS_PER_SEC INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)

/* openat(2) with O_CLOEXEC added; flags and mode as there. Returns a descriptor or -errno. */
int sys_open(int dirfd, const char *path, int flags, mode_t mode);

/* read(2): bytes read, 0 at the end of the file, or -errno. */
ssize_t sys_read(int fd, void *buf, size_t size);

/*
 * Writes all of buf, in pieces of up to PIPE_BUF bytes. Where a pipe is full it is waited for until
 * somebody reads. Returns 0 or -errno; part of buf may have been written then.
 */
int sys_write_all(int fd, const void *buf, size_t size);

/*
 * Appends a line to a file, or sends it down a pipe, with one write(2), and waits for room as above
 * if asked to: then a socket may take it in pieces. Returns 0 or -errno; -ENOSPC where only some of
 * a line fitted into a file, which was taken back.
 */
int sys_write_line(int fd, const char *line, size_t size, bool waits);

/*
 * Lets wait(self, fd) do that waiting, for room in fd. It returns 0 to have the write tried,
 * -EAGAIN to be called again, or the -errno to give up with. NULL ends that. This is, with what was
 * learnt of stderr, the one piece of state here: like the signals, what a process waits for is not
 * to be had twice.
 */
void sys_set_waiter(int (*wait)(void *self, int fd), void *self);

struct pollfd;

/* ppoll(2): how many of the n are ready, or -errno. A negative timeout has no end. */
int sys_poll(struct pollfd *pfds, unsigned n, int64_t timeout_ns);

/* The bit of a signal in a set of signals. */
#define SYS_SIGNAL(sig) (UINT64_C(1) << ((sig)-1))

/* sigprocmask(2), SIG_SETMASK: the mask before. */
uint64_t sys_set_signal_mask(uint64_t signals);

/* signal(2), for SIG_DFL and SIG_IGN. */
void sys_set_handler(int sig, void (*handler)(int));

/* sigtimedwait(2): fetches one of the signals, or -errno. A negative timeout has no end. */
int sys_take_signal(uint64_t signals, int64_t timeout_ns);

/* Closes fd unless it is negative. What close(2) reports is of no use to any caller here. */
void sys_close(int fd);

/* fstatat(2): 0 or -errno. flags: AT_SYMLINK_NOFOLLOW or 0. */
int sys_stat(int dirfd, const char *path, struct stat *ret_stat, int flags);

/* getuid(2). */
uid_t sys_uid(void);

/* getcwd(2): bytes put into buf, the NUL included, or -errno. */
ssize_t sys_getcwd(char *buf, size_t size);

/* faccessat(2) for the real user: 0 or -errno. */
int sys_access(int dirfd, const char *path, int mode);

/* Is there a directory, or a link to one, of this path? */
bool sys_is_directory(const char *path);

/* Is the file system of this open directory mounted noexec? An unreadable answer counts as no. */
bool sys_is_noexec(int dirfd);

/* One directory entry as the kernel lays it out for getdents64(2). */
struct sys_dirent {
	uint64_t inode;
	int64_t offset;
	uint16_t size;
	uint8_t type;
	char name[];
};

/* getdents64(2): bytes of sys_dirents filled into buf, 0 at the end, or -errno. */
ssize_t sys_getdents(int dirfd, void *buf, size_t size);

/* fcntl(2) with an int argument: its result or -errno. */
int sys_fcntl(int fd, int command, int argument);

/* A close-on-exec pipe, read end first: 0 or -errno. */
int sys_pipe(int ret_fds[2]);

/* How many bytes can be read from a pipe without waiting; 0 where that cannot be told. */
size_t sys_readable(int fd);

/* A close-on-exec file in memory, with a name for who looks for it: its descriptor or -errno. */
int sys_memfd(const char *name);

/* The columns of a terminal, 80 where it does not say; 0: it is none. */
int sys_columns(int fd);

/* umask(2). */
void sys_umask(unsigned mask);

/* lseek(2) to the beginning: 0 or -errno. */
int sys_rewind(int fd);

/* Nanoseconds of CLOCK_MONOTONIC: for durations and deadlines. */
int64_t sys_now_ns(void);

/* The time that is ns from now, by that clock; INT64_MAX where it does not reach so far. */
int64_t sys_after_ns(int64_t ns);

/* Whole milliseconds, rounded: for printing. */
static inline int64_t sys_ns_to_ms(int64_t ns)
{
	return (ns + NS_PER_MS / 2) / NS_PER_MS;
}

/* Nanoseconds since 1970 by the wall clock: for printing only. */
int64_t sys_wall_ns(void);

/*
 * Makes descriptors 0 to 2 valid, so that nothing opened later takes their place: a closed one
 * becomes /dev/null, but stdout only for reading, so that printing still fails; where there is no
 * /dev/null, a handle of "/" that refuses all transfer.
 */
void sys_fill_stdio(void);

/* Marks every descriptor from `first` up close-on-exec. */
void sys_cloexec_from(unsigned first);

/* Closes them. */
void sys_close_from(unsigned first);

#endif
