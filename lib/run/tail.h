/*
 * tail: the last of what a script printed, in a buffer that goes round.
 */
#ifndef TAIL_H
#define TAIL_H

#include <stddef.h>

#define TAIL_SIZE 65536

struct tail {
	char *buf;    /* TAIL_SIZE bytes, the caller's */
	size_t total; /* bytes that have come */
};

void tail_add(struct tail *tail, const char *bytes, size_t n);

/* Makes `to`, which has a buffer of its own, the same. */
void tail_copy(struct tail *to, const struct tail *from);

/* Puts the last bytes into buf, up to n of them; returns how many. */
size_t tail_last(const struct tail *tail, char *buf, size_t n);

/* A file in memory with all of it, to be read from its beginning: its descriptor or -errno. */
int tail_file(const struct tail *tail);

#endif
