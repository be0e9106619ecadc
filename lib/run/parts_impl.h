/*
 * parts_impl, private to parts: one set of scripts on its way. parts.c finds them and begins,
 * parts_env.c makes their environment, parts_jobs.c runs them.
 */
#ifndef PARTS_IMPL_H
#define PARTS_IMPL_H

#include "report/event.h"
#include "run/parts.h"

struct set {
	struct parts *parts;
	const char *phase;
	char *const *dirs;
	int dirfd; /* of the directory read last, for its environment.d */
	struct part_list list;
	char *const *envp;
	struct outcome outcome;
	size_t next;  /* the next part to start */
	bool over;    /* nothing more is started */
	bool refused; /* for want of trust */
	bool checks;  /* nothing is told but what is refused */
	bool lists;   /* nothing runs: trust does not matter */
};

/* Emits the event, with the phase and, where it says no path, the directory filled in. */
void parts_emit(const struct set *set, struct event *event);

void parts_emit_part(const struct set *set, enum event_kind kind, const struct part *part);

/* Notes why the set fails, unless something has failed before. */
void parts_note_failure(struct set *set, int status, const char *script, const char *reason);

/* Fails the set because something cannot be done with what has this path; NULL: the directory. */
void parts_fail(struct set *set, const char *path, const char *text, int error);

/* Tells of a part that is left out in its place among the others. */
void parts_skip(struct set *set, const struct part *part);

/* Runs the parts, one after the other, as jobs of the pool. */
void parts_run_jobs(struct set *set);

/* Tells who else could have written what has this path; reason may be NULL: nobody. */
void parts_report_insecure(struct set *set, const char *path, const char *reason);

/* Ends the set because the time is up: part is running, or next, or NULL. */
void parts_fail_timeout(struct set *set, const struct part *part);

/*
 * Fills set->envp: from environment.d beside the directory that is open, where the dialect has one,
 * else with what we were given. Returns false when nothing may run; events have said why.
 */
bool parts_make_environment(struct set *set);

/* Reads the same files, but only to tell of those that are refused. */
void parts_check_environment(struct set *set);

#endif
