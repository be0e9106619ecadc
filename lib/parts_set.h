/*
 * parts_set, private to parts: one set of scripts on its way, as parts.c and parts_env.c share it.
 */
#ifndef PARTS_SET_H
#define PARTS_SET_H

#include "event.h"
#include "parts.h"

struct set {
	struct parts *parts;
	const char *phase;
	char *const *dirs;
	int dirfd; /* of the directory read last, for its environment.d */
	struct part_list list;
	char *const *envp;
	struct outcome outcome;
	size_t next; /* the next part to start */
	bool over;   /* nothing more is started */
};

/* Emits the event, with the phase and, where it says no path, the directory filled in. */
void parts_emit(const struct set *set, struct event *event);

/* Ends the set because the time is up: part is running, or next, or NULL. */
void parts_fail_timeout(struct set *set, const struct part *part);

/*
 * Fills set->envp: from environment.d beside the directory that is open, where the dialect has one,
 * else with what we were given. Returns false when nothing may run; events have said why.
 */
bool parts_make_environment(struct set *set);

#endif
