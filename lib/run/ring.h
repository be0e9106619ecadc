/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ring: keeps the last RING_SIZE bytes of what a script prints. New bytes overwrite the oldest
 * ones. A ring is empty if all is zero.
 */
#ifndef RING_H
#define RING_H

#include <stddef.h>
#include <stdint.h>

#define RING_SIZE 65536

struct ring {
	uint64_t total;      /* the number of bytes that came, also those overwritten */
	char buf[RING_SIZE]; /* byte i of all that came is at i % RING_SIZE */
};

/* Appends n bytes. */
void ring_add(struct ring *ring, const char *bytes, size_t n);

/* Copies the last bytes, at most n, to buf in the order in which they came; returns how many. */
size_t ring_last(const struct ring *ring, char *buf, size_t n);

/*
 * Returns the descriptor of a new file in memory that has all bytes of the ring, at its beginning,
 * or -errno. The caller closes it.
 */
int ring_file(const struct ring *ring);

#endif
