/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/clock.h"

#include <time.h>

static int64_t clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (int64_t)ts.tv_sec * NS_PER_SEC + ts.tv_nsec;
}

int64_t sys_now_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

int64_t sys_after_ns(int64_t ns)
{
	int64_t then_ns;

	return __builtin_add_overflow(sys_now_ns(), ns, &then_ns) ? INT64_MAX : then_ns;
}

int64_t sys_wall_ns(void)
{
	return clock_ns(CLOCK_REALTIME);
}
