/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/datagram.h"

#include <sys/socket.h>
#include <sys/un.h>

#include "sys/fd.h"
#include "sys/sys_impl.h"

/* Nothing is bound to what is left of a path that is too long. */
static struct sockaddr_un to_address(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	for (size_t i = 0; path[i] && i + 1 < sizeof(address.sun_path); i++)
		address.sun_path[i] = path[i];
	return address;
}

int sys_connect_datagram(const char *path)
{
	struct sockaddr_un address = to_address(path);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int err;

	if (fd < 0)
		return -errno;
	if (connect(fd, (const struct sockaddr *)&address, sizeof(address)) == 0)
		return fd;
	err = -errno;
	sys_close(fd);
	return err;
}

void sys_send_datagram(int fd, const char *path, const void *bytes, size_t n)
{
	struct sockaddr_un address = to_address(path);

	if (send(fd, bytes, n, MSG_NOSIGNAL) >= 0 || (errno != ECONNREFUSED && errno != ENOTCONN))
		return;
	(void)sendto(fd, bytes, n, MSG_NOSIGNAL, (const struct sockaddr *)&address,
		     sizeof(address));
}
