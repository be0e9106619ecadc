/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The messages of run-parts that os-refresh-config has not, or in other words: those of debianutils
 * 5.23, and for other events our own.
 */
#include <string.h>

#include "report/messages.h"

const struct message messages_run_parts[] = {
	{ EV_PATTERN_BAD, SCRIPT_LOG, LOG_ERROR, "Unable to build regexp: %t at byte %n" },
	{ EV_REFUSED, SCRIPT_LOG, LOG_ERROR, "%p %t (--strict)" },
	{ EV_PART_UNFIT, SCRIPT_LOG, LOG_ERROR,
	  "run-parts: component %P is not an executable plain file\n" },
	{ EV_PART_GONE, SCRIPT_LOG, LOG_ERROR, "failed to stat component %P: %e" },
	{ EV_LISTING_FAILED, SCRIPT_LOG, LOG_ERROR, "cannot write to stdout: %e" },
	{ EV_STDIN_FAILED, SCRIPT_LOG, LOG_ERROR, "cannot keep standard input: %e" },
	{ EV_PART_STARTED, SCRIPT_LOG, LOG_DEBUG, "executing %P%A" },
	{ EV_PART_FAILED, SCRIPT_LOG, LOG_ERROR, "%P exited with return code %s" },
	{ EV_PART_KILLED, SCRIPT_LOG, LOG_ERROR, "%P exited because of uncaught signal %g%K" },
	{ EV_PART_LATE, SCRIPT_LOG, LOG_ERROR, "%P was stopped at the limit, return code %s%K" },
	{ EV_PART_LEFT_RUNNING, SCRIPT_LOG, LOG_ERROR, "%P was left running" },
	{ EV_PART_STUCK, SCRIPT_LOG, LOG_ERROR, "SIGKILL does not end %P: %R" },
	{ EV_PART_SHIM_KILLED, SCRIPT_LOG, LOG_ERROR,
	  "%P was killed because signal %g ended our process %I%K" },
	{ EV_PART_NOT_STARTED, SCRIPT_LOG, LOG_ERROR,
	  "failed to exec %P: %e\n"
	  "run-parts: %P exited with return code %s" },
	{ EV_TIMEOUT, SCRIPT_LOG, LOG_ERROR, "exceeded the time limit of %D s" },
	{ EV_SCRIPT_TIMEOUT, SCRIPT_LOG, LOG_ERROR, "%P exceeded its limit of %D s" },
	/* clang-format off */
	IF_JOBS(
	{ EV_PART_OUTPUT_FOLLOWS, SCRIPT_LOG, LOG_DEBUG, "Output of %P:" }, )
	/* clang-format on */
	{ .text = NULL },
};

/* The lines of debianutils' --debug do not begin with its name. */
static const struct log debug_log = { .form = LOG_MESSAGE };

static void log_names(const struct part_list *parts)
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

static bool was_found(const struct part *part)
{
	return part->verdict != SCAN_BAD_NAME && part->verdict != SCAN_MASKED && !part->error;
}

static bool is_named(const struct part_list *parts, size_t i, const char *name)
{
	return i < parts->n && strcmp(parts->v[i].name, name) == 0;
}

/* Logs the directories in which each name is searched, up to the one where it is found. */
static void log_places(const struct part_list *parts, char *const *dirs)
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

void messages_trace_run_parts(void *self, const struct event *event)
{
	const struct part *part = event->part;

	(void)self;
	switch (event->kind) {
	case EV_PART_SEEN:
		log_line(&debug_log, LOG_INFO, "\"%s\": %s %s", part->name, part->rule,
			 part->verdict == SCAN_BAD_NAME ? "fail" : "pass");
		return;
	case EV_PARTS_SCANNED:
		log_names(event->parts);
		log_places(event->parts, event->args);
		return;
	case EV_PART_SKIPPED:
	case EV_PART_LISTED:
	case EV_PART_STARTED:
	case EV_PART_UNFIT:
	case EV_PART_GONE:
		if (was_found(part) || part->verdict == SCAN_GONE)
			log_line(&debug_log, LOG_INFO, "processing: %s", part->path);
		if (event->kind == EV_PART_SKIPPED)
			log_line(&debug_log, LOG_INFO, "run-parts: left out %s: %s", part->path,
				 scan_reason(part->verdict, event->text));
		return;
	default:
		return;
	}
}
