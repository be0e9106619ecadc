/* SPDX-License-Identifier: Apache-2.0 */
#include "report/summary.h"

#include <string.h>

#include "base/duration.h"
#include "job/job.h"
#include "report/event.h"
#include "report/messages.h"

/* Returns the entry of the phase with this name, or else the first that is free. */
static struct summary_phase *phase_entry(struct summary *summary, const char *name)
{
	struct summary_phase *phase = summary->phases;

	while (phase < summary->phases + SUMMARY_PHASES - 1 && phase->name &&
	       strcmp(phase->name, name) != 0)
		phase++;
	phase->name = name;
	return phase;
}

static void enter_phase(struct summary *summary, const struct event *event)
{
	summary->current = phase_entry(summary, event->phase);
	summary->started_ns = event->at_ns;
}

static void leave_phase(struct summary *summary, int64_t at_ns)
{
	struct summary_phase *phase = summary->current;

	if (phase)
		phase->elapsed_ns += at_ns - summary->started_ns;
	summary->current = NULL;
}

/* Notes a part that failed; error handlers, which run after that, do not count. */
static void note_part(struct summary *summary, const struct event *event)
{
	/* The first of several neighbours that fail counts, because a new run begins there. */
	bool is_later = summary->failed_script && event->part > summary->failed_script;

	if (!event->status || !event->reason || summary->failed_phase || is_later)
		return;
	summary->failed_script = event->part;
	summary->failed_reason = event->reason;
	summary->failed_status = event->status;
	summary->failed_ns = event->result->elapsed_ns;
}

/* Notes the first error in a phase: it is the cause if the phase fails and no script has failed. */
static void note_cause(struct summary *summary, const struct event *event)
{
	const struct message *message = messages_find(messages_dib, event->kind);
	struct text cause = TEXT_TO_END(summary->cause);

	if (*summary->cause || !message ||
	    (message->level < LOG_ERROR && event->kind != EV_PARTS_NO_DIRECTORY))
		return;
	messages_format(&cause, message->text, event);
	text_end(&cause, "");
}

static void log_phases(const struct summary *summary, int64_t wall_ns)
{
	for (size_t i = 0; i < SUMMARY_PHASES && summary->phases[i].name; i++) {
		const struct summary_phase *phase = &summary->phases[i];
		char buf[32];
		struct text seconds = TEXT_OVER(buf);

		duration_add_ms(&seconds, phase->elapsed_ns);
		log_line_at(summary->log, wall_ns, LOG_INFO,
			    "Phase %s: %d script%s run, %d left out, %s s", phase->name, phase->run,
			    phase->run == 1 ? "" : "s", phase->skipped, buf);
	}
}

/* Appends " NAME=VALUE" or " NAME VALUE"; the name has that blank or "=". */
static void add_word(struct text *text, const char *name, const char *value)
{
	if (!value)
		return;
	text_fmt(text, " %s", name);
	text_shell(text, value);
}

/*
 * The scripts before the one that failed have succeeded, so the command goes on from that one. A
 * choice by --only stays, because it cannot be combined with --from.
 */
static void log_command(const struct summary *summary, int64_t wall_ns)
{
	struct log_message message;
	struct text *text = &message.text;

	if (!log_begin(&message, summary->log, LOG_ERROR, wall_ns))
		return;
	text_str(text, "To run it again:");
	add_word(text, "OS_REFRESH_CONFIG_BASE_DIR=", summary->base);
	add_word(text, "RUN_PARTS_REGEX=", summary->pattern);
	text_str(text, " refresh-phase");
	if (summary->no_lock)
		text_str(text, " --no-lock");
	if (summary->no_handlers)
		text_str(text, " --no-error-handlers");
	add_word(text, "--lockfile ", summary->lockfile);
	add_word(text, "--only ", summary->only);
	add_word(text, "--from ",
		 summary->failed_script && !summary->only ? summary->failed_script->name :
							    summary->from);
	for (const char *const *phase = summary->left; *phase; phase++)
		add_word(text, "", *phase);
	log_end(&message);
}

/* Appends how the script failed; the reason is one of those in run/status.c. */
static void add_script_failure(struct text *text, const struct summary *summary)
{
	const char *reason = summary->failed_reason;
	int status = summary->failed_status, sig = status - 128;

	if (strcmp(reason, "exit") == 0)
		text_fmt(text, "failed with exit status %d", status);
	else if (strcmp(reason, "signal") == 0)
		text_fmt(text, "was killed by signal %d (%s)", sig, text_signal(sig));
	else if (strcmp(reason, "start") == 0)
		text_str(text, "could not be started");
	else
		text_str(text, "exceeded a time limit");
}

static void log_failed_phase(const struct summary *summary, int64_t wall_ns)
{
	struct log_message message;
	struct text *text = &message.text;

	if (!log_begin(&message, summary->log, LOG_ERROR, wall_ns))
		return;
	text_fmt(text, "Phase %s failed", summary->failed_phase);
	if (summary->failed_script) {
		text_fmt(text, ": script %s ", summary->failed_script->path);
		add_script_failure(text, summary);
		text_str(text, " after ");
		duration_add_ms(text, summary->failed_ns);
		text_str(text, " s");
	} else {
		text_str(text, summary->any_run ? ": " : " before any script ran: ");
		/* The cause is a whole message, in which nothing is left to escape. */
		text_str(text, summary->cause);
	}
	log_end(&message);
}

static void log_failure(const struct summary *summary, int64_t wall_ns)
{
	log_failed_phase(summary, wall_ns);
	if (summary->events)
		log_line_at(summary->log, wall_ns, LOG_ERROR, "The event log is %s",
			    summary->events);
	if (ENABLE_REFRESH_PHASE)
		log_command(summary, wall_ns);
}

void summary_handle(void *self, const struct event *event)
{
	struct summary *summary = self;

	switch (event->kind) {
	case EV_PHASE_STARTED:
	case EV_HANDLERS_CALLED:
		enter_phase(summary, event);
		break;
	case EV_PART_SKIPPED:
		if (summary->current)
			summary->current->skipped++;
		break;
	case EV_PART_STARTED:
		if (summary->current)
			summary->current->run++;
		break;
	case EV_PHASE_UNUSABLE:
	case EV_PHASE_FAILED:
	case EV_PHASE_KILLED:
		summary->failed_phase = event->phase;
		summary->any_run = summary->current && summary->current->run > 0;
		/* fall through */
	case EV_PHASE_BROKEN_OFF:
	case EV_HANDLERS_ENDED:
		leave_phase(summary, event->at_ns);
		break;
	case EV_PHASE_COMPLETED:
		leave_phase(summary, event->at_ns);
		summary->from = NULL; /* It was for this phase. */
		summary->left++;
		break;
	case EV_PHASE_ABSENT:
	case EV_PHASE_MISSING:
		summary->left++;
		break;
	case EV_RUN_ENDED:
		leave_phase(summary, event->at_ns);
		log_phases(summary, event->wall_ns);
		if (summary->failed_phase)
			log_failure(summary, event->wall_ns);
		break;
	default:
		note_cause(summary, event);
		note_part(summary, event);
		break;
	}
}
