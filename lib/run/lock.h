/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lock: the lock file that keeps two runs apart. It says who holds it, is empty when nobody
 * does, and is never removed; scripts do not inherit it.
 */
#ifndef LOCK_H
#define LOCK_H

#include <stdint.h>

struct date_cache;
struct text;

/*
 * Takes the lock without waiting and writes "Locked by pid==N at TIME" into the file, TIME
 * as dates tells it. A directory that is missing is made; a link is not followed where everybody
 * may make one. Returns its descriptor, or -errno: -EAGAIN when another process holds it, whose
 * line is appended to *note in brackets, behind a blank; of a read-only file system *note has an
 * advice.
 */
int lock_take(const char *path, struct date_cache *dates, struct text *note);

/* Empties the file and lets go of it. fd may be negative: then there is nothing to do. */
void lock_release(int fd);

#endif
