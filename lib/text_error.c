#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "sys.h"
#include "text.h"

/* The words for numbers[i] are string i of words. */
static const uint16_t numbers[] = {
	EPERM,        ENOENT, EINTR,  EIO,     ENXIO,   E2BIG,     ENOEXEC, EBADF,   ECHILD,
	EAGAIN,       ENOMEM, EACCES, EBUSY,   EEXIST,  EXDEV,     ENODEV,  ENOTDIR, EISDIR,
	EINVAL,       ENFILE, EMFILE, ETXTBSY, EFBIG,   ENOSPC,    EROFS,   EMLINK,  EPIPE,
	ENAMETOOLONG, ENOLCK, ENOSYS, ELOOP,   ELIBBAD, EOVERFLOW, ESTALE,  EDQUOT,
};

static const char words[] = "Operation not permitted\0"
			    "No such file or directory\0"
			    "Interrupted system call\0"
			    "I/O error\0"
			    "No such device or address\0"
			    "Argument list too long\0"
			    "Exec format error\0"
			    "Bad file descriptor\0"
			    "No child process\0"
			    "Resource temporarily unavailable\0"
			    "Out of memory\0"
			    "Permission denied\0"
			    "Resource busy\0"
			    "File exists\0"
			    "Cross-device link\0"
			    "No such device\0"
			    "Not a directory\0"
			    "Is a directory\0"
			    "Invalid argument\0"
			    "Too many open files in system\0"
			    "No file descriptors available\0"
			    "Text file busy\0"
			    "File too large\0"
			    "No space left on device\0"
			    "Read-only file system\0"
			    "Too many links\0"
			    "Broken pipe\0"
			    "Filename too long\0"
			    "No locks available\0"
			    "Function not implemented\0"
			    "Symbolic link loop\0"
			    "Unsupported executable\0"
			    "Value too large\0"
			    "Stale file handle\0"
			    "Quota exceeded\0"
			    "unknown error";

const char *text_error(int error)
{
	const char *word = words;

	for (size_t i = 0; i < countof(numbers) && numbers[i] != error; i++)
		word += strlen(word) + 1;
	return word;
}
