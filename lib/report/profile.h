/* SPDX-License-Identifier: Apache-2.0 */
/*
 * profile: the sink that logs, at the end of a set of scripts, how long each of them took, in the
 * order in which they ran. The lines are those of dib-run-parts, which also has them after a
 * failure. A script that was not started has none.
 */
#ifndef PROFILE_H
#define PROFILE_H

struct event;

/* Logs the table on EV_PARTS_ENDED; self is the const struct log to write to. */
void profile_handle(void *self, const struct event *event);

#endif
