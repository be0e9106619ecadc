/* SPDX-License-Identifier: Apache-2.0 */
#include "run/script_io.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "scan/scan.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/mem.h"
#include "sys/output.h"
#include "sys/path.h"
#include "sys/write.h"

/* Bytes of standard input that are read at a time. */
#define COPY_SIZE 16384

/* The file loses its name at once. Files that never had one are not to be had everywhere. */
static int open_temporary_file(const char *dir)
{
	char path[PATH_MAX];
	struct text text = TEXT_OVER(path);
	int fd;

	text_str(&text, dir);
	text_fmt(&text, "/run-parts.%lld", (long long)sys_wall_ns());
	if (text.truncated)
		return -ENAMETOOLONG;
	fd = sys_open(AT_FDCWD, path, O_RDWR | O_CREAT | O_EXCL, 0600);
	if (fd >= 0)
		(void)sys_unlink(path);
	return fd;
}

/* Where there is no room for a file, the copy is in memory. */
static int open_copy(void)
{
	const char *dir = getenv("TMPDIR");
	int fd = dir && *dir ? open_temporary_file(dir) : -ENOENT;

	if (fd < 0)
		fd = open_temporary_file("/tmp");
	return fd < 0 ? sys_memfd("stdin") : fd;
}

void script_io_close(struct script_io *io)
{
	if (io->in_fd > 0)
		sys_close(io->in_fd);
}

/* Reads a piece of our standard input and keeps it. Returns 1, 0 at the end, or -errno. */
static int keep_piece(const struct script_io *io)
{
	char buf[COPY_SIZE];
	ssize_t n = sys_read(STDIN_FILENO, buf, sizeof(buf));
	int err = n > 0 ? sys_write_all(io->in_fd, buf, (size_t)n) : 0;

	if (n <= 0)
		return (int)n;
	return err < 0 ? err : 1;
}

int script_io_keep_stdin(struct script_io *io, struct loop *loop, int64_t deadline_ns)
{
	int more = 1;

	io->in_fd = open_copy();
	if (io->in_fd < 0)
		return io->in_fd;
	while (more > 0) {
		more = loop_wait_for_input(loop, STDIN_FILENO, deadline_ns);
		if (more == 0)
			more = keep_piece(io);
	}
	return more;
}

int script_io_open_rings(struct script_io *io, struct mem *mem)
{
	char *room = mem_alloc(mem, (LOOP_SLOTS + 1) * (size_t)RING_SIZE);

	if (!room)
		return -ENOMEM;
	io->failed.buf = room;
	for (size_t i = 0; i < LOOP_SLOTS; i++)
		io->rings[i].buf = room + (i + 1) * RING_SIZE;
	return 0;
}

bool script_io_write(struct script_io *io, const struct part *part, int fd, const char *bytes,
		     ssize_t n)
{
	struct output *out = io->out[fd];

	if (n < 0) {
		if (!io->error)
			io->error = (int)-n;
		return true;
	}
	if (io->report && (io->named != part || io->named_on->error)) {
		output_add(out, part->path, strlen(part->path), true);
		output_add(out, ":\n", 2, true);
		io->named = part;
		io->named_on = out;
	}
	output_add(out, bytes, (size_t)n, true);
	return !out->has_no_reader;
}

int script_io_error(const struct script_io *io)
{
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		if (io->out[fd]->error)
			return io->out[fd]->error;
	return io->error;
}
