/* SPDX-License-Identifier: Apache-2.0 */
/* children: finding the processes that a program left behind. It needs no /proc. */
#ifndef CHILDREN_H
#define CHILDREN_H

#include <sys/types.h>

/*
 * Sends the signal to every child of ours that was started after `first`, and to `first` itself;
 * those that a subreaper inherits are children. The kernel gives pids out in rising order and wraps
 * around: a process that was started after `first` has a pid between it and the newest one. To know
 * the newest one a process is started, whose SIGCHLD stays pending.
 *
 * Returns how many got it, including the dead ones that nobody has reaped yet. 0 means that no
 * child is left but those that we may not signal, as after a setuid(0).
 */
int children_signal(pid_t first, int sig);

#endif
