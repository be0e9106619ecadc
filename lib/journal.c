#include "journal.h"

#include <stdbool.h>
#include <string.h>

#include "event.h"
#include "proc.h"
#include "sys.h"
#include "text.h"

enum voice { NOBODY, TOOL, RUNNER };

/*
 * The line an event is told by. In its words, %p is the path, %h the phase, %t the text, %P and %N
 * the part's path and name, %T the seconds it took, %L why it was left out, %e the error's name and
 * %E its number, %s the status, %S the signal's name and %g its number, %n the number.
 */
struct line {
	unsigned char voice;
	unsigned char level;
	const char *words;
};

/* Words that the reference uses, and people search for, are kept as they are. */
static const struct line lines[EV_KINDS] = {
	[EV_PATTERN_BAD] = { TOOL, LOG_ERROR, "RUN_PARTS_REGEX %p: %t at byte %n" },
	[EV_BASE_FAILED] = { TOOL, LOG_ERROR, "Base directory %p: %e" },
	[EV_LOCK_BUSY] = { TOOL, LOG_ERROR, "Could not lock %p. [Errno %E] %e (%t)" },
	[EV_LOCK_FAILED] = { TOOL, LOG_ERROR, "Could not lock %p. [Errno %E] %e" },
	[EV_PHASE_CHECKED] = { TOOL, LOG_DEBUG, "Checking %p" },
	[EV_PHASE_ABSENT] = { TOOL, LOG_DEBUG, "No dir for phase %h" },
	[EV_PHASE_STARTED] = { TOOL, LOG_INFO, "Starting phase %h" },
	[EV_PHASE_COMPLETED] = { TOOL, LOG_INFO, "Completed phase %h" },
	[EV_PHASE_FAILED] = { TOOL, LOG_ERROR,
			      "during %h phase. [Command '['dib-run-parts', '%p']' returned "
			      "non-zero exit status %s.]\n" },
	[EV_PHASE_KILLED] = { TOOL, LOG_ERROR,
			      "during %h phase. [Command '['dib-run-parts', '%p']' died with "
			      "<Signals.%S: %g>.]\n" },
	[EV_HANDLERS_CALLED] = { TOOL, LOG_INFO, "Calling error handlers." },
	[EV_ABORTED] = { TOOL, LOG_ERROR, "Aborting..." },
	[EV_SIGNALLED] = { TOOL, LOG_ERROR,
			   "Ending by %S: what was still running has been killed" },
	[EV_PARTS_STARTED] = { TOOL, LOG_DEBUG, "Running ['dib-run-parts', '%p']" },
	[EV_PARTS_NO_DIRECTORY] = { RUNNER, LOG_INFO,
				    "Scripts directory [%p] must exist and be a directory" },
	[EV_PARTS_FAILED] = { TOOL, LOG_ERROR, "%p %t: %e" },
	[EV_PART_LEFT_OUT] = { TOOL, LOG_DEBUG, "Left out %P: %L" },
	[EV_LISTING_FAILED] = { TOOL, LOG_ERROR, "Could not write the list: %e" },
	[EV_ENV_FILE] = { RUNNER, LOG_INFO, "Sourcing environment file %p" },
	[EV_ENV_SET] = { TOOL, LOG_INFO, "Environment set by %p: %t" },
	[EV_ENV_VALUE] = { TOOL, LOG_DEBUG, "Environment: %t" },
	[EV_ENV_FAILED] = { TOOL, LOG_ERROR, "Environment file %p %t: %e" },
	[EV_ENV_WRONG] = { TOOL, LOG_ERROR, "Environment file %p:%n: %t" },
	[EV_ENV_REFUSED] = { TOOL, LOG_ERROR, "Environment file %p: %t" },
	[EV_PART_STARTED] = { RUNNER, LOG_INFO, "Running %P" },
	[EV_PART_COMPLETED] = { RUNNER, LOG_INFO, "%N completed" },
	[EV_PART_FAILED] = { TOOL, LOG_ERROR, "Script %P failed with exit status %s after %T s" },
	[EV_PART_KILLED] = { TOOL, LOG_ERROR, "Script %P was killed by signal %g (%S) after %T s" },
	[EV_PART_UNKILLABLE] = { TOOL, LOG_ERROR,
				 "Script %P may not be killed by us and goes on after %T s" },
	[EV_PART_NOT_STARTED] = { TOOL, LOG_ERROR,
				  "Script %P could not be started: %t (exit status %s)" },
	[EV_TIMEOUT] = { TOOL, LOG_ERROR, "Timeout reached: %ns. Sending SIGKILL to all children" },
};

static const char *reason(const struct event *event)
{
	static const char *const reasons[SCAN_VERDICTS] = {
		[SCAN_BAD_NAME] = "its name may only have letters, digits, '-' and '_'",
		[SCAN_DIRECTORY] = "it is a directory",
		[SCAN_SPECIAL] = "it is not a regular file",
		[SCAN_DANGLING] = "it links to nothing",
		[SCAN_NOT_EXECUTABLE] = "it is not executable",
		[SCAN_NOEXEC] = "its file system is mounted noexec",
	};

	if (event->part->verdict == SCAN_BAD_NAME && event->text)
		return "its name does not match RUN_PARTS_REGEX";
	return reasons[event->part->verdict];
}

static void add_elapsed(struct text *text, const struct part *part)
{
	long long ms = (long long)sys_ns_to_ms(part->elapsed_ns);

	text_fmt(text, "%lld.%03d", ms / 1000, (int)(ms % 1000));
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
		return reason(event);
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
			add_elapsed(text, event->part);
		else
			text_fmt(text, "%lld", (long long)number_of(event, words[n + 1]));
	}
}

/* diskimage-builder's dib-run-parts says this with DIB_DEBUG_TRACE set. */
static void tell_ignored(const struct log *log, const struct part_list *parts, const char *kind,
			 bool executable)
{
	struct log_message message;
	size_t head;

	if (!log_begin(&message, log, LOG_DEBUG))
		return;
	text_fmt(&message.text, "Ignoring %s:", kind);
	head = message.text.len;
	for (size_t i = parts->kept; i < parts->n; i++)
		if (parts->v[i].is_file && parts->v[i].executable == executable)
			text_fmt(&message.text, " %s", parts->v[i].name);
	if (message.text.len > head)
		log_end(&message);
}

/* A file that looks meant to run is worth more than a line for debugging. */
static enum log_level level_of(const struct event *event)
{
	if (event->kind == EV_PART_LEFT_OUT && event->part->looks_meant)
		return LOG_WARN;
	return lines[event->kind].level;
}

void journal_handle(void *self, const struct event *event)
{
	const struct journal *journal = self;
	const struct line *line = &lines[event->kind];
	const struct log *log = line->voice == TOOL ? &journal->tool : &journal->runner;
	struct log_message message;

	if (event->kind == EV_PARTS_SCANNED) {
		tell_ignored(log, event->parts, "non-executable files", false);
		tell_ignored(log, event->parts, "non-conforming filenames", true);
	} else if (line->voice != NOBODY && log_begin(&message, log, level_of(event))) {
		add_words(&message.text, line->words, event);
		log_end(&message);
	}
}
