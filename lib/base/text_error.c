/* SPDX-License-Identifier: Apache-2.0 */
/* The meaning of errno values. */
#include <errno.h>

#include "base/text.h"
#include "sys/util.h"

/* Those that a call of ours can give, in musl's words. Its strerror(3) has twice as many. */
static const struct {
	int error;
	const char *meaning;
} meanings[] = {
	{ EPERM, "Operation not permitted" },
	{ ENOENT, "No such file or directory" },
	{ EIO, "I/O error" },
	{ ENXIO, "No such device or address" },
	{ E2BIG, "Argument list too long" },
	{ ENOEXEC, "Exec format error" },
	{ EBADF, "Bad file descriptor" },
	{ EAGAIN, "Resource temporarily unavailable" },
	{ ENOMEM, "Out of memory" },
	{ EACCES, "Permission denied" },
	{ EBUSY, "Resource busy" },
	{ EEXIST, "File exists" },
	{ EXDEV, "Cross-device link" },
	{ ENODEV, "No such device" },
	{ ENOTDIR, "Not a directory" },
	{ EISDIR, "Is a directory" },
	{ EINVAL, "Invalid argument" },
	{ ENFILE, "Too many open files in system" },
	{ EMFILE, "No file descriptors available" },
	{ ETXTBSY, "Text file busy" },
	{ EFBIG, "File too large" },
	{ ENOSPC, "No space left on device" },
	{ EROFS, "Read-only file system" },
	{ EMLINK, "Too many links" },
	{ EPIPE, "Broken pipe" },
	{ ENAMETOOLONG, "Filename too long" },
	{ ENOLCK, "No locks available" },
	{ ENOSYS, "Function not implemented" },
	{ ELOOP, "Symbolic link loop" },
	{ ELIBBAD, "Unsupported executable" },
	{ EOVERFLOW, "Value too large" },
	{ ECONNREFUSED, "Connection refused" },
	{ ESTALE, "Stale file handle" },
	{ EDQUOT, "Quota exceeded" },
};

const char *text_error(int error)
{
	for (size_t i = 0; i < countof(meanings); i++)
		if (meanings[i].error == error)
			return meanings[i].meaning;
	return "unknown error";
}
