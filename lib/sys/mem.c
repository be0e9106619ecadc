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

char *mem_concat(struct mem *mem, const char *a, const char *b, const char *c)
{
	size_t a_len = strlen(a), b_len = strlen(b), c_len = strlen(c);
	char *joined = mem_alloc(mem, a_len + b_len + c_len + 1);

	if (!joined)
		return NULL;
	memcpy(joined, a, a_len);
	memcpy(joined + a_len, b, b_len);
	memcpy(joined + a_len + b_len, c, c_len);
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
