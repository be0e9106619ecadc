/* SPDX-License-Identifier: Apache-2.0 */
/*
 * vars: a table of shell variables that is loaded from an environment and given back as one. It
 * keeps pointers to the strings that it is given and copies none, so they must live as long as the
 * table, whose own memory comes from an arena.
 */
#ifndef VARS_H
#define VARS_H

#include <stdbool.h>
#include <stddef.h>

#include "sys/mem.h"

enum vars_export {
	VARS_LOCAL,      /* not in the environment of commands */
	VARS_EXPORTED,   /* in it */
	VARS_UNCONFIRMED /* was exported to a shell that has not listed it among its exports yet */
};

struct var {
	const char *entry; /* NAME=value; NAME if declared but unset; "" if it was unset */
	int file;          /* vars->file when it last changed; 0 if not since it was loaded */
	enum vars_export export;
};

struct vars {
	struct mem *mem;
	struct var *v;
	size_t n;
	size_t cap;
	int file; /* the number, from 1, that the caller gives to the file being evaluated */
};

/* The meaning that shells give to a name by themselves. */
enum vars_kind {
	VARS_PLAIN,   /* none */
	VARS_SHELL,   /* a shell sets it or acts on it */
	VARS_INTERNAL /* each shell sets it when it starts, which says nothing of the files */
};

/* Returns whether this byte may be part of a name (POSIX: letters, digits and _). */
bool vars_is_name(char c);

/* Returns the length of the variable name that s begins with, or 0 if it begins with none. */
size_t vars_name_len(const char *s);

/* Returns the meaning that shells give to the name of n bytes. */
enum vars_kind vars_kind(const char *name, size_t n);

/*
 * Fills the table from an environment. If a name is there twice, the last entry counts. As in bash,
 * PATH and TERM get a value that is not exported if the environment has none. Entries that are not
 * NAME=value are left out. Returns 0 or -errno as vars_put.
 */
int vars_load(struct vars *vars, struct mem *mem, char *const *envp);

/* Returns the value of the variable, or NULL if it is unset. */
const char *vars_get(const struct vars *vars, const char *name, size_t n);

/*
 * Assigns "NAME=value" or declares "NAME", where NAME may be anything without a =, and exports the
 * variable if `exported` is true; otherwise it remains exported or not. The table keeps the pointer
 * to entry. Returns 0, -ENOMEM, or -E2BIG if there are too many.
 */
int vars_put(struct vars *vars, const char *entry, bool exported);

/* Removes the variable if there is one. */
void vars_unset(struct vars *vars, const char *name, size_t n);

/*
 * Makes the environment of commands: the exported variables that are set, in the order of the
 * loaded environment and then of their first assignment, followed by NULL. It is allocated in the
 * arena. Returns 0 or -ENOMEM.
 */
int vars_envp(const struct vars *vars, char ***ret_envp);

#endif
