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

/* A descriptor to which lines are written that stay whole. */
struct sys_lines {
	int fd;
	bool waits; /* a line waits for room; otherwise it is left out if there is none */
	bool torn;  /* the end of a line is missing, so the next one has to begin with a newline */
};

/*
 * Writes a line with one write(2). If a socket or a terminal takes only a part, the rest follows as
 * soon as there is room, with or without `waits`. If a file takes only a part, that is removed
 * again. Returns 0 or -errno, which is -ENOSPC for such a file, and sets `torn`.
 */
int sys_write_line(struct sys_lines *to, const char *line, size_t size);

/*
 * Returns whether what is written to fd next will follow a byte in its file that is not a newline;
 * false if it is not a file. The path is by which the file can be read.
 */
bool sys_is_mid_line(int fd, const char *path);

/* Tries to write the bytes with one write(2); what does not fit, and errors, are ignored. */
void sys_try_write(int fd, const void *buf, size_t size);

/*
 * From now on wait(self, fd) does this waiting. It returns 0 to have the write tried; -EAGAIN to be
 * called again; or the -errno with which the writer gives up. NULL makes the writer wait by itself
 * again. The function, and whether stderr can make a writer wait, are the only state in lib/ that
 * is not passed as an argument: a process has one set of signals, and one place that waits for
 * them.
 */
void sys_set_waiter(int (*wait)(void *self, int fd), void *self);

#endif
