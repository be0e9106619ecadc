#include "mem.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

char *mem_dup(struct mem *mem, const char *s, size_t n)
{
	char *copy = mem_alloc(mem, n + 1);

	return copy ? memcpy(copy, s, n) : NULL;
}

char *mem_join(struct mem *mem, const char *a, const char *b, const char *c)
{
	size_t na = strlen(a), nb = strlen(b), nc = strlen(c);
	char *joined = mem_alloc(mem, na + nb + nc + 1);

	if (!joined)
		return NULL;
	memcpy(joined, a, na);
	memcpy(joined + na, b, nb);
	memcpy(joined + na + nb, c, nc);
	return joined;
}

void *mem_grow(struct mem *mem, void *array, size_t *cap, size_t want, size_t size)
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
	char **v = mem_grow(mem, vec->v, &vec->cap, vec->n + 2, sizeof(*v));

	if (!v)
		return -ENOMEM;
	vec->v = v;
	vec->v[vec->n++] = s;
	vec->v[vec->n] = NULL;
	return 0;
}
