/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a whole file into a text. */
#include <errno.h>

#include "base/text.h"
#include "sys/fd.h"

/* Files that are read as a whole are small, and so may our stack be. */
#define READ_SIZE 4096

int text_read(struct text *text, int fd, size_t max)
{
	char buf[READ_SIZE];
	ssize_t n;

	text_str(text, "");
	while ((n = sys_read(fd, buf, sizeof(buf))) > 0 && !text->truncated) {
		if ((size_t)n > max - text->len)
			return -EFBIG;
		text_add(text, buf, (size_t)n);
	}
	if (n < 0)
		return (int)n;
	return text->truncated ? -ENOMEM : 0;
}
