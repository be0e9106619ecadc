#include "report/list_sink.h"

#include <string.h>
#include <unistd.h>

#include "report/event.h"
#include "sys/write.h"

static void flush(struct list_sink *sink)
{
	int err = sink->error ? 0 : sys_write_all(STDOUT_FILENO, sink->buf, sink->len);

	if (err < 0)
		sink->error = -err;
	sink->len = 0;
}

static void put(struct list_sink *sink, const char *s)
{
	for (; *s; s++) {
		sink->buf[sink->len++] = *s;
		if (sink->len == sizeof(sink->buf))
			flush(sink);
	}
}

void list_sink_handle(void *self, const struct event *event)
{
	struct list_sink *sink = self;

	if (event->kind != EV_PART_LISTED)
		return;
	if (sink->with_phase) {
		put(sink, event->phase);
		put(sink, "\t");
	}
	put(sink, event->part->path);
	put(sink, "\n");
}

int list_sink_finish(struct list_sink *sink)
{
	flush(sink);
	return -sink->error;
}
