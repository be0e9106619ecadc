/* SPDX-License-Identifier: Apache-2.0 */
/* sys_impl, private to lib/sys: turns the result of libc's functions into a value or -errno. */
#ifndef SYS_IMPL_H
#define SYS_IMPL_H

#include <errno.h>
#include <stdint.h>
#include <time.h>

#include "sys/clock.h"

/* Takes the result of a system call function of libc. Returns it, or -errno if it is -1. */
static inline long value_or_errno(long result)
{
	return result == -1 ? -errno : result;
}

/* A span of time as the kernel wants it. */
static inline struct timespec to_timespec(int64_t ns)
{
	return (struct timespec){ .tv_sec = (time_t)(ns / NS_PER_SEC),
				  .tv_nsec = (long)(ns % NS_PER_SEC) };
}

#endif
