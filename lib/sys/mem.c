/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/mem.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

char *mem_dup(struct mem *mem, const char *s, size_t n)
{
	char *copy = mem_alloc(mem, n + 1);

	return copy ? memcpy(copy, s, n) : NULL;
}

/* Copies the string s without its NUL. Returns where the copy ends. */
static char *copy_bytes(char *at, const char *s)
{
	while (*s)
		*at++ = *s++;
	return at;
}

char *mem_concat(struct mem *mem, const char *a, const char *b, const char *c)
{
	char *joined = mem_alloc(mem, strlen(a) + strlen(b) + strlen(c) + 1);

	if (joined)
		copy_bytes(copy_bytes(copy_bytes(joined, a), b), c);
	return joined;
}

void *mem_reserve(struct mem *mem, void *array, size_t *cap, size_t want, size_t size)
{
	size_t new_cap = *cap ? *cap : 16;
	void *moved;

	if (want <= *cap)
		return array;
	if (want > SIZE_MAX / 4 / size)
		return NULL;
	while (new_cap < want)
		new_cap *= 2;
	moved = mem_alloc(mem, new_cap * size);
	if (!moved)
		return NULL;
	if (array)
		memcpy(moved, array, *cap * size);
	*cap = new_cap;
	return moved;
}

int strvec_add(struct mem *mem, struct strvec *vec, char *s)
{
	char **v = mem_reserve(mem, vec->v, &vec->cap, vec->n + 2, sizeof(*v));

	if (!v)
		return -ENOMEM;
	vec->v = v;
	vec->v[vec->n++] = s;
	vec->v[vec->n] = NULL;
	return 0;
}

bool strvec_has(const struct strvec *vec, const char *s)
{
	for (size_t i = 0; i < vec->n; i++)
		if (strcmp(vec->v[i], s) == 0)
			return true;
	return false;
}
