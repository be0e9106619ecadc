#include <string.h>
#include <unistd.h>

#include "base/ere.h"
#include "report/dialect.h"
#include "report/event.h"

/*
 * As debianutils 5.23 says it; what it has no words for is ours. What happens to every script comes
 * first, for that is found fastest.
 */
#define LINES(LINE)                                                                     \
	LINE(PART_STARTED, RUNNER, DEBUG, "executing %P%A")                             \
	LINE(PART_COMPLETED, NOT, TOLD, "")                                             \
	LINE(PART_SEEN, NOT, TOLD, "")                                                  \
	LINE(PATTERN_BAD, RUNNER, ERROR, "Unable to build regexp: %t at byte %n")       \
	LINE(SIGNALLED, RUNNER, ERROR, "ending by %S")                                  \
	LINE(PARTS_FAILED, RUNNER, ERROR, "%p %t: %e")                                  \
	LINE(RELAY_FAILED, RUNNER, WARN, "No log to %p: %e")                            \
	LINE(EVENTS_FAILED, RUNNER, WARN, "Event log %p: %e")                           \
	LINE(LISTING_FAILED, RUNNER, ERROR, "cannot write to stdout: %e")               \
	LINE(STDIN_FAILED, RUNNER, ERROR, "cannot keep standard input: %e")             \
	LINE(OUTPUT_FAILED, RUNNER, ERROR, "cannot pass on what the scripts print: %e") \
	LINE(PART_UNFIT, RUNNER, ERROR,                                                 \
	     "run-parts: component %P is not an executable plain file\n")               \
	LINE(PART_FAILED, RUNNER, ERROR, "%P exited with return code %s")               \
	LINE(PART_KILLED, RUNNER, ERROR, "%P exited because of uncaught signal %g%W")   \
	LINE(PART_LATE, RUNNER, ERROR, "%P exited with return code %s%W")               \
	LINE(UNTRUSTED, RUNNER, WARN, "%p is not to be trusted: %t")                    \
	LINE(REFUSED, RUNNER, ERROR, "%p is not to be trusted: %t")                     \
	LINE(TIMEOUT, RUNNER, ERROR, "time limit of %D s reached")                      \
	LINE(SCRIPT_TIMEOUT, RUNNER, ERROR, "%P has had its %D s")                      \
	LINE(PART_LEFT_RUNNING, RUNNER, ERROR, "%P goes on without us")                 \
	LINE(PART_NOT_STARTED, RUNNER, ERROR,                                           \
	     "failed to exec %P: %e\nrun-parts: %P exited with return code %s")

TEXT_LIST(words, LINES(DIALECT_ROOM), LINES(DIALECT_ROW), "")

/* What debianutils' --debug prints has no name in front. */
static const struct log debug_log = { .form = LOG_BARE };

static void tell_names(const struct part_list *parts)
{
	const char *before = NULL;

	for (size_t i = 0; i < parts->n; i++) {
		const struct part *part = &parts->v[i];

		if (part->verdict == SCAN_BAD_NAME || (before && strcmp(part->name, before) == 0))
			continue;
		if (!before)
			log_line(&debug_log, LOG_INFO, "list of unique basenames:");
		before = part->name;
		log_line(&debug_log, LOG_INFO, " - %s", before);
	}
}

static bool is_found(const struct part *part)
{
	return part->verdict != SCAN_BAD_NAME && part->verdict != SCAN_MASKED && !part->error;
}

static bool is_named(const struct part_list *parts, size_t i, const char *name)
{
	return i < parts->n && strcmp(parts->v[i].name, name) == 0;
}

/* In which directories each name is looked for, up to where it is found. */
static void tell_found(const struct part_list *parts, char *const *dirs)
{
	for (size_t i = 0; i < parts->n;) {
		const char *name = parts->v[i].name;
		bool found = parts->v[i].verdict == SCAN_BAD_NAME;

		for (unsigned dir = 0; dirs[dir] && !found; dir++) {
			bool here = is_named(parts, i, name) && parts->v[i].dir == dir;

			found = here && !parts->v[i].error;
			i += here;
			log_line(&debug_log, LOG_INFO, "checking %s/%s... %sfound", dirs[dir], name,
				 found ? "" : "not ");
		}
		while (is_named(parts, i, name))
			i++;
	}
}

static void explain(void *self, const struct event *event)
{
	const struct part *part = event->part;

	(void)self;
	switch (event->kind) {
	case EV_PART_SEEN:
		log_line(&debug_log, LOG_INFO, "\"%s\": %s %s", part->name, part->rule,
			 part->verdict == SCAN_BAD_NAME ? "fail" : "pass");
		return;
	case EV_PARTS_SCANNED:
		tell_names(event->parts);
		tell_found(event->parts, event->args);
		return;
	case EV_PART_LEFT_OUT:
	case EV_PART_LISTED:
	case EV_PART_STARTED:
	case EV_PART_UNFIT:
		if (is_found(part))
			log_line(&debug_log, LOG_INFO, "processing: %s", part->path);
		if (event->kind == EV_PART_LEFT_OUT)
			log_line(&debug_log, LOG_INFO, "run-parts: left out %s: %s", part->path,
				 scan_reason(part->verdict, event->text));
		return;
	default:
		return;
	}
}

const struct dialect dialect_run_parts = {
	.scan = { .names = SCAN_NAMES_SCRIPT,
		  .order = SCAN_BYTES,
		  .access = X_OK,
		  .in_place = true,
		  .loops_dangle = true },
	.words = TEXT_FIRST(words),
	.bad_name = "its name may only have letters, digits, '-' and '_'",
	.newline = ERE_NEWLINE_BYTE,
	.bad_match = "its name does not match --regex",
	.explain = explain,
	.tells_special = true,
	.missing_is_fine = true,
	.inherits = true,
	.no_exit_status = 1,
};
