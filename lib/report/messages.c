/* SPDX-License-Identifier: Apache-2.0 */
#include "report/messages.h"

#include <signal.h>
#include <string.h>

#include "base/duration.h"
#include "base/text.h"
#include "job/job.h"
#include "report/dialect.h"
#include "sys/clock.h"

/* Both dialects use these messages. The two logs of run-parts are one. */
static const struct message common[] = {
	{ EV_WORKER_FAILED, PHASE_LOG, LOG_ERROR, "Nothing was run: cannot start a process: %e" },
	{ EV_WORKER_KILLED, PHASE_LOG, LOG_ERROR,
	  "The process that runs the scripts was killed by signal %g (%S); "
	  "scripts may still be running" },
	{ EV_EVENTS_FAILED, PHASE_LOG, LOG_WARN, "Cannot write the event log %p: %e" },
	{ EV_RELAY_FAILED, PHASE_LOG, LOG_WARN, "Cannot copy the log to %p: %e" },
	{ EV_SIGNALLED, PHASE_LOG, LOG_ERROR, "Terminated by %S" },
	{ EV_PARTS_FAILED, PHASE_LOG, LOG_ERROR, "%p %t: %e" },
	{ EV_INSECURE, PHASE_LOG, LOG_WARN, "%p %t" },
	{ EV_OUTPUT_FAILED, PHASE_LOG, LOG_ERROR, "Cannot pass on the output of scripts: %e" },
	/* clang-format off */
	IF_JOBS(
	{ EV_PART_OUTPUT_MIXED, PHASE_LOG, LOG_WARN,
	  "Scripts print more than can be held back: each line of %N comes after its name" }, )
	/* clang-format on */
	{ .text = NULL },
};

static const struct message *find_in(const struct message *messages, enum event_kind kind)
{
	while (messages->text && messages->kind != kind)
		messages++;
	return messages->text ? messages : NULL;
}

const struct message *messages_find(const struct message *messages, enum event_kind kind)
{
	const struct message *message = find_in(messages, kind);

	return message ? message : find_in(common, kind);
}

static void add_args(struct text *text, char *const *args)
{
	for (; args && *args; args++)
		text_fmt(text, " %s", *args);
}

/* Appends the list, with the states of the processes if they are known. */
static void add_processes(struct text *text, const char *before, const struct pid_list *pids,
			  const char *states)
{
	for (unsigned i = 0; i < pids->n && i < PIDS_KEPT; i++) {
		text_fmt(text, "%s %d", before, (int)pids->v[i]);
		if (states)
			text_fmt(text, " (state %c)", states[i]);
		before = states ? "," : "";
	}
	if (pids->n > PIDS_KEPT)
		text_fmt(text, " and %d more", (int)pids->n - PIDS_KEPT);
}

/* A script that dies by a signal which is not ours has crashed, or somebody else has killed it. */
static void add_killer(struct text *text, const struct event *event)
{
	if (event->result->forced)
		return;
	text_str(text, "; not by us");
	if (event->signal == SIGKILL)
		text_str(text, ": out of memory?");
}

/* Appends the signal that is sent now, and the one that follows it after this time. */
static void add_signals(struct text *text, int64_t grace_ns)
{
	if (grace_ns > 0) {
		text_str(text, "SIGTERM (SIGKILL after ");
		duration_add(text, grace_ns);
		text_str(text, " s)");
	} else {
		text_str(text, "SIGKILL");
	}
}

static void add_reason(struct text *text, const struct event *event)
{
	const struct part *part = event->part;

	text_str(text, scan_reason(part->verdict, event->text));
	if (part->target)
		text_fmt(text, " to %s", part->target);
}

/* Appends what %LETTER stands for in the messages of dib-run-parts alone. */
static void add_dib_detail(struct text *text, char letter, const struct event *event)
{
	switch (letter) {
	case 'O':
		add_killer(text, event);
		break;
	case 'G':
		add_signals(text, event->grace_ns);
		break;
	case 'L':
		add_reason(text, event);
		break;
	}
}

/* Appends what %LETTER stands for, if that is more than a string or a number of the event. */
static void add_long_detail(struct text *text, char letter, const struct event *event)
{
	switch (letter) {
	case 'D':
		duration_add(text, event->number);
		break;
	case 'T':
		duration_add_ms(text, event->result->elapsed_ns);
		break;
	case 'A':
		add_args(text, event->args);
		break;
	case 'K':
		add_processes(text, "; also killed:", &event->result->killed, NULL);
		break;
	case 'R':
		add_processes(text, "process", &event->result->stuck, event->result->stuck_states);
		break;
	default:
		if (DIALECT_DIB_BUILT_IN)
			add_dib_detail(text, letter, event);
		break;
	}
}

/* Appends what %LETTER stands for. */
static void add_detail(struct text *text, char letter, const struct event *event)
{
	const char *string = NULL;
	int64_t number = 0;

	switch (letter) {
	case 'h':
		string = event->phase;
		break;
	case 'p':
		string = event->path;
		break;
	case 't':
		string = event->text;
		break;
	case 'P':
		string = event->part->path;
		break;
	case 'N':
		string = event->part->name;
		break;
	case 'S':
		string = text_signal(event->signal);
		break;
	case 'e':
		string = text_error(event->error);
		break;
	case 'n':
		number = event->number;
		break;
	case 's':
		number = event->status;
		break;
	case 'g':
		number = event->signal;
		break;
	case 'E':
		number = event->error;
		break;
	case 'I':
		number = event->result->pid;
		break;
	default:
		add_long_detail(text, letter, event);
		return;
	}
	if (string)
		text_fmt(text, "%s", string);
	else
		text_fmt(text, "%lld", (long long)number);
}

void messages_format(struct text *text, const char *format, const struct event *event)
{
	for (;;) {
		size_t n = (size_t)(strchrnul(format, '%') - format);

		text_add(text, format, n);
		format += n;
		if (!format[0] || !format[1])
			return;
		add_detail(text, format[1], event);
		format += 2;
	}
}
