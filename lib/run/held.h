/* SPDX-License-Identifier: Apache-2.0 */
/* held: bytes that are kept in memory until it is their turn to be printed. */
#ifndef HELD_H
#define HELD_H

#include <stddef.h>

#include "sys/mem.h"

/* It is empty if all is zero. */
struct held {
	struct mem mem; /* has the buffer alone */
	char *buf;
	size_t room;       /* the size of the buffer */
	size_t start, end; /* the bytes are buf[start..end) */
};

/* Appends n bytes. Returns 0 or -ENOMEM; then nothing is appended. */
int held_add(struct held *held, const char *bytes, size_t n);

/* Removes the first n bytes, which must be there. With the last one, memory is freed. */
void held_drop(struct held *held, size_t n);

/* Returns the number of bytes. */
static inline size_t held_size(const struct held *held)
{
	return held->end - held->start;
}

/* Returns the bytes, which stay where they are until the next held_add or held_drop. */
static inline const char *held_bytes(const struct held *held)
{
	return held->buf + held->start;
}

#endif
