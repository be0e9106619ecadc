/* SPDX-License-Identifier: Apache-2.0 */
/* The arena of mem: memory by mmap(2), in chunks. */
#include "sys/mem.h"

#include <errno.h>
#include <stdint.h>
#include <sys/mman.h>

#define ALIGN (sizeof(max_align_t))
#define CHUNK_SIZE ((size_t)64 * 1024)

/* The head of a chunk. What is allocated follows it, from the front to the end. */
struct mem_chunk {
	struct mem_chunk *next;
	size_t size;
};

#define HEAD ((sizeof(struct mem_chunk) + ALIGN - 1) & ~(ALIGN - 1))

static int add_chunk(struct mem *mem, size_t need)
{
	size_t size = need + HEAD > CHUNK_SIZE ? need + HEAD : CHUNK_SIZE;
	struct mem_chunk *chunk;

	chunk = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (chunk == MAP_FAILED)
		return -ENOMEM;
	chunk->next = mem->chunks;
	chunk->size = size;
	mem->chunks = chunk;
	mem->left = size - HEAD;
	return 0;
}

void *mem_alloc(struct mem *mem, size_t size)
{
	char *at;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + ALIGN - 1) & ~(ALIGN - 1);
	if (size > mem->left && add_chunk(mem, size) < 0)
		return NULL;
	at = (char *)mem->chunks + mem->chunks->size - mem->left;
	mem->left -= size;
	return at;
}

void mem_release(struct mem *mem)
{
	struct mem_chunk *next;

	for (struct mem_chunk *chunk = mem->chunks; chunk; chunk = next) {
		next = chunk->next;
		(void)munmap(chunk, chunk->size);
	}
	*mem = (struct mem){ 0 };
}
