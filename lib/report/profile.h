/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profile: the sink that prints how long each script took, in the order they ran, as dib-run-parts
 * does after a set of scripts, and after one that failed as well.
 */
#ifndef PROFILE_H
#define PROFILE_H

struct event;

/* self is the const struct log to print to. */
void profile_handle(void *self, const struct event *event);

#endif
