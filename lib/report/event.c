#include "report/event.h"

void event_add_sink(struct sinks *sinks, void (*handle)(void *, const struct event *), void *self)
{
	sinks->v[sinks->n++] = (struct sink){ .handle = handle, .self = self };
}

void event_emit(const struct sinks *sinks, const struct event *event)
{
	for (size_t i = 0; i < sinks->n; i++)
		sinks->v[i].handle(sinks->v[i].self, event);
}
