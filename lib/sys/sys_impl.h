/* sys_impl, private to lib/sys: how libc's way to report an error becomes ours. */
#ifndef SYS_IMPL_H
#define SYS_IMPL_H

#include <errno.h>

/* The result of a system call of libc's: the value, or -errno where it was -1. */
static inline long value_or_errno(long result)
{
	return result == -1 ? -errno : result;
}

#endif
