/*
 * sink: the sink that prints on stdout what would run, one line a script. Lines are
 * collected and written in large pieces; what could not be written is remembered for the exit
 * status.
 */
#ifndef LIST_SINK_H
#define LIST_SINK_H

#include <stdbool.h>
#include <stddef.h>

struct event;

struct list_sink {
	bool with_phase; /* "PHASE<TAB>PATH" instead of "PATH" */
	int error;       /* errno of the first write that failed, or 0 */
	size_t len;
	char buf[4096];
};

/* self is a struct list_sink, zeroed but for with_phase. */
void list_sink_handle(void *self, const struct event *event);

/* Writes out what is still collected. Returns 0 or the -errno of any write that failed. */
int list_sink_finish(struct list_sink *sink);

#endif
