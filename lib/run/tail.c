#include "run/tail.h"

#include <string.h>

#include "sys/fd.h"
#include "sys/write.h"

void tail_add(struct tail *tail, const char *bytes, size_t n)
{
	while (n > 0) {
		size_t at = tail->total % TAIL_SIZE, room = TAIL_SIZE - at;
		size_t piece = n < room ? n : room;

		memcpy(tail->buf + at, bytes, piece);
		tail->total += piece;
		bytes += piece;
		n -= piece;
	}
}

void tail_copy(struct tail *to, const struct tail *from)
{
	memcpy(to->buf, from->buf, TAIL_SIZE);
	to->total = from->total;
}

static size_t length(const struct tail *tail)
{
	return tail->total < TAIL_SIZE ? tail->total : TAIL_SIZE;
}

size_t tail_last(const struct tail *tail, char *buf, size_t n)
{
	if (n > length(tail))
		n = length(tail);
	for (size_t i = 0; i < n; i++)
		buf[i] = tail->buf[(tail->total - n + i) % TAIL_SIZE];
	return n;
}

int tail_file(const struct tail *tail)
{
	size_t n = length(tail), at = (tail->total - n) % TAIL_SIZE, end = TAIL_SIZE - at;
	int fd = sys_memfd("output"), err;

	if (fd < 0)
		return fd;
	if (end > n)
		end = n;
	err = sys_write_all(fd, tail->buf + at, end);
	if (err == 0)
		err = sys_write_all(fd, tail->buf, n - end);
	if (err == 0)
		err = sys_rewind(fd);
	if (err == 0)
		return fd;
	sys_close(fd);
	return err;
}
