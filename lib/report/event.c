/* SPDX-License-Identifier: Apache-2.0 */
#include "report/event.h"

#include "sys/clock.h"

void event_add_sink(struct sinks *sinks, void (*handle)(void *, const struct event *), void *self)
{
	/* run_open_sinks adds a fixed number at most, so this is a mistake in the program. */
	if (sinks->n == SINKS_MAX)
		__builtin_trap();
	sinks->v[sinks->n++] = (struct sink){ .handle = handle, .self = self };
}

void event_emit(const struct sinks *sinks, const struct event *event)
{
	struct event stamped = *event;

	stamped.at_ns = sys_now_ns();
	stamped.wall_ns = sys_wall_ns();
	for (size_t i = 0; i < sinks->n; i++)
		sinks->v[i].handle(sinks->v[i].self, &stamped);
}
