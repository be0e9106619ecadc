/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock: the two clocks. All times are nanoseconds in an int64_t. Durations and deadlines are
 * measured with CLOCK_MONOTONIC; the wall clock is for printing only.
 */
#ifndef SYS_CLOCK_H
#define SYS_CLOCK_H

#include <stdint.h>

#define NS_PER_SEC INT64_C(1000000000)
#define NS_PER_MS INT64_C(1000000)
#define NS_PER_US INT64_C(1000)

/* Returns the time of CLOCK_MONOTONIC. */
int64_t sys_now_ns(void);

/* Returns the time `ns` from now by that clock, or INT64_MAX if that does not fit into 64 bits. */
int64_t sys_after_ns(int64_t ns);

/* Returns the nearest number of milliseconds, for printing. */
static inline int64_t sys_ns_to_ms(int64_t ns)
{
	return (ns + NS_PER_MS / 2) / NS_PER_MS;
}

/* Returns the nanoseconds since 1970 by the wall clock. */
int64_t sys_wall_ns(void);

#endif
