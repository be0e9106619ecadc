/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log: log lines. Each goes to stderr in one piece, in the form that the readers of this log know,
 * through an output, or at once where there is none. A log is made of settings alone and can be
 * copied; what changes is in the date_cache, the log_relay and the output that it points to, which
 * belong to its owner. A line too long for the buffer is cut and ends in "...".
 */
#ifndef LOG_H
#define LOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct log_relay;
struct date_cache;
struct output;

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR, LOG_CRITICAL };

/* The forms of a line, named by what comes before the message. */
enum log_form {
	LOG_MESSAGE,   /* nothing */
	LOG_NAME,      /* "name: ", as debianutils' run-parts */
	LOG_NAME_DATE, /* "name Mon Nov 23 06:46:52 UTC 2026 ", as dib-run-parts; from LOG_WARN up
			  the level follows: "ERROR: " */
	LOG_PYTHON,    /* "[2026-11-23 06:48:41,189] (name) [INFO] ", as os-refresh-config */
};

/* Whether an applet is built whose log lines have a date. */
#define LOG_DATES_BUILT_IN \
	(ENABLE_OS_REFRESH_CONFIG || ENABLE_REFRESH_PHASE || ENABLE_DIB_RUN_PARTS)

struct log {
	const char *name;
	enum log_form form;
	enum log_level level; /* lines of a lower level are not written */
	/* LOG_PYTHON and LOG_NAME_DATE use it; if it is NULL, LOG_NAME_DATE leaves out the date. */
	struct date_cache *dates;
	struct output *out;      /* stderr's, or NULL: lines are written at once */
	struct log_relay *relay; /* gets a copy of each line, or NULL */
};

/* A line that is being put together. */
struct log_message {
	struct text text; /* the line so far, to which the caller appends the message */
	const struct log *log;
	enum log_level level;
	size_t head;    /* bytes of the line before the message */
	char buf[8192]; /* twice the longest path: only a name full of escapes is cut */
};

/* The date of now, for a line that is not about an event. */
#define LOG_NOW 0

/*
 * Begins a line whose date, if its form has one, is wall_ns or LOG_NOW. Returns false, and there is
 * nothing to end, if the log does not have its level.
 */
bool log_begin(struct log_message *message, const struct log *log, enum log_level level,
	       int64_t wall_ns);

/* Ends the line and writes it. */
void log_end(struct log_message *message);

/* Writes a line with a message by a format of text_fmt; its date is wall_ns or LOG_NOW. */
void log_line_at(const struct log *log, int64_t wall_ns, enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* The same for a line that is not about an event. */
#define log_line(log, level, ...) log_line_at(log, LOG_NOW, level, __VA_ARGS__)

#endif
