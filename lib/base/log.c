/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <string.h>
#include <unistd.h>

#include "base/date.h"
#include "base/log_relay.h"
#include "sys/clock.h"
#include "sys/output.h"
#include "sys/write.h"

static const char level_names[][9] = {
	[LOG_DEBUG] = "DEBUG", [LOG_INFO] = "INFO",         [LOG_WARN] = "WARN",
	[LOG_ERROR] = "ERROR", [LOG_CRITICAL] = "CRITICAL",
};

static void add_dated_head(struct text *line, const struct log *log, enum log_level level,
			   int64_t wall_ns)
{
	text_fmt(line, "%s ", log->name);
	if (log->dates) {
		date_unix(line, log->dates, wall_ns);
		text_char(line, ' ');
	}
	if (level >= LOG_WARN)
		text_fmt(line, "%s: ", level_names[level]);
}

static void add_python_head(struct text *line, const struct log *log, enum log_level level,
			    int64_t wall_ns)
{
	text_char(line, '[');
	date_asctime(line, log->dates, wall_ns);
	text_fmt(line, "] (%s) [%s] ", log->name, level_names[level]);
}

static void add_head(struct text *line, const struct log *log, enum log_level level,
		     int64_t wall_ns)
{
	if (log->form == LOG_NAME)
		text_fmt(line, "%s: ", log->name);
	else if (LOG_DATES_BUILT_IN && log->form == LOG_NAME_DATE)
		add_dated_head(line, log, level, wall_ns);
	else if (LOG_DATES_BUILT_IN && log->form == LOG_PYTHON)
		add_python_head(line, log, level, wall_ns);
}

bool log_begin(struct log_message *message, const struct log *log, enum log_level level,
	       int64_t wall_ns)
{
	if (level < log->level)
		return false;
	message->text = (struct text)TEXT_TO_END(message->buf);
	add_head(&message->text, log, level, wall_ns == LOG_NOW ? sys_wall_ns() : wall_ns);
	message->log = log;
	message->level = level;
	message->head = message->text.len;
	return true;
}

static void relay_line(const struct log_message *message)
{
	static const char severities[] = {
		[LOG_DEBUG] = 7, [LOG_INFO] = 6, [LOG_WARN] = 4, [LOG_ERROR] = 3, [LOG_CRITICAL] = 2
	};

	log_relay_line(message->log->relay, severities[message->level], message->log->name,
		       message->text.buf + message->head, message->text.len - message->head);
}

void log_end(struct log_message *message)
{
	struct text *text = &message->text;

	if (ENABLE_RELAY && message->log->relay)
		relay_line(message);
	text_end(text, "\n");
	/* There is nowhere to report that stderr itself fails. */
	if (message->log->out)
		output_add(message->log->out, text->buf, text->len, false);
	else
		(void)sys_write_all(STDERR_FILENO, text->buf, text->len);
}

void log_line_at(const struct log *log, int64_t wall_ns, enum log_level level, const char *fmt, ...)
{
	struct log_message message;
	va_list ap;

	if (!log_begin(&message, log, level, wall_ns))
		return;
	va_start(ap, fmt);
	text_vfmt(&message.text, fmt, ap);
	va_end(ap);
	log_end(&message);
}
