/* SPDX-License-Identifier: Apache-2.0 */
/*
 * then: hands the environment of the scripts over, from the worker to the process that the caller
 * started, which becomes another program after a success (plan->then).
 */
#ifndef THEN_H
#define THEN_H

struct then_room;

/*
 * Returns empty room, which a process that is forked from this one shares, or NULL if the kernel
 * has no memory for it. The room lasts until this process ends or becomes another program.
 */
struct then_room *then_make_room(void);

/* Copies the environment into the room, which stays empty if no program could take so much. */
void then_give(struct then_room *room, char *const *envp);

/* Returns the environment that was given, which is in the room, or NULL if there is none. */
char **then_take(struct then_room *room);

#endif
