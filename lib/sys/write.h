/* SPDX-License-Identifier: Apache-2.0 */
/* write: writes to descriptors at once, where no loop runs. Where one does, see output.h. */
#ifndef SYS_WRITE_H
#define SYS_WRITE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Writes all of buf, and waits for room. Returns 0 or -errno; part of buf may be written then. */
int sys_write_all(int fd, const void *buf, size_t size);

/*
 * Returns whether what is written to fd next will follow a byte in its file that is not a newline;
 * false if it is not a file. The path is by which the file can be read.
 */
bool sys_is_mid_line(int fd, const char *path);

/* Tries to write the bytes with one write(2); what does not fit, and errors, are ignored. */
void sys_try_write(int fd, const void *buf, size_t size);

#endif
