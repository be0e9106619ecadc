#include "streams.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan.h"
#include "sys.h"

#define COPY_SIZE 16384

static int open_file(void)
{
	const char *dir = getenv("TMPDIR");
	int fd = sys_memfd();

	if (fd >= 0)
		return fd;
	return sys_open(AT_FDCWD, dir && *dir ? dir : "/tmp", O_TMPFILE | O_RDWR | O_EXCL, 0600);
}

static int copy(int from, int to)
{
	char buf[COPY_SIZE];
	ssize_t n;
	int err = 0;

	while (err == 0 && (n = sys_read(from, buf, sizeof(buf))) != 0)
		err = n < 0 ? (int)n : sys_write_all(to, buf, (size_t)n);
	return err;
}

int streams_keep_stdin(struct streams *streams)
{
	int fd = open_file(), err;

	if (fd < 0)
		return fd;
	err = copy(STDIN_FILENO, fd);
	if (err < 0)
		sys_close(fd);
	else
		streams->in_fd = fd;
	return err;
}

static int write_name(const struct part *part, int fd)
{
	int err = sys_write_all(fd, part->path, strlen(part->path));

	return err ? err : sys_write_all(fd, ":\n", 2);
}

bool streams_pass_on(struct streams *streams, const struct part *part, int fd, const char *bytes,
		     size_t n)
{
	int err = 0;

	if (streams->named != part)
		err = write_name(part, fd);
	if (err == 0) {
		streams->named = part;
		err = sys_write_all(fd, bytes, n);
	}
	if (err < 0 && !streams->error)
		streams->error = -err;
	return err == 0;
}

void streams_close(struct streams *streams)
{
	if (streams->in_fd > 0)
		sys_close(streams->in_fd);
}
