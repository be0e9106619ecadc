/* SPDX-License-Identifier: Apache-2.0 */
#include "report/log_sink.h"

#include "report/event.h"
#include "report/messages.h"

void log_sink_handle(void *self, const struct event *event)
{
	const struct log_sink *sink = self;
	const struct message *message = messages_find(sink->messages, event->kind);
	const struct log *log;
	enum log_level level;
	struct log_message line;

	if (!message)
		return;
	log = message->log == PHASE_LOG ? &sink->phase_log : &sink->script_log;
	level = (enum log_level)message->level;
	/* Somebody probably meant this file to run. */
	if (SCAN_LIKELY_BUILT_IN && event->kind == EV_PART_SKIPPED && event->part->likely_mistake)
		level = LOG_WARN;
	if (!log_begin(&line, log, level, event->wall_ns))
		return;
	messages_format(&line.text, message->text, event);
	log_end(&line);
}
