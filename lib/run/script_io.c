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
#include "sys/path.h"
#include "sys/write.h"

/* Bytes of standard input that are read at a time. */
#define COPY_SIZE 16384

/* The most bytes of standard input that are kept in memory; more of them need a file. */
#define IN_MEMORY_MAX (1 << 20)

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

/* Moves what has been kept to a file, in which the rest follows. */
static int move_to_file(struct script_io *io)
{
	const char *dir = getenv("TMPDIR");
	int file = dir && *dir ? open_temporary_file(dir) : -ENOENT, err;

	io->in_note = "; more than 1 MiB needs room for a file in TMPDIR or /tmp";
	if (file < 0)
		file = open_temporary_file("/tmp");
	err = file < 0 ? file : sys_copy_file(file, io->in_fd, io->in_size);
	if (err < 0) {
		sys_close(file);
		return err;
	}
	sys_close(io->in_fd);
	io->in_fd = file;
	io->in_file = true;
	return 0;
}

void script_io_close(struct script_io *io)
{
	if (io->in_fd > 0)
		sys_close(io->in_fd);
}

/* Reads a piece of our standard input and keeps it. Returns 1, 0 at the end, or -errno. */
static int keep_piece(struct script_io *io)
{
	char buf[COPY_SIZE];
	int err = 0;
	ssize_t n;

	if (!io->in_fd) {
		io->in_note = "";
		io->in_fd = sys_memfd("stdin");
		err = io->in_fd < 0 ? move_to_file(io) : 0;
	}
	n = err < 0 ? err : sys_read(STDIN_FILENO, buf, sizeof(buf));
	if (n <= 0)
		return (int)n;
	err = io->in_file || io->in_size + n <= IN_MEMORY_MAX ?
		      sys_write_all(io->in_fd, buf, (size_t)n) :
		      -EFBIG;
	/* Bytes of the piece that are in memory already are not moved: it is written again. */
	if (err < 0 && !io->in_file) {
		err = move_to_file(io);
		if (err == 0)
			err = sys_write_all(io->in_fd, buf, (size_t)n);
	}
	io->in_size += n;
	return err < 0 ? err : 1;
}

int script_io_keep_stdin(struct script_io *io, struct loop *loop, int64_t deadline_ns)
{
	int more = 1;

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

static int write_name(const struct part *part, int fd)
{
	int err = sys_write_all(fd, part->path, strlen(part->path));

	return err ? err : sys_write_all(fd, ":\n", 2);
}

int script_io_write(struct script_io *io, const struct part *part, int fd, const char *bytes,
		    ssize_t n)
{
	int err = n < 0 ? (int)n : 0;

	if (err == 0 && io->report && io->named != part)
		err = write_name(part, fd);
	if (err == 0) {
		io->named = part;
		err = sys_write_all(fd, bytes, (size_t)n);
	}
	if (err < 0 && err != -ECANCELED && !io->error)
		io->error = -err;
	return err;
}
