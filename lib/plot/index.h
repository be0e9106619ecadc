/* SPDX-License-Identifier: Apache-2.0 */
/*
 * index: finds things by their names, in a time that does not depend on how many there are. A thing
 * has an entry in itself; several may have one name.
 */
#ifndef INDEX_H
#define INDEX_H

#include <stddef.h>
#include <stdint.h>

struct mem;

struct index_entry {
	struct index_entry *next; /* in its bucket, where the one that was added last comes first */
	const char *name;
	void *thing;
	uint32_t hash;
};

/* An index; it is empty if all is zero. */
struct index {
	struct index_entry **buckets;
	size_t n_buckets; /* a power of two, or 0 */
	size_t n;
};

/* Adds an entry, with its name and thing filled in. Returns 0 or -ENOMEM. */
int index_add(struct index *index, struct mem *mem, struct index_entry *entry);

/* Returns the thing of this name that was added last, or NULL. */
void *index_find(const struct index *index, const char *name);

/* The same, and removes it. */
void *index_take(struct index *index, const char *name);

#endif
