/*
 * string: the string functions of libc that we use, in a fifth of their size. libc's are made for
 * long strings; ours are names. The linker takes these and leaves libc's out.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* The compiler may come to call it when it has seen all files and let go of what nobody called. */
#define CALLED_BY_THE_COMPILER __attribute__((used))

char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++)
		if (!*s)
			return NULL;
	return (char *)s;
}

char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	for (; *s; s++)
		if (*s == (char)c)
			last = s;
	return (char *)last;
}

/* The length of what s begins with that is in the set, or that is not. */
static size_t span(const char *s, const char *set, bool in)
{
	size_t n = 0;

	while (s[n] && !strchr(set, s[n]) != in)
		n++;
	return n;
}

size_t strspn(const char *s, const char *set)
{
	return span(s, set, true);
}

size_t strcspn(const char *s, const char *set)
{
	return span(s, set, false);
}

CALLED_BY_THE_COMPILER void *memcpy(void *restrict to, const void *restrict from, size_t n)
{
	return memmove(to, from, n);
}

CALLED_BY_THE_COMPILER void *memmove(void *to, const void *from, size_t n)
{
	const char *source = from;
	char *at = to;

	if (at <= source)
		while (n-- > 0)
			*at++ = *source++;
	else
		while (n-- > 0)
			at[n] = source[n];
	return to;
}

CALLED_BY_THE_COMPILER void *memset(void *bytes, int c, size_t n)
{
	for (char *at = bytes; n-- > 0; at++)
		*at = (char)c;
	return bytes;
}

void *memchr(const void *bytes, int c, size_t n)
{
	for (const char *at = bytes; n-- > 0; at++)
		if (*at == (char)c)
			return (void *)at;
	return NULL;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *left = a, *right = b;

	for (; n > 0 && *left == *right; n--)
		left++, right++;
	return n > 0 ? *left - *right : 0;
}

/* What clang makes of a memcmp that is only asked whether bytes are equal. */
int bcmp(const void *a, const void *b, size_t n)
{
	return memcmp(a, b, n);
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n > 0 && *a && *a == *b; n--)
		a++, b++;
	return n > 0 ? (unsigned char)*a - (unsigned char)*b : 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, (size_t)-1);
}

size_t strlen(const char *s)
{
	const char *end = s;

	while (*end)
		end++;
	return (size_t)(end - s);
}

char *getenv(const char *name)
{
	size_t n = strlen(name);

	for (char **entry = environ; *entry; entry++)
		if (strncmp(*entry, name, n) == 0 && (*entry)[n] == '=')
			return *entry + n + 1;
	return NULL;
}
