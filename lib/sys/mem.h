/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mem: memory. It is allocated in arenas, each of which is released as a whole; libc's malloc(3) is
 * not used. Memory is zeroed. If there is none, a function returns NULL or -ENOMEM, which the
 * caller reports. The vector of strings that argv and envp are made of is here as well.
 */
#ifndef MEM_H
#define MEM_H

#include <stdbool.h>
#include <stddef.h>

struct mem_chunk;

/* An arena; it is empty if all is zero. */
struct mem {
	struct mem_chunk *chunks; /* what the kernel gave us, the newest first */
	size_t left;              /* bytes that are free at the end of the newest one */
};

/*
 * Returns `size` zeroed bytes that are aligned for any object, or NULL. They can be used until
 * mem_release. These two are in arena.c, in whose place tests link an allocator that checks.
 */
void *mem_alloc(struct mem *mem, size_t size);

/* Gives all memory back to the kernel. The arena is empty then and can be used again. */
void mem_release(struct mem *mem);

/* Returns a copy of the n bytes at s, with a NUL after it, or NULL. */
char *mem_dup(struct mem *mem, const char *s, size_t n);

/* Returns a new string made of a, b and c, or NULL. */
char *mem_concat(struct mem *mem, const char *a, const char *b, const char *c);

/*
 * Makes room for `want` elements of `size` bytes in an array that has room for *cap. Returns the
 * array, which may have been moved, with *cap raised; or NULL, with the array and *cap as before.
 */
void *mem_reserve(struct mem *mem, void *array, size_t *cap, size_t want, size_t size);

/* A vector of strings. Unless it is empty, a NULL follows the last: it can be an argv or envp. */
struct strvec {
	char **v;
	size_t n;
	size_t cap;
};

/* Appends the string s itself and not a copy. Returns 0 or -ENOMEM. */
int strvec_add(struct mem *mem, struct strvec *vec, char *s);

/* Returns whether one of the strings is equal to s. */
bool strvec_has(const struct strvec *vec, const char *s);

#endif
