/*
 * write: everything that is written. Where a pipe, a socket or a terminal has no room, the writer
 * waits for a reader, by way of the function that sys_set_waiter was given.
 */
#ifndef SYS_WRITE_H
#define SYS_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Writes all of buf, in pieces of up to PIPE_BUF bytes. A full pipe is waited for until somebody
 * reads it. Returns 0 or -errno; part of buf may have been written then.
 */
int sys_write_all(int fd, const void *buf, size_t size);

/*
 * Appends a line to a file, or sends it down a pipe, with one write(2), and waits for room as above
 * where `waits` says so: then a socket may take it in pieces. Returns 0 or -errno; -ENOSPC where
 * only some of a line fitted into a file, which was taken back.
 */
int sys_write_line(int fd, const char *line, size_t size, bool waits);

/* write(2) of n bytes at once, or not at all. */
void sys_try_write(int fd, const void *buf, size_t size);

/*
 * Copies the first `size` bytes of the file `from` to where `to` stands: 0 or -EIO, where a part
 * may have been copied.
 */
int sys_copy_file(int to, int from, off_t size);

/*
 * Has that waiting done by wait(self, fd), which waits for room in fd and returns 0 to have the
 * write tried, -EAGAIN to be called again, or the -errno to give up with. NULL ends that. This is,
 * with what was learnt of stderr, the one piece of state in lib/: a process has one set of signals,
 * and one place that waits for them.
 */
void sys_set_waiter(int (*wait)(void *self, int fd), void *self);

#endif
