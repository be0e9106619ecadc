/*
 * vars: a table of shell variables, begun from an environment and given back as one. It keeps the
 * strings it is given and copies none: they must live as long as the table.
 */
#ifndef VARS_H
#define VARS_H

#include <stdbool.h>
#include <stddef.h>

#include "sys/mem.h"

enum vars_export {
	VARS_LOCAL,
	VARS_EXPORTED,
	VARS_STALE, /* exported to the shell, which has not said yet that it still is */
	VARS_RAW    /* no NAME=value at all, and only passed on */
};

struct var {
	const char *entry; /* NAME=value, or NAME: declared but unset; "": forgotten */
	int file;          /* vars->file when it last changed; 0: not since it was loaded */
	char exported;
};

struct vars {
	struct mem *mem;
	struct var *v;
	size_t n;
	size_t cap;
	int file; /* the caller's number of the file being read, from 1 */
};

/* What shells make of a name by themselves. */
enum vars_kind {
	VARS_PLAIN,   /* nothing */
	VARS_DEFAULT, /* it has a value where the environment gives none */
	VARS_SHELL,   /* any shell sets or obeys it */
	VARS_BASH     /* bash does */
};

/* Can this byte be in a name? */
bool vars_is_name(char c);

/* The length of the variable name that s begins with; 0 if it begins with none. */
size_t vars_name_len(const char *s);

/* What shells make of the name of n bytes. */
enum vars_kind vars_kind(const char *name, size_t n);

/* Does every shell set this name for itself, whatever its scripts do? */
bool vars_is_the_shells_own(const char *name, size_t n);

/*
 * Takes mem and an environment; of a name given twice the last counts. As in bash, PATH and TERM
 * have a value, not exported, where the environment has none. Returns 0 or -ENOMEM.
 */
int vars_load(struct vars *vars, struct mem *mem, char *const *envp);

/* The value of the variable, or NULL where it is unset. */
const char *vars_get(const struct vars *vars, const char *name, size_t n);

/*
 * Assigns "NAME=value" or declares "NAME", a valid name, and exports it too if `exported`; else it
 * stays exported or not. The entry is kept. Returns 0 or -ENOMEM.
 */
int vars_put(struct vars *vars, const char *entry, bool exported);

/* Forgets the variable; it is no error if there is none. */
void vars_unset(struct vars *vars, const char *name, size_t n);

/*
 * The exported ones that are set, in the order of the environment and then of their first
 * assignment, NULL last. Returns 0 or -ENOMEM.
 */
int vars_envp(const struct vars *vars, char ***ret_envp);

#endif
