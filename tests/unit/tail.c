/* tail: the last bytes of what came, in pieces of all sizes. */
#include "tail.h"

#include <string.h>
#include <unistd.h>

#include "sys.h"
#include "unit.h"

/* The byte at this place of all that comes. */
static char byte_at(size_t place)
{
	return (char)(place * 7 + place / 251);
}

static void add(struct tail *tail, size_t n)
{
	char piece[1000];

	for (size_t done = 0; done < n; done += sizeof(piece)) {
		size_t now = n - done < sizeof(piece) ? n - done : sizeof(piece);

		for (size_t i = 0; i < now; i++)
			piece[i] = byte_at(tail->total + i);
		tail_add(tail, piece, now);
	}
}

static bool is_last(const char *got, size_t n, size_t total)
{
	for (size_t i = 0; i < n; i++)
		if (got[i] != byte_at(total - n + i))
			return false;
	return true;
}

static void check(size_t pieces, size_t size)
{
	static char room[TAIL_SIZE], got[TAIL_SIZE + 1];
	struct tail tail = { .buf = room };
	size_t kept = pieces * size < TAIL_SIZE ? pieces * size : TAIL_SIZE;
	int fd;

	for (size_t i = 0; i < pieces; i++)
		add(&tail, size);
	unit_check(tail.total == pieces * size, "tail: counts all");
	unit_check(tail_last(&tail, got, 4096) == (kept < 4096 ? kept : 4096) &&
			   is_last(got, kept < 4096 ? kept : 4096, tail.total),
		   "tail_last");
	fd = tail_file(&tail);
	unit_check(fd >= 0 && read(fd, got, sizeof(got)) == (ssize_t)kept &&
			   is_last(got, kept, tail.total),
		   "tail_file");
	sys_close(fd);
}

void test_tail(void)
{
	check(0, 0);
	check(1, 1);
	check(1, TAIL_SIZE - 1);
	check(1, TAIL_SIZE);
	check(1, TAIL_SIZE + 1);
	check(1, 3 * TAIL_SIZE + 5);
	check(1000, 333);
	check(TAIL_SIZE / 4, 5);
}
