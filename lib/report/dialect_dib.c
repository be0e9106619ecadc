#include <unistd.h>

#include "base/ere.h"
#include "report/dialect.h"
#include "report/event.h"

/*
 * Words that the reference uses, and people search for, are kept as they are. What happens to every
 * script comes first, for that is found fastest.
 */
#define LINES(LINE)                                                                                \
	LINE(PART_STARTED, RUNNER, INFO, "Running %P")                                             \
	LINE(PART_COMPLETED, RUNNER, INFO, "%N completed")                                         \
	LINE(PART_SEEN, NOT, TOLD, "")                                                             \
	LINE(PATTERN_BAD, TOOL, ERROR, "RUN_PARTS_REGEX %p: %t at byte %n")                        \
	LINE(BASE_FAILED, TOOL, ERROR, "Base directory %p: %e")                                    \
	LINE(LOCK_BUSY, TOOL, INFO, "Waiting for the lock %p%t")                                   \
	LINE(LOCK_FAILED, TOOL, ERROR, "Could not lock %p. [Errno %E] %e%t")                       \
	LINE(PHASE_CHECKED, TOOL, DEBUG, "Checking %p")                                            \
	LINE(PHASE_ABSENT, TOOL, DEBUG, "No dir for phase %h")                                     \
	LINE(PHASE_MISSING, TOOL, WARN, "There is no %p for phase %h")                             \
	LINE(NOT_CHOSEN, TOOL, ERROR, "No script of %p is %t")                                     \
	LINE(PHASE_STARTED, TOOL, INFO, "Starting phase %h")                                       \
	LINE(PHASE_COMPLETED, TOOL, INFO, "Completed phase %h")                                    \
	LINE(PHASE_FAILED, TOOL, ERROR,                                                            \
	     "during %h phase. [Command '['dib-run-parts', '%p']' returned non-zero exit "         \
	     "status %s.]\n")                                                                      \
	LINE(PHASE_KILLED, TOOL, ERROR,                                                            \
	     "during %h phase. [Command '['dib-run-parts', '%p']' died with <Signals.%S: "         \
	     "%g>.]\n")                                                                            \
	LINE(HANDLERS_CALLED, TOOL, INFO, "Calling error handlers.")                               \
	LINE(ABORTED, TOOL, ERROR, "Aborting...")                                                  \
	LINE(SIGNALLED, TOOL, ERROR, "Ending by %S")                                               \
	LINE(PARTS_STARTED, TOOL, DEBUG, "Running ['dib-run-parts', '%p']")                        \
	LINE(PARTS_NO_DIRECTORY, RUNNER, INFO,                                                     \
	     "Scripts directory [%p] must exist and be a directory")                               \
	LINE(PARTS_FAILED, TOOL, ERROR, "%p %t: %e")                                               \
	LINE(UNTRUSTED, TOOL, WARN, "%p is not to be trusted: %t")                                 \
	LINE(REFUSED, TOOL, ERROR, "%p is not to be trusted: %t")                                  \
	LINE(PART_LEFT_OUT, TOOL, DEBUG, "Left out %P: %L")                                        \
	LINE(RELAY_FAILED, TOOL, WARN, "No log to %p: %e")                                         \
	LINE(EVENTS_FAILED, TOOL, WARN, "Event log %p: %e")                                        \
	LINE(CAPTURE_FAILED, TOOL, WARN, "What scripts print cannot be kept: %e")                  \
	LINE(OUTPUT_FAILED, TOOL, ERROR, "Cannot pass on what scripts print: %e")                  \
	LINE(LISTING_FAILED, TOOL, ERROR, "Could not write the list: %e")                          \
	LINE(ENV_FILE, RUNNER, INFO, "Sourcing environment file %p")                               \
	LINE(ENV_SET, TOOL, INFO, "Environment set by %p: %t")                                     \
	LINE(ENV_VALUE, TOOL, DEBUG, "Environment: %t")                                            \
	LINE(ENV_FAILED, TOOL, ERROR, "Environment file %p %t: %e")                                \
	LINE(ENV_WRONG, TOOL, ERROR, "Environment file %p:%n: %t")                                 \
	LINE(ENV_REFUSED, TOOL, ERROR, "Environment file %p: %t")                                  \
	LINE(PART_FAILED, TOOL, ERROR, "Script %P failed with exit status %s after %T s")          \
	LINE(PART_KILLED, TOOL, ERROR, "Script %P was killed by signal %g (%S) after %T s%I%W")    \
	LINE(PART_LATE, TOOL, ERROR, "Script %P was stopped after %T s%I%W")                       \
	LINE(PART_LEFT_RUNNING, TOOL, ERROR,                                                       \
	     "Script %P or what it started may not be killed and goes on after %T s")              \
	LINE(PART_NOT_STARTED, TOOL, ERROR, "Script %P could not be started: %t (exit status %s)") \
	LINE(TIMEOUT, TOOL, ERROR, "Timeout reached: %Ds. Sending SIGKILL to all children")        \
	LINE(SCRIPT_TIMEOUT, TOOL, ERROR, "Script %P has had its %D s")

TEXT_LIST(words, LINES(DIALECT_ROOM), LINES(DIALECT_ROW), "")

static void tell_ignored(const struct log *log, const struct part_list *parts, const char *kind,
			 bool accessible)
{
	struct log_message message;
	size_t head;

	if (!log_begin(&message, log, LOG_DEBUG))
		return;
	text_fmt(&message.text, "Ignoring %s:", kind);
	head = message.text.len;
	for (size_t i = parts->kept; i < parts->n; i++)
		if (parts->v[i].is_file && parts->v[i].accessible == accessible)
			text_fmt(&message.text, " %s", parts->v[i].name);
	if (message.text.len > head)
		log_end(&message);
}

/* diskimage-builder's dib-run-parts says this with DIB_DEBUG_TRACE set. */
static void explain(void *self, const struct event *event)
{
	if (event->kind != EV_PARTS_SCANNED)
		return;
	tell_ignored(self, event->parts, "non-executable files", false);
	tell_ignored(self, event->parts, "non-conforming filenames", true);
}

const struct dialect dialect_dib_run_parts = {
	.scan = { .names = SCAN_NAMES_SCRIPT,
		  .order = SCAN_NUMERIC,
		  .access = X_OK,
		  .hints = true },
	.words = TEXT_FIRST(words),
	.bad_name = "its name may only have letters, digits, '-' and '_'",
	.newline = ERE_NEWLINE_OR,
	.bad_match = "its name does not match RUN_PARTS_REGEX",
	.explain = explain,
	.environment_d = true,
	.stops = true,
	.shell = true,
};
