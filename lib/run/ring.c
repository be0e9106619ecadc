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

size_t ring_last(const struct ring *ring, char *buf, size_t n)
{
	if (n > RING_SIZE)
		n = RING_SIZE;
	if (n > ring->total)
		n = (size_t)ring->total;
	for (size_t i = 0; i < n; i++)
		buf[i] = ring->buf[(ring->total - n + i) % RING_SIZE];
	return n;
}

int ring_file(const struct ring *ring)
{
	size_t end = ring->total % RING_SIZE;
	int fd = sys_memfd("output"), err = 0;

	if (fd < 0)
		return fd;
	/* If the ring is full, its oldest byte follows the newest one. */
	if (ring->total >= RING_SIZE)
		err = sys_write_all(fd, ring->buf + end, RING_SIZE - end);
	if (err == 0)
		err = sys_write_all(fd, ring->buf, end);
	if (err == 0)
		err = sys_rewind(fd);
	if (err == 0)
		return fd;
	sys_close(fd);
	return err;
}
