/* SPDX-License-Identifier: Apache-2.0 */
/* sys_impl, private to lib/sys: turns the result of libc's functions into a value or -errno. */
#ifndef SYS_IMPL_H
#define SYS_IMPL_H

#include <errno.h>

/* Takes the result of a system call function of libc. Returns it, or -errno if it is -1. */
static inline long value_or_errno(long result)
{
	return result == -1 ? -errno : result;
}

#endif
