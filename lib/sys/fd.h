/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fd: file descriptors. The functions return a value or -errno, and repeat a call after EINTR if
 * that is right for it. Descriptors that are opened here are close-on-exec, so that scripts do not
 * inherit them, but for those of sys_dup_as.
 */
#ifndef SYS_FD_H
#define SYS_FD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct pollfd;

/* Opens a file as openat(2), with O_CLOEXEC added. Returns the descriptor or -errno. */
int sys_open(int dirfd, const char *path, int flags, mode_t mode);

/*
 * Opens a file as sys_open does, but returns -ELOOP where a symbolic link is on the way or, before
 * Linux 5.6, where the file itself is one.
 */
int sys_open_without_links(const char *path, int flags, mode_t mode);

/* Closes fd unless it is negative. The errors of close(2) are ignored: they change nothing here. */
void sys_close(int fd);

/* Reads as read(2): returns the number of bytes, 0 at the end of the file, or -errno. */
ssize_t sys_read(int fd, void *buf, size_t size);

/* Calls fcntl(2) with an int argument: returns its result or -errno. */
int sys_fcntl(int fd, int command, int argument);

/* Makes the descriptor `as` an inheritable copy of `from`. Returns 0 or -errno. */
int sys_dup_as(int from, int as);

/* Makes a pipe, whose read end is ret_fds[0]. Returns 0 or -errno. */
int sys_pipe(int ret_fds[2]);

/* Makes a file in memory; /proc shows its name. Returns its descriptor or -errno. */
int sys_memfd(const char *name);

/* Moves the offset of fd to the beginning of the file. Returns 0 or -errno. */
int sys_rewind(int fd);

/* Makes the file empty. Returns 0 or -errno. */
int sys_truncate(int fd);

/* Takes an exclusive flock(2) without waiting. Returns 0, -EAGAIN if another has it, or -errno. */
int sys_lock(int fd);

/*
 * Returns how many bytes can be read from a pipe without waiting, or the size of a pipe if that is
 * not known.
 */
size_t sys_readable(int fd);

/* Returns whether a pipe is empty and nobody has it open for writing. */
bool sys_is_at_end(int fd);

/* Returns the columns of a terminal, 80 if it does not know them; 0 if fd is not a terminal. */
int sys_terminal_width(int fd);

/* Returns whether fd is our controlling terminal, and our process group is in its foreground. */
bool sys_is_foreground(int fd);

/* Waits as ppoll(2): returns how many are ready, or -errno. A negative timeout never ends. */
int sys_poll(struct pollfd *pfds, unsigned n, int64_t timeout_ns);

/*
 * Opens those of the descriptors 0 to 2 that are closed, so that files opened later do not get
 * their numbers. They become /dev/null, but stdout for reading only, so that printing still fails;
 * if there is no /dev/null, they become an O_PATH descriptor of "/", which can be neither read nor
 * written. They are close-on-exec, as any other, so that another program that this process becomes
 * finds them closed.
 */
void sys_fill_stdio(void);

/* Lets programs inherit the descriptors 0 to 2. */
void sys_inherit_stdio(void);

/* Marks every descriptor from `first` up close-on-exec. */
void sys_cloexec_from(int first);

/* Closes every descriptor from `first` up. */
void sys_close_from(int first);

#endif
