#include <errno.h>

#include "base/text.h"

#define ERRORS(ERROR)                                     \
	ERROR(EPERM, "Operation not permitted")           \
	ERROR(ENOENT, "No such file or directory")        \
	ERROR(EIO, "I/O error")                           \
	ERROR(ENXIO, "No such device or address")         \
	ERROR(E2BIG, "Argument list too long")            \
	ERROR(ENOEXEC, "Exec format error")               \
	ERROR(EBADF, "Bad file descriptor")               \
	ERROR(EAGAIN, "Resource temporarily unavailable") \
	ERROR(ENOMEM, "Out of memory")                    \
	ERROR(EACCES, "Permission denied")                \
	ERROR(EBUSY, "Resource busy")                     \
	ERROR(EEXIST, "File exists")                      \
	ERROR(EXDEV, "Cross-device link")                 \
	ERROR(ENODEV, "No such device")                   \
	ERROR(ENOTDIR, "Not a directory")                 \
	ERROR(EISDIR, "Is a directory")                   \
	ERROR(EINVAL, "Invalid argument")                 \
	ERROR(ENFILE, "Too many open files in system")    \
	ERROR(EMFILE, "No file descriptors available")    \
	ERROR(ETXTBSY, "Text file busy")                  \
	ERROR(EFBIG, "File too large")                    \
	ERROR(ENOSPC, "No space left on device")          \
	ERROR(EROFS, "Read-only file system")             \
	ERROR(EMLINK, "Too many links")                   \
	ERROR(EPIPE, "Broken pipe")                       \
	ERROR(ENAMETOOLONG, "Filename too long")          \
	ERROR(ENOLCK, "No locks available")               \
	ERROR(ENOSYS, "Function not implemented")         \
	ERROR(ELOOP, "Symbolic link loop")                \
	ERROR(ELIBBAD, "Unsupported executable")          \
	ERROR(EOVERFLOW, "Value too large")               \
	ERROR(ECONNREFUSED, "Connection refused")         \
	ERROR(ESTALE, "Stale file handle")                \
	ERROR(EDQUOT, "Quota exceeded")

TEXT_LIST(errors, ERRORS(TEXT_ROOM), ERRORS(TEXT_ROW), "unknown error")

const char *text_error(int error)
{
	return text_numbered(TEXT_FIRST(errors), error);
}
