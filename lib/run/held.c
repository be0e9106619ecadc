/* SPDX-License-Identifier: Apache-2.0 */
#include "run/held.h"

#include <errno.h>
#include <string.h>

/* The size of the first buffer; each one after it has twice the size. */
#define FIRST_ROOM 16384

/* Moves the bytes to the start of a buffer that has room for n more. */
static int grow(struct held *held, size_t n)
{
	struct held grown = { .room = held->room ? held->room : FIRST_ROOM,
			      .end = held_size(held) };

	while (grown.room - grown.end < n)
		grown.room *= 2;
	grown.buf = mem_alloc(&grown.mem, grown.room);
	if (!grown.buf)
		return -ENOMEM;
	if (grown.end > 0)
		memcpy(grown.buf, held_bytes(held), grown.end);
	mem_release(&held->mem);
	*held = grown;
	return 0;
}

int held_add(struct held *held, const char *bytes, size_t n)
{
	if (n > held->room - held->end && grow(held, n) < 0)
		return -ENOMEM;
	memcpy(held->buf + held->end, bytes, n);
	held->end += n;
	return 0;
}

void held_drop(struct held *held, size_t n)
{
	held->start += n;
	if (held->start < held->end)
		return;
	mem_release(&held->mem);
	*held = (struct held){ 0 };
}
