#include "report/journal.h"

#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "job/pool.h"
#include "report/dialect.h"
#include "report/event.h"
#include "sys/clock.h"

static void add_seconds(struct text *text, int64_t ns)
{
	long long ms = (long long)sys_ns_to_ms(ns);

	text_fmt(text, "%lld.%03d", ms / 1000, (int)(ms % 1000));
}

/* Whole seconds without a fraction. */
static void add_limit(struct text *text, int64_t ns)
{
	if (ns % NS_PER_SEC)
		add_seconds(text, ns);
	else
		text_fmt(text, "%lld", (long long)(ns / NS_PER_SEC));
}

/* Which of its processes ended with it. */
static void add_killed(struct text *text, const struct job_end *end)
{
	const char *before = ", and with it";

	for (unsigned i = 0; i < end->n_killed && i < JOB_KILLED_MAX; i++) {
		text_fmt(text, "%s %d", before, (int)end->killed[i]);
		before = "";
	}
	if (end->n_killed > JOB_KILLED_MAX)
		text_fmt(text, " and %d more", (int)end->n_killed - JOB_KILLED_MAX);
}

static const char *string_of(const struct event *event, char letter)
{
	switch (letter) {
	case 'p':
		return event->path;
	case 'h':
		return event->phase;
	case 't':
		return event->text;
	case 'P':
		return event->part->path;
	case 'N':
		return event->part->name;
	case 'L':
		return scan_reason(event->part->verdict, event->text);
	case 'e':
		return text_error(event->error);
	case 'S':
		return proc_signal_name(event->signal);
	default:
		return NULL;
	}
}

static int64_t number_of(const struct event *event, char letter)
{
	switch (letter) {
	case 'E':
		return event->error;
	case 's':
		return event->status;
	case 'g':
		return event->signal;
	default:
		return event->number;
	}
}

static void add_args(struct text *text, char *const *args)
{
	for (; args && *args; args++)
		text_fmt(text, " %s", *args);
}

/*
 * In the words of a line, %p is the path, %h the phase, %t the text, %P and %N the part's path and
 * name, %T the seconds it took, %L why it was left out, %A its arguments, %e the error's name and
 * %E its number, %s the status, %S the signal's name and %g its number, %n the number, %D the same
 * as a time, %I the process, %W those that were killed with it. In front of the words stands who
 * says them and at which level: see dialect.h.
 */
static void add_words(struct text *text, const char *words, const struct event *event)
{
	for (size_t n; *words; words += n + 2) {
		const char *string;

		n = strcspn(words, "%");
		text_add(text, words, n);
		if (!words[n])
			return;
		string = string_of(event, words[n + 1]);
		if (string)
			text_fmt(text, "%s", string);
		else if (words[n + 1] == 'T')
			add_seconds(text, event->part->elapsed_ns);
		else if (words[n + 1] == 'D')
			add_limit(text, event->number);
		else if (words[n + 1] == 'I')
			text_fmt(text, ": process %d", (int)event->end->pid);
		else if (words[n + 1] == 'W')
			add_killed(text, event->end);
		else if (words[n + 1] == 'A')
			add_args(text, event->args);
		else
			text_fmt(text, "%lld", (long long)number_of(event, words[n + 1]));
	}
}

void journal_handle(void *self, const struct event *event)
{
	const struct journal *journal = self;
	const char *words = text_numbered(journal->dialect->words, event->kind);
	char say = *words;
	enum log_level level = dialect_level(say);
	struct log_message message;

	/* A file that looks meant to run is worth more than a line for debugging. */
	if (event->kind == EV_PART_LEFT_OUT && event->part->looks_meant)
		level = LOG_WARN;
	if (!say ||
	    !log_begin(&message, dialect_is_tool(say) ? &journal->tool : &journal->runner, level))
		return;
	add_words(&message.text, words + 1, event);
	log_end(&message);
}
