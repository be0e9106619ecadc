/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes the place of lib/sys/arena.c where a checker watches malloc(3): an allocation of its own for
 * each mem_alloc, so that a step past its end or a use after mem_release is seen.
 */
#include "sys/mem.h"

#include <stdint.h>
#include <stdlib.h>

struct mem_chunk {
	struct mem_chunk *next;
	max_align_t bytes[];
};

void *mem_alloc(struct mem *mem, size_t size)
{
	struct mem_chunk *chunk;

	if (size > SIZE_MAX / 2)
		return NULL;
	chunk = calloc(1, sizeof(*chunk) + size);
	if (!chunk)
		return NULL;
	chunk->next = mem->chunks;
	mem->chunks = chunk;
	return chunk->bytes;
}

void mem_release(struct mem *mem)
{
	struct mem_chunk *next;

	for (struct mem_chunk *chunk = mem->chunks; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	*mem = (struct mem){ 0 };
}
