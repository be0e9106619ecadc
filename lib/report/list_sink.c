/* SPDX-License-Identifier: Apache-2.0 */
#include "report/list_sink.h"

#include <errno.h>
#include <unistd.h>

#include "report/event.h"
#include "sys/write.h"

void list_sink_handle(void *self, const struct event *event)
{
	struct list_sink *sink = self;
	struct text *list = &sink->list;

	if (event->kind != EV_PART_LISTED)
		return;
	if (sink->with_phase) {
		text_str(list, event->phase);
		text_char(list, '\t');
	}
	text_str(list, event->part->path);
	if (ENABLE_JOBS && event->part->group)
		text_fmt(list, "\t%d", event->part->group);
	text_char(list, '\n');
}

int list_sink_finish(const struct list_sink *sink)
{
	if (sink->list.truncated)
		return -ENOMEM;
	return sys_write_all(STDOUT_FILENO, sink->list.buf, sink->list.len);
}
