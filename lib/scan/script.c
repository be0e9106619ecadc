/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/script.h"

#include <fcntl.h>
#include <string.h>

#include "base/text.h"
#include "sys/fd.h"

ssize_t script_read_start(int dirfd, const char *path, char *start)
{
	/* The file may have become a fifo or a terminal since it was looked at. */
	int fd = sys_open(dirfd, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	ssize_t n = fd < 0 ? fd : sys_read(fd, start, SCRIPT_START_SIZE - 1);

	sys_close(fd);
	start[n < 0 ? 0 : n] = '\0';
	return n;
}

bool script_is_text(const char *start, size_t n)
{
	size_t line = text_until(start, "\n");

	return line == n || start[line] == '\n';
}

const char *script_interpreter(char *start)
{
	char *name;

	if (strncmp(start, "#!", 2) != 0)
		return NULL;
	name = start + 2 + text_span(start + 2, " \t");
	name[text_until(name, " \t\n")] = '\0';
	return name;
}
