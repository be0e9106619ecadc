/* SPDX-License-Identifier: Apache-2.0 */
/*
 * runaway: what the kinds of runaway trees share. A kind is a function that makes a tree of processes
 * which tries to outlive whoever ends it; it does not return.
 */
#ifndef RUNAWAY_H
#define RUNAWAY_H

#include <sys/types.h>

struct kind {
	const char *name;
	void (*make)(void);
};

/* Each ends with an entry without a name. */
extern const struct kind common_kinds[], multiplying_kinds[], odd_kinds[];

/* A script that does its work and ends: no runaway. */
extern const struct kind brief_kind;

/* The script that is being run, and this program: absolute paths. */
extern char script_path[], self_path[];

/* Tells the test, by a byte in the file "ready", that a tree is complete. */
void ready(void);

/* Does nothing for ever; and tells before that its tree is complete. */
void idle(void) __attribute__((noreturn));
void settle(void) __attribute__((noreturn));

/* Does something in a new process, a child; or an orphan, whose parent has ended by the return. */
pid_t spawn(void (*what)(void));
void spawn_orphan(void (*what)(void));

/* Ignores every signal that can be ignored. */
void ignore_all(void);

/* Becomes this program anew, to go on with a kind: its n-th program so. */
void again(const char *kind, int n) __attribute__((noreturn));

/* Which one this is, from 0. */
extern int generation;

#endif
