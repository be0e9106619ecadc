/* SPDX-License-Identifier: Apache-2.0 */
/*
 * write: writing to descriptors. If a pipe, a socket or a terminal has no room, the writer waits
 * for a reader by the function that was given to sys_set_waiter, if there is one.
 */
#ifndef SYS_WRITE_H
#define SYS_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Writes all of buf, in pieces of at most PIPE_BUF bytes, and waits for room before each if need
 * be. Returns 0 or -errno; part of buf may have been written then.
 */
int sys_write_all(int fd, const void *buf, size_t size);

/*
 * Writes a line to a file or a pipe with one write(2). With `waits` it waits for room as above, and
 * a socket may take the line in pieces. Returns 0 or -errno; -ENOSPC if only a part fitted into a
 * file, from which that part was removed again.
 */
int sys_write_line(int fd, const char *line, size_t size, bool waits);

/* Tries to write the bytes with one write(2); what does not fit, and errors, are ignored. */
void sys_try_write(int fd, const void *buf, size_t size);

/*
 * Writes the first `size` bytes of the file `from` to `to`. Returns 0 or -EIO; some of them may
 * have been written then.
 */
int sys_copy_file(int to, int from, off_t size);

/*
 * From now on wait(self, fd) does this waiting. It returns 0 to have the write tried; -EAGAIN to be
 * called again; or the -errno with which the writer gives up. NULL makes the writer wait by itself
 * again. The function, and whether stderr can make a writer wait, are the only state in lib/ that
 * is not passed as an argument: a process has one set of signals, and one place that waits for
 * them.
 */
void sys_set_waiter(int (*wait)(void *self, int fd), void *self);

#endif
