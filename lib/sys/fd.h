/*
 * fd: file descriptors. Each function returns a value or -errno and retries EINTR where the call
 * may be repeated. Whatever is opened here is close-on-exec, so that no script inherits it.
 */
#ifndef SYS_FD_H
#define SYS_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct pollfd;

/* openat(2) with O_CLOEXEC added; flags and mode as there. Returns a descriptor or -errno. */
int sys_open(int dirfd, const char *path, int flags, mode_t mode);

/* Closes fd unless it is negative. Nobody here can act on what close(2) reports. */
void sys_close(int fd);

/* read(2): bytes read, 0 at the end of the file, or -errno. */
ssize_t sys_read(int fd, void *buf, size_t size);

/* fcntl(2) with an int argument: its result or -errno. */
int sys_fcntl(int fd, int command, int argument);

/* Makes the descriptor `as` the same as `from`, and inheritable: 0 or -errno. */
int sys_dup_as(int from, int as);

/* A close-on-exec pipe, read end first: 0 or -errno. */
int sys_pipe(int ret_fds[2]);

/* A close-on-exec file in memory, whose name /proc shows: its descriptor or -errno. */
int sys_memfd(const char *name);

/* lseek(2) to the beginning: 0 or -errno. */
int sys_rewind(int fd);

/* ftruncate(2) to no bytes: 0 or -errno. */
int sys_truncate(int fd);

/* flock(2), exclusive and without waiting: 0 or -errno, -EAGAIN where another process holds it. */
int sys_lock(int fd);

/* How many bytes can be read from a pipe without waiting; 0 where the kernel does not say. */
size_t sys_readable(int fd);

/* The columns of a terminal, 80 where it does not know; 0 where fd is not a terminal. */
int sys_terminal_width(int fd);

/* ppoll(2): how many of the n are ready, or -errno. A negative timeout has no end. */
int sys_poll(struct pollfd *pfds, unsigned n, int64_t timeout_ns);

/*
 * Makes descriptors 0 to 2 valid, so that nothing opened later takes their place: a closed one
 * becomes /dev/null, but stdout only for reading, so that printing still fails; where there is no
 * /dev/null, a handle of "/" that refuses all transfer.
 */
void sys_fill_stdio(void);

/* Marks every descriptor from `first` up close-on-exec. */
void sys_cloexec_from(unsigned first);

/* Closes every descriptor from `first` up. */
void sys_close_from(unsigned first);

#endif
