/* SPDX-License-Identifier: Apache-2.0 */
#include "plot/index.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "sys/mem.h"

#define BUCKETS_MIN 16

/* The hash of Fowler, Noll and Vo, FNV-1a. */
static uint32_t hash_name(const char *name)
{
	uint32_t hash = 2166136261U;

	for (; *name; name++)
		hash = (hash ^ (unsigned char)*name) * 16777619U;
	return hash;
}

/* Each bucket is split in two by one more bit of the hash; the order of its entries stays. */
static void split_buckets(const struct index *index, struct index_entry **buckets)
{
	for (size_t i = 0; i < index->n_buckets; i++) {
		struct index_entry **low = &buckets[i], **high = &buckets[i + index->n_buckets];

		for (struct index_entry *entry = index->buckets[i]; entry; entry = entry->next) {
			struct index_entry ***end = entry->hash & index->n_buckets ? &high : &low;

			**end = entry;
			*end = &entry->next;
		}
		*low = *high = NULL;
	}
}

/* Makes more buckets if there are as many entries as buckets. Returns 0 or -ENOMEM. */
static int make_buckets(struct index *index, struct mem *mem)
{
	size_t n = index->n_buckets ? index->n_buckets * 2 : BUCKETS_MIN;
	struct index_entry **buckets;

	if (index->n < index->n_buckets)
		return 0;
	buckets = mem_alloc(mem, n * sizeof(struct index_entry *));
	if (!buckets)
		return -ENOMEM;
	split_buckets(index, buckets);
	index->buckets = buckets;
	index->n_buckets = n;
	return 0;
}

int index_add(struct index *index, struct mem *mem, struct index_entry *entry)
{
	struct index_entry **bucket;
	int err = make_buckets(index, mem);

	if (err < 0)
		return err;
	entry->hash = hash_name(entry->name);
	bucket = &index->buckets[entry->hash & (index->n_buckets - 1)];
	entry->next = *bucket;
	*bucket = entry;
	index->n++;
	return 0;
}

/* Returns the pointer to the entry of this name, or NULL. */
static struct index_entry **find_entry(const struct index *index, const char *name)
{
	uint32_t hash = hash_name(name);
	struct index_entry **at;

	if (!index->n_buckets)
		return NULL;
	at = &index->buckets[hash & (index->n_buckets - 1)];
	while (*at && ((*at)->hash != hash || strcmp((*at)->name, name) != 0))
		at = &(*at)->next;
	return *at ? at : NULL;
}

void *index_find(const struct index *index, const char *name)
{
	struct index_entry **at = find_entry(index, name);

	return at ? (*at)->thing : NULL;
}

void *index_take(struct index *index, const char *name)
{
	struct index_entry **at = find_entry(index, name);
	void *thing = at ? (*at)->thing : NULL;

	if (at) {
		*at = (*at)->next;
		index->n--;
	}
	return thing;
}
