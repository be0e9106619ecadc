/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script: the first bytes of a file, by which the kernel decides how to execute it. Nothing is
 * executed here.
 */
#ifndef SCRIPT_H
#define SCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The bytes that the kernel looks at (BINPRM_BUF_SIZE; 128 before Linux 5.1), and a NUL. */
#define SCRIPT_START_SIZE 257

/*
 * Reads the first bytes of the file into `start`, which has SCRIPT_START_SIZE bytes, and ends them
 * with a NUL. Returns how many there are, or -errno; `start` is "" then.
 */
ssize_t script_read_start(int dirfd, const char *path, char *start);

/*
 * Returns whether the n bytes are text by bash's rule, by which a file with a NUL byte in its first
 * line is a binary that no shell should run.
 */
bool script_is_text(const char *start, size_t n);

/*
 * Returns the program that the "#!" line names, which becomes a string within `start`; or NULL if
 * there is no such line.
 */
const char *script_interpreter(char *start);

#endif
