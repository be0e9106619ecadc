/*
 * log: one line on stderr, in one write(2), in the form its reader expects. A log is three settings
 * and no state. A line too long for the buffer is cut and ends in "...".
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>

#include "base/text.h"

struct log_relay;
struct date_cache;

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_CRITICAL };

enum log_form {
	LOG_BARE,   /* message */
	LOG_PLAIN,  /* name: message */
	LOG_DATED,  /* name Mon Nov 23 06:46:52 UTC 2026 message, as dib-run-parts */
	LOG_PYTHON, /* [2026-11-23 06:48:41,189] (name) [LEVEL] message, as os-refresh-config */
};

/* Are there applets whose log lines have a date? */
#define LOG_DATES_BUILT_IN \
	(ENABLE_OS_REFRESH_CONFIG || ENABLE_REFRESH_PHASE || ENABLE_DIB_RUN_PARTS)

struct log {
	const char *name;
	enum log_form form;
	enum log_level level;     /* lines below it are dropped */
	struct date_cache *dates; /* for the forms with a time */
	struct log_relay *relay;  /* who gets a copy of each line, or NULL */
};

/* A line under construction: what is appended to text becomes its message. */
struct log_message {
	struct text text;
	const struct log *log;
	enum log_level level;
	size_t head;    /* bytes in front of the message */
	char buf[8192]; /* twice the longest path: only a name full of escapes can be cut */
};

/*
 * Begins a line, or returns false where the log drops its level. The forms that show no level have
 * it in front of the message from LOG_WARN up.
 */
bool log_begin(struct log_message *message, const struct log *log, enum log_level level);

/* Ends the line and writes it. */
void log_end(struct log_message *message);

/* Both in one; fmt is text_fmt's. */
void log_line(const struct log *log, enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

#endif
