/* SPDX-License-Identifier: Apache-2.0 */
/*
 * messages: the texts of the log lines. Each dialect has a table with a row for each kind of event
 * that it logs in its own words, and a trace: a sink that logs in detail why scripts run or do not.
 */
#ifndef MESSAGES_H
#define MESSAGES_H

#include "base/log.h"
#include "report/event.h"

struct text;

/* The two logs of a run: a message goes to one of them. */
enum message_log {
	PHASE_LOG,  /* the log of os-refresh-config, with the level of its --log-level */
	SCRIPT_LOG, /* the log of dib-run-parts, which os-refresh-config would start */
};

struct message {
	unsigned char kind;  /* enum event_kind */
	unsigned char log;   /* enum message_log */
	unsigned char level; /* enum log_level */
	const char *text;    /* a format of messages_format; NULL: this row ends the table */
};

extern const struct message messages_dib[];
extern const struct message messages_run_parts[];

/*
 * Returns the message of a table for this kind of event, or that of both dialects; NULL: the event
 * is not logged.
 */
const struct message *messages_find(const struct message *messages, enum event_kind kind);

/* The traces; self is the const struct log of the scripts, which that of run-parts does not use. */
void messages_trace_dib(void *self, const struct event *event);
void messages_trace_run_parts(void *self, const struct event *event);

/*
 * Appends a text in which these are replaced by details of the event:
 *   %h     the phase                    %p     the path
 *   %t     the text                     %n     the number
 *   %D     the number as a duration     %A     the arguments, with a blank before each
 *   %P %N  the part's path, its name    %T     the seconds that the part took
 *   %s     the exit status              %I     the process id
 *   %S %g  the signal's name, number    %e %E  the error's meaning, number
 *   %K     the other processes that were killed with it
 *   %R     the processes that SIGKILL did not end, with the letters of their states
 * and in the messages of dib-run-parts alone these:
 *   %L     why the part was left out
 *   %O     that the signal which killed the part was not ours, if it was not
 *   %G     the signal that we send now, and how long after it SIGKILL follows
 * No other letter may follow a '%'.
 */
void messages_format(struct text *text, const char *format, const struct event *event);

#endif
