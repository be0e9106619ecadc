/*
 * messages: what the log lines say. Each family of runners has a table with one message for each
 * kind of event, and a trace: a sink that explains at length why scripts run or do not.
 */
#ifndef MESSAGES_H
#define MESSAGES_H

#include "base/log.h"
#include "report/event.h"

struct text;

/* The two logs of a run. A message goes to one of them. */
enum message_log {
	PHASE_LOG,  /* os-refresh-config's own, which has levels */
	SCRIPT_LOG, /* that of the runner that it stands for, which is always heard */
};

struct message {
	enum message_log log;
	enum log_level level;
	const char *text; /* a format of messages_format; NULL: the event is not logged */
};

/* By the kind of event. An event that a table has no row for is not logged. */
extern const struct message messages_dib[EVENT_KINDS];
extern const struct message messages_run_parts[EVENT_KINDS];

/* The traces. For that of dib-run-parts, self is a const struct log. */
void messages_trace_dib(void *self, const struct event *event);
void messages_trace_run_parts(void *self, const struct event *event);

/*
 * Appends a text, with the event's details in the place of
 *   %h     the phase                    %p     the path
 *   %t     the text                     %n     the number
 *   %D     the number as a duration     %A     the arguments, with a blank before each
 *   %P %N  the part's path, its name    %T     the seconds that the part took
 *   %L     why the part was left out    %s     the exit status
 *   %S %g  the signal's name, number    %e %E  the error's meaning, number
 *   %I     the process                  %K     the processes that were killed with it
 */
void messages_format(struct text *text, const char *format, const struct event *event);

#endif
