/* SPDX-License-Identifier: Apache-2.0 */
#include "run/ring.h"

#include <string.h>

#include "sys/fd.h"
#include "sys/write.h"

void ring_add(struct ring *ring, const char *bytes, size_t n)
{
	while (n > 0) {
		size_t at = ring->total % RING_SIZE, room = RING_SIZE - at;
		size_t piece = n < room ? n : room;

		memcpy(ring->buf + at, bytes, piece);
		ring->total += piece;
		bytes += piece;
		n -= piece;
	}
}

void ring_copy(struct ring *to, const struct ring *from)
{
	memcpy(to->buf, from->buf, RING_SIZE);
	to->total = from->total;
}

/* Returns how many bytes the ring has. */
static size_t ring_length(const struct ring *ring)
{
	return ring->total < RING_SIZE ? (size_t)ring->total : RING_SIZE;
}

size_t ring_last(const struct ring *ring, char *buf, size_t n)
{
	if (n > ring_length(ring))
		n = ring_length(ring);
	for (size_t i = 0; i < n; i++)
		buf[i] = ring->buf[(ring->total - n + i) % RING_SIZE];
	return n;
}

int ring_file(const struct ring *ring)
{
	size_t n = ring_length(ring), at = (ring->total - n) % RING_SIZE, end = RING_SIZE - at;
	int fd = sys_memfd("output"), err;

	if (fd < 0)
		return fd;
	if (end > n)
		end = n;
	err = sys_write_all(fd, ring->buf + at, end);
	if (err == 0)
		err = sys_write_all(fd, ring->buf, n - end);
	if (err == 0)
		err = sys_rewind(fd);
	if (err == 0)
		return fd;
	sys_close(fd);
	return err;
}
