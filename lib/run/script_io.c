/* SPDX-License-Identifier: Apache-2.0 */
#include "run/script_io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scan/scan.h"
#include "sys/fd.h"
#include "sys/mem.h"
#include "sys/write.h"

/* Bytes of standard input that are read at a time. */
#define COPY_SIZE 16384

static int open_temporary_file(void)
{
	const char *dir = getenv("TMPDIR");

	return sys_open(AT_FDCWD, dir && *dir ? dir : "/tmp", O_TMPFILE | O_RDWR | O_EXCL, 0600);
}

/*
 * Copies the first `size` bytes of `full` to a new file and closes `full`. Returns the file or
 * -errno.
 */
static int move_to_file(int full, off_t size)
{
	int file = open_temporary_file(), err = file;

	if (file >= 0)
		err = sys_copy_file(file, full, size);
	sys_close(full);
	if (err == 0)
		return file;
	sys_close(file);
	return err;
}

int script_io_keep_stdin(struct script_io *io)
{
	char buf[COPY_SIZE];
	int fd = sys_memfd("stdin"), err;
	off_t size = 0;
	ssize_t n;

	if (fd < 0)
		fd = open_temporary_file();
	for (err = fd; err >= 0 && (n = sys_read(STDIN_FILENO, buf, sizeof(buf))) != 0; size += n) {
		err = n < 0 ? (int)n : sys_write_all(fd, buf, (size_t)n);
		if (err == 0 || n < 0)
			continue;
		/*
		 * Bytes that this write has written are not moved; all of them are written again.
		 */
		fd = move_to_file(fd, size);
		if (fd >= 0)
			err = sys_write_all(fd, buf, (size_t)n);
	}
	if (err < 0)
		sys_close(fd);
	else
		io->in_fd = fd;
	return err < 0 ? err : 0;
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

void script_io_close(struct script_io *io)
{
	if (io->in_fd > 0)
		sys_close(io->in_fd);
}
