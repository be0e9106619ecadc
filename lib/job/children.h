/* SPDX-License-Identifier: Apache-2.0 */
/*
 * children: sends a signal to our children without a list of them. After a program has ended, the
 * processes that it started become our children, because we are a subreaper or process 1, but
 * nothing says which pids they have. They are found by trying pids, so this needs no /proc.
 */
#ifndef CHILDREN_H
#define CHILDREN_H

#include <sys/types.h>

/*
 * Sends the signal to `first`, if it is our child, and to every child that was started after it.
 * The kernel gives out pids in rising order and begins again with low ones after the last, so that
 * these have the pids from `first` to the newest one. To learn the newest pid, this starts a
 * process and reaps it; the SIGCHLD of that process stays pending. If pids have wrapped around, the
 * likely ones are tried first. If none of these is such a child, all pids are tried, which may take
 * seconds.
 *
 * Returns how many children were sent the signal; those that are dead but not reaped count as well.
 * 0 means that there is no such child, or only children that we may not signal, as after setuid(0).
 */
int children_signal(pid_t first, int sig);

#endif
