/* SPDX-License-Identifier: Apache-2.0 */
#include "report/list_sink.h"

#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "report/event.h"
#include "sys/write.h"

static void write_list(struct list_sink *sink)
{
	int err = sink->error ? 0 : sys_write_all(STDOUT_FILENO, sink->buf, sink->len);

	if (err < 0)
		sink->error = -err;
	sink->len = 0;
}

static void add_to_list(struct list_sink *sink, const char *s)
{
	for (; *s; s++) {
		sink->buf[sink->len++] = *s;
		if (sink->len == sizeof(sink->buf))
			write_list(sink);
	}
}

void list_sink_handle(void *self, const struct event *event)
{
	struct list_sink *sink = self;

	if (event->kind != EV_PART_LISTED)
		return;
	if (sink->with_phase) {
		add_to_list(sink, event->phase);
		add_to_list(sink, "\t");
	}
	add_to_list(sink, event->part->path);
	if (ENABLE_JOBS && event->part->group) {
		char buf[16];
		struct text number = TEXT_OVER(buf);

		text_fmt(&number, "\t%d", event->part->group);
		add_to_list(sink, buf);
	}
	add_to_list(sink, "\n");
}

int list_sink_finish(struct list_sink *sink)
{
	write_list(sink);
	return -sink->error;
}
