/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lock: the lock file, which keeps two runs from working at the same time. The file says which
 * process holds the lock; it is empty when none does, and is never removed, for another process may
 * have it open. Scripts do not inherit the descriptor, so a daemon cannot keep the lock.
 */
#ifndef LOCK_H
#define LOCK_H

#include <stdint.h>
#include <sys/types.h>

struct date_cache;
struct text;

/*
 * Returns the path of the lock file where none was named: that of Kconfig. Where this is
 * /var/run/os-refresh-config.lock, it is the same file in /run instead if there is no /var/run, and
 * also if there is now, but a run that began before may hold the lock in a /run that is another
 * directory.
 */
const char *lock_default(void);

/*
 * Takes the lock without waiting, and writes "Locked by pid==N at TIME" into the file, with this
 * pid, and with the time as `dates` formats it. A file that does not exist is made, and so is its
 * directory. The file is opened by trust_open. /dev/null stands for no lock at all.
 *
 * Returns a descriptor for lock_release, or -errno, which is -EAGAIN if another process holds the
 * lock. Then " (LINE)" with the line of that process is appended to *note; if the file system is
 * read-only, or the place does not exist, a piece of advice is.
 */
int lock_take(const char *path, pid_t pid, struct date_cache *dates, struct text *note);

/* Empties the file and releases the lock, unless fd is negative. */
void lock_release(int fd);

#endif
