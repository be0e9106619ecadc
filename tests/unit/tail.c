/* tail: the last bytes of what came, in pieces of all sizes. */
#include "run/tail.h"

#include <string.h>
#include <unistd.h>

#include "sys/fd.h"
#include "unit.h"

/* The byte at this place of all that comes. */
static char byte_at(size_t place)
{
	return (char)(place * 7 + place / 251);
}

static void add(struct tail *tail, size_t n)
{
	static char bytes[4 * TAIL_SIZE];

	for (size_t i = 0; i < n; i++)
		bytes[i] = byte_at(tail->total + i);
	tail_add(tail, bytes, n);
}

static bool is_last(const char *got, size_t n, size_t total)
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
	static char room[TAIL_SIZE] = { 0 }, got[TAIL_SIZE + 1];
	struct tail tail = { .buf = room };
	size_t kept = least(pieces * size, TAIL_SIZE), last = least(kept, 4096);
	int fd;

	for (size_t i = 0; i < pieces; i++)
		add(&tail, size);
	unit_check(tail.total == pieces * size, "tail: counts all");
	unit_check(tail_last(&tail, got, 4096) == last && is_last(got, last, tail.total),
		   "tail_last");
	fd = tail_file(&tail);
	unit_check(fd >= 0 && read(fd, got, sizeof(got)) == (ssize_t)kept &&
			   is_last(got, kept, tail.total),
		   "tail_file");
	sys_close(fd);
}

void test_tail(void)
{
	check(0, 1);
	check(1, 1);
	check(1, TAIL_SIZE - 1);
	check(1, TAIL_SIZE);
	check(1, TAIL_SIZE + 1);
	check(1, 3 * TAIL_SIZE + 5);
	check(1000, 333);
	check(TAIL_SIZE / 4, 5);
}
