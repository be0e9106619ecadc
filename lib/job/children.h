/* SPDX-License-Identifier: Apache-2.0 */
/*
 * children: sends a signal to our children. After a program has ended, the processes that it
 * started become our children, because we are a subreaper, but nobody tells us their pids. Whether
 * there are any is asked of wait4(2): see loop_reap. Here we only find out which they are.
 */
#ifndef CHILDREN_H
#define CHILDREN_H

#include <sys/types.h>

/* Pids that a list has room for. */
enum { PIDS_KEPT = 16 };

/* How many processes there are, and the pids of the first of them. */
struct pid_list {
	unsigned n;
	pid_t v[PIDS_KEPT];
};

/* Which children are meant, and how far they are looked for if /proc does not list them. */
enum children_range {
	CHILDREN_LIKELY, /* all; only the pids that come soon after the first are tried */
	CHILDREN_ALL,    /* all; every pid is tried, which may take a second */
	CHILDREN_NEWER,  /* those with the first pid or a higher one; each of these is tried */
};

/* Adds a pid to the list. */
void pid_list_add(struct pid_list *list, pid_t pid);

/*
 * Sends the signal to our children in the range, which begins with the pid `first`. They are taken
 * from /proc/thread-self/children; if there is no such file, or none of ours in it, pids are tried
 * one after the other. *ret_found gets those that were found, also if they are dead but not reaped,
 * or if we may not signal them. Children that come while this runs may be missed. The pids in
 * `spared`, which 0 ends, are left alone and count as not found.
 */
void children_signal(enum children_range range, pid_t first, int sig, const pid_t *spared,
		     struct pid_list *ret_found);

/*
 * Returns the letter that /proc shows for the state of a process, such as 'D' for one that waits
 * and cannot be killed; or '?' if /proc does not say.
 */
char children_state(pid_t pid);

#endif
