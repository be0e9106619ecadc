/* SPDX-License-Identifier: Apache-2.0 */
/* ring: the last bytes of what came, in pieces of all sizes. */
#include "run/ring.h"

#include <string.h>
#include <unistd.h>

#include "sys/fd.h"
#include "unit.h"

/* The byte at this place of all that comes. */
static char byte_at(uint64_t place)
{
	return (char)(place * 7 + place / 251);
}

static void add(struct ring *ring, size_t n)
{
	static char bytes[4 * RING_SIZE];

	for (size_t i = 0; i < n; i++)
		bytes[i] = byte_at(ring->total + i);
	ring_add(ring, bytes, n);
}

static bool is_last(const char *got, size_t n, uint64_t total)
{
	for (size_t i = 0; i < n; i++)
		if (got[i] != byte_at(total - n + i))
			return false;
	return true;
}

static size_t least(size_t a, size_t b)
{
	return a < b ? a : b;
}

static void check(size_t pieces, size_t size)
{
	static char got[RING_SIZE + 1];
	static struct ring ring;
	size_t kept = least(pieces * size, RING_SIZE), last = least(kept, 4096);
	int fd;

	ring.total = 0;
	for (size_t i = 0; i < pieces; i++)
		add(&ring, size);
	unit_check(ring.total == pieces * size, "ring: counts all");
	unit_check(ring_last(&ring, got, 4096) == last && is_last(got, last, ring.total),
		   "ring_last");
	fd = ring_file(&ring);
	unit_check(fd >= 0 && read(fd, got, sizeof(got)) == (ssize_t)kept &&
			   is_last(got, kept, ring.total),
		   "ring_file");
	sys_close(fd);
}

/* After 4 GiB, a count of 32 bits would begin again. */
static void check_after_4_gib(void)
{
	static char got[RING_SIZE];
	static struct ring ring = { .total = ((uint64_t)1 << 32) - RING_SIZE };

	add(&ring, RING_SIZE + 5);
	unit_check(ring_last(&ring, got, RING_SIZE) == RING_SIZE &&
			   is_last(got, RING_SIZE, ring.total),
		   "ring: the last of more than 4 GiB");
}

void test_ring(void)
{
	check_after_4_gib();
	check(0, 1);
	check(1, 1);
	check(1, RING_SIZE - 1);
	check(1, RING_SIZE);
	check(1, RING_SIZE + 1);
	check(1, 3 * RING_SIZE + 5);
	check(1000, 333);
	check(RING_SIZE / 4, 5);
}
