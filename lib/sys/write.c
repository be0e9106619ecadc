/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/write.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include "sys/fd.h"
#include "sys/path.h"
#include "sys/sys_impl.h"

int sys_write_all(int fd, const void *buf, size_t size)
{
	struct pollfd room = { .fd = fd, .events = POLLOUT };
	const char *at = buf, *end = at + size;

	while (at < end) {
		long n = value_or_errno(write(fd, at, (size_t)(end - at)));

		if (n > 0)
			at += n;
		else if (n == -EAGAIN)
			(void)sys_poll(&room, 1, -1);
		else if (n != -EINTR)
			return n ? (int)n : -EIO;
	}
	return 0;
}

bool sys_is_mid_line(int fd, const char *path)
{
	int flags = sys_fcntl(fd, F_GETFL, 0), reader = -1;
	char before = '\n';
	struct stat st;
	off_t at;

	if (flags < 0 || sys_fstat(fd, &st) < 0 || !S_ISREG(st.st_mode))
		return false;
	at = (flags & O_APPEND) ? st.st_size : lseek(fd, 0, SEEK_CUR);
	if (at > 0)
		reader = sys_open(AT_FDCWD, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	if (reader >= 0)
		(void)!pread(reader, &before, 1, at - 1);
	sys_close(reader);
	return before != '\n';
}

void sys_try_write(int fd, const void *buf, size_t size)
{
	(void)!write(fd, buf, size);
}
