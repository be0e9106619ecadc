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
	if (ENABLE_JOBS && io->empty_fd > 0)
		sys_close(io->empty_fd);
}

/* Copies a piece of one file to another. Returns 1, 0 at the end, or -errno. */
static int copy_piece(int from, int to)
{
	char buf[COPY_SIZE];
	ssize_t n = sys_read(from, buf, sizeof(buf));
	int err = n > 0 ? sys_write_all(to, buf, (size_t)n) : 0;

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
			more = copy_piece(STDIN_FILENO, io->in_fd);
	}
	return more;
}

/* No script reads in_fd while others get copies of it, so its offset is ours. */
static int copy_input(const struct script_io *io)
{
	int fd = open_copy();
	int more = fd < 0 ? fd : sys_rewind(io->in_fd);

	if (more == 0)
		do {
			more = copy_piece(io->in_fd, fd);
		} while (more > 0);
	if (more == 0)
		more = sys_rewind(fd);
	if (more == 0)
		return fd;
	sys_close(fd);
	return more;
}

/* There may be no /dev/null. A pipe that nobody can write to is as empty. */
static int open_empty(void)
{
	int fd = sys_open(AT_FDCWD, "/dev/null", O_RDONLY, 0), ends[2];

	if (fd >= 0)
		return fd;
	fd = sys_pipe(ends);
	if (fd < 0)
		return fd;
	sys_close(ends[1]);
	return ends[0];
}

int script_io_open_input(struct script_io *io)
{
	if (io->in_fd)
		return copy_input(io);
	if (io->empty_fd <= 0)
		io->empty_fd = open_empty();
	return io->empty_fd;
}

void script_io_close_input(const struct script_io *io, int fd)
{
	if (fd != io->empty_fd && fd != io->in_fd)
		sys_close(fd);
}

int script_io_open_rings(struct script_io *io, struct mem *mem, size_t n)
{
	io->rings = mem_alloc(mem, (n + 1) * sizeof(*io->rings));
	if (!io->rings)
		return -ENOMEM;
	io->failed = &io->rings[n];
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
