/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ring: the last of what a script printed, in a buffer that goes round.
 */
#ifndef RING_H
#define RING_H

#include <stddef.h>

#define RING_SIZE 65536

struct ring {
	char *buf;    /* RING_SIZE bytes, the caller's */
	size_t total; /* bytes that have come */
};

void ring_add(struct ring *ring, const char *bytes, size_t n);

/* Makes `to`, which has a buffer of its own, the same. */
void ring_copy(struct ring *to, const struct ring *from);

/* Puts the last bytes into buf, up to n of them; returns how many. */
size_t ring_last(const struct ring *ring, char *buf, size_t n);

/* A file in memory with all of it, to be read from its beginning: its descriptor or -errno. */
int ring_file(const struct ring *ring);

#endif
