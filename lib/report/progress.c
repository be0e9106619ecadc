/* SPDX-License-Identifier: Apache-2.0 */
#include "report/progress.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "report/event.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/output.h"

/* Goes to the beginning of the line and erases it. */
#define ERASE "\r\033[K"

/* The line is not shown before nothing was printed for this time, or it would flicker. */
#define QUIET_NS (200 * NS_PER_MS)

bool progress_is_possible(void)
{
	const char *term = getenv("TERM");

	return sys_terminal_width(STDERR_FILENO) > 0 && term && *term && strcmp(term, "dumb") != 0;
}

/* Seconds count from the first of the scripts that run side by side. */
static void note_start(struct progress *progress, const struct event *event)
{
	progress->script = event->part->name;
	progress->number++;
	progress->side_by_side = ENABLE_JOBS && progress->running > 0;
	if (!progress->side_by_side)
		progress->started_ns = event->at_ns;
	if (ENABLE_JOBS)
		progress->running++;
	progress->mid_line = false;
}

static void note_event(struct progress *progress, const struct event *event)
{
	switch (event->kind) {
	case EV_PARTS_SCANNED:
		progress->phase = event->phase;
		progress->of = (int)event->parts->kept;
		progress->number = progress->running = 0;
		break;
	case EV_PART_STARTED:
		note_start(progress, event);
		break;
	case EV_PART_PRINTS:
		progress->mid_line = event->text[event->number - 1] != '\n';
		break;
	case EV_PART_FORWARDED:
		progress->disturbed = true;
		break;
	case EV_PARTS_ENDED:
		progress->script = NULL;
		break;
	default:
		/* The events of the ends of scripts have a result. */
		if (ENABLE_JOBS && event->result)
			progress->running--;
		break;
	}
}

/* Adds what the line says between its beginning and its seconds. */
static void add_what_runs(struct text *line, const struct progress *progress)
{
	text_fmt(line, "[%s %d/%d", progress->phase, progress->number, progress->of);
	if (progress->side_by_side)
		text_fmt(line, ", %d running]", progress->running);
	else
		text_fmt(line, "] %s", progress->script);
}

void progress_hide(void *self, const struct event *event)
{
	struct progress *progress = self;

	if (progress->shown && sys_is_foreground(STDERR_FILENO))
		output_add(progress->out, ERASE, sizeof(ERASE) - 1, false);
	progress->shown = false;
	if (event->kind != EV_TICK)
		progress->printed_ns = event->at_ns;
	note_event(progress, event);
}

void progress_show(void *self, const struct event *event)
{
	struct progress *progress = self;
	char buf[256], seconds[24];
	struct text line = TEXT_TO_END(buf), end = TEXT_OVER(seconds);
	size_t taken;

	/* The line would be old before a stalled terminal shows it. */
	if (event->kind != EV_TICK || !progress->script || progress->mid_line ||
	    progress->out->len > 0 || progress->disturbed ||
	    event->at_ns - progress->printed_ns < QUIET_NS || !sys_is_foreground(STDERR_FILENO))
		return;
	text_fmt(&end, " %lld s", (long long)((event->at_ns - progress->started_ns) / NS_PER_SEC));
	taken = end.len + sizeof(TEXT_TRUNCATED) - 1;
	if ((size_t)event->number < line.cap)
		line.cap = (size_t)event->number;
	if (line.cap <= taken)
		return;
	/*
	 * A long name gives way to the seconds. The last column stays free, because the terminal
	 * may wrap there. No character has more columns than bytes.
	 */
	line.cap -= taken;
	add_what_runs(&line, progress);
	text_end(&line, "");
	line.cap = sizeof(buf);
	text_str(&line, seconds);
	output_add(progress->out, line.buf, line.len, false);
	progress->shown = true;
}
