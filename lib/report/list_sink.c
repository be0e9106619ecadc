#include "report/list_sink.h"

#include <string.h>
#include <unistd.h>

#include "report/event.h"
#include "sys/write.h"

static void flush(struct list_sink *listing)
{
	int err = listing->error ? 0 : sys_write_all(STDOUT_FILENO, listing->buf, listing->len);

	if (err < 0)
		listing->error = -err;
	listing->len = 0;
}

static void put(struct list_sink *listing, const char *s)
{
	for (; *s; s++) {
		listing->buf[listing->len++] = *s;
		if (listing->len == sizeof(listing->buf))
			flush(listing);
	}
}

void list_sink_handle(void *self, const struct event *event)
{
	struct list_sink *listing = self;

	if (event->kind != EV_PART_LISTED)
		return;
	if (listing->with_phase) {
		put(listing, event->phase);
		put(listing, "\t");
	}
	put(listing, event->part->path);
	put(listing, "\n");
}

int list_sink_finish(struct list_sink *listing)
{
	flush(listing);
	return -listing->error;
}
