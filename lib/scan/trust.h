/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trust: whether other users could have put something else in the place of a file, or still can.
 * Trusted users are root and the user who runs this; trusted groups are root's, and the one with
 * the number of the user, which is taken to have that user alone in it.
 *
 * A path can be trusted if everything that its resolution goes through belongs to a trusted user
 * and can be written by trusted users and groups only: every directory from "/" on, every symbolic
 * link, and everything on the way to the target of the link. A directory with the sticky bit that
 * everybody can write to may be on the way, for nobody can exchange what a trusted user has in it;
 * but it may not be the end. What can be trusted needs no descriptor to hold it until it is used:
 * by then, only a trusted user can have changed it.
 */
#ifndef TRUST_H
#define TRUST_H

#include <stdbool.h>
#include <sys/types.h>

struct stat;

/* The reason where an owner has no number here: with one such file, there are many. */
extern const char trust_unmapped[];

/*
 * Calls `doubt` for every file, directory and link that resolving the path goes through and that
 * cannot be trusted, with its absolute path, and the reason, of which that path is the subject and
 * which is gone afterwards, unless it is trust_unmapped; for one that is passed twice, twice.
 * If the path cannot be resolved, the last call is for the path as it is.
 */
void trust_check(const char *path, void (*doubt)(void *self, const char *path, const char *reason),
		 void *self);

/*
 * Returns whether this is the state of a file that trust_check has no doubts of, as far as the file
 * itself is concerned. If not, it may have none for a reason that is not looked for here.
 */
bool trust_is_plain(const struct stat *st);

/*
 * Opens a file as sys_open, to write to it; the flags have O_CREAT. If other users can make files
 * in its directory or exchange something on the way to it, they could have put it there, or a link
 * by which we would write to another file: then it has to belong to a trusted user (else -EACCES),
 * must not be a symbolic link or be behind one of theirs (-ELOOP), and must not have a second name
 * (-EMLINK). Returns the descriptor or -errno: -ENOENT if the directory does not exist, and no link
 * of theirs is on the way there.
 */
int trust_open(const char *path, int flags, mode_t mode);

#endif
