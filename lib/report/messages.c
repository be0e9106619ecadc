/* SPDX-License-Identifier: Apache-2.0 */
#include "report/messages.h"

#include <signal.h>
#include <string.h>

#include "base/duration.h"
#include "base/text.h"
#include "job/job.h"
#include "report/dialect.h"
#include "sys/clock.h"

const struct message *messages_find(const struct message *messages, enum event_kind kind)
{
	while (messages->text && messages->kind != kind)
		messages++;
	return messages->text ? messages : NULL;
}

/* A limit of whole seconds has no fraction, as it had none on the command line. */
static void add_limit(struct text *text, int64_t ns)
{
	if (ns % NS_PER_SEC)
		duration_add_ms(text, ns);
	else
		text_fmt(text, "%lld", (long long)(ns / NS_PER_SEC));
}

static void add_args(struct text *text, char *const *args)
{
	for (; args && *args; args++)
		text_fmt(text, " %s", *args);
}

static void add_killed_with(struct text *text, const struct job_result *result)
{
	const char *before = "; also killed:";

	for (unsigned i = 0; i < result->killed.n && i < PIDS_KEPT; i++) {
		text_fmt(text, "%s %d", before, (int)result->killed.v[i]);
		before = "";
	}
	if (result->killed.n > PIDS_KEPT)
		text_fmt(text, " and %d more", (int)result->killed.n - PIDS_KEPT);
}

static void add_stuck(struct text *text, const struct job_result *result)
{
	const char *before = "process";

	for (unsigned i = 0; i < result->stuck.n && i < PIDS_KEPT; i++) {
		text_fmt(text, "%s %d (state %c)", before, (int)result->stuck.v[i],
			 result->stuck_states[i]);
		before = ",";
	}
	if (result->stuck.n > PIDS_KEPT)
		text_fmt(text, " and %d more", (int)result->stuck.n - PIDS_KEPT);
}

static const char *detail_string(char letter, const struct event *event)
{
	switch (letter) {
	case 'h':
		return event->phase;
	case 'p':
		return event->path;
	case 't':
		return event->text;
	case 'P':
		return event->part->path;
	case 'N':
		return event->part->name;
	case 'S':
		return text_signal(event->signal);
	case 'e':
		return text_error(event->error);
	default:
		return NULL;
	}
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
		add_limit(text, grace_ns);
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
static bool add_dib_detail(struct text *text, char letter, const struct event *event)
{
	switch (letter) {
	case 'O':
		add_killer(text, event);
		return true;
	case 'G':
		add_signals(text, event->grace_ns);
		return true;
	case 'L':
		add_reason(text, event);
		return true;
	default:
		return false;
	}
}

/* Appends what %LETTER stands for. */
static void add_detail(struct text *text, char letter, const struct event *event)
{
	const char *string = detail_string(letter, event);

	switch (letter) {
	case 'n':
		text_fmt(text, "%lld", (long long)event->number);
		break;
	case 's':
		text_fmt(text, "%d", event->status);
		break;
	case 'g':
		text_fmt(text, "%d", event->signal);
		break;
	case 'E':
		text_fmt(text, "%d", event->error);
		break;
	case 'D':
		duration_add(text, event->number);
		break;
	case 'T':
		duration_add_ms(text, event->result->elapsed_ns);
		break;
	case 'A':
		add_args(text, event->args);
		break;
	case 'I':
		text_fmt(text, "%d", (int)event->result->pid);
		break;
	case 'K':
		add_killed_with(text, event->result);
		break;
	case 'R':
		add_stuck(text, event->result);
		break;
	default:
		if (DIALECT_DIB_BUILT_IN && add_dib_detail(text, letter, event))
			break;
		if (string) {
			text_fmt(text, "%s", string);
		} else {
			text_char(text, '%');
			text_char(text, letter);
		}
		break;
	}
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
