/*
 * mem: the only allocator. One arena per run, released as a whole; memory comes zeroed and is never
 * given back singly. Nothing here exits: a NULL or -ENOMEM is the caller's to report.
 */
#ifndef MEM_H
#define MEM_H

#include <stddef.h>

struct mem_chunk;

/* mem_alloc and mem_release are in arena.c, so that a checking allocator can take their place. */

/* An arena; all zero is an empty one. */
struct mem {
	struct mem_chunk *chunks;
	size_t left;
};

/*
 * `size` zeroed bytes, aligned for any object and living until mem_release; NULL when out of
 * memory.
 */
void *mem_alloc(struct mem *mem, size_t size);

/* A NUL-terminated copy of n bytes at s; NULL when out of memory. */
char *mem_dup(struct mem *mem, const char *s, size_t n);

/* The strings a, b and c in one; NULL when out of memory. */
char *mem_concat(struct mem *mem, const char *a, const char *b, const char *c);

/*
 * Makes room for `want` elements of `size` bytes in a growing array of *cap; returns the array,
 * moved or not, or NULL (array and *cap untouched) when out of memory.
 */
void *mem_reserve(struct mem *mem, void *array, size_t *cap, size_t want, size_t size);

/* Gives everything back; the arena is empty and usable again. */
void mem_release(struct mem *mem);

/* Strings in order, with a NULL after the last (usable as argv or envp once it is not empty). */
struct strvec {
	char **v;
	size_t n;
	size_t cap;
};

/* Appends s itself, not a copy. Returns 0 or -ENOMEM. */
int strvec_add(struct mem *mem, struct strvec *vec, char *s);

#endif
