/* SPDX-License-Identifier: Apache-2.0 */
#include "plot/plot_impl.h"

#include <limits.h>

#include "base/date.h"
#include "base/text.h"
#include "plot/svg.h"
#include "sys/util.h"

#define US_PER_MS 1000
#define SEC_PER_MIN 60
#define SEC_PER_HOUR 3600

/* It separates facts: a middle dot, U+00B7. */
#define DOT " \xc2\xb7 "

int plot_scripts(const struct timeline *timeline)
{
	int n = 0;

	for (int kind = 0; kind < TIMELINE_KINDS; kind++)
		n += timeline->counts[kind];
	return n;
}

const char *plot_kind(enum timeline_kind kind)
{
	static const char *const words[TIMELINE_KINDS] = {
		[TIMELINE_DONE] = "success",
		[TIMELINE_FAILED] = "failed",
		[TIMELINE_KILLED] = "killed or timed out",
		[TIMELINE_NOT_STARTED] = "could not start",
		[TIMELINE_UNFINISHED] = "unfinished",
	};

	return words[kind];
}

/* Adds a time in the unit and with the digits that are easy to read. */
static void add_rounded_time(struct text *text, int64_t us)
{
	int64_t seconds = us / PLOT_US_PER_SEC;

	if (us < 10 * US_PER_MS)
		text_fmt(text, "%d.%02d ms", (int)us / US_PER_MS, (int)us % US_PER_MS / 10);
	else if (seconds < 1)
		text_fmt(text, "%d ms", (int)us / US_PER_MS);
	else if (seconds < SEC_PER_MIN)
		text_fmt(text, "%d.%02d s", (int)seconds, (int)(us / 10000 % 100));
	else if (seconds < SEC_PER_HOUR)
		text_fmt(text, "%d min %02d s", (int)seconds / SEC_PER_MIN,
			 (int)seconds % SEC_PER_MIN);
	else
		text_fmt(text, "%d h %02d min", (int)(seconds / SEC_PER_HOUR),
			 (int)(seconds % SEC_PER_HOUR / SEC_PER_MIN));
}

static void add_exact_time(struct text *text, int64_t us)
{
	text_fmt(text, "%lld.%06d s", (long long)(us / PLOT_US_PER_SEC),
		 (int)(us % PLOT_US_PER_SEC));
}

static void add_scripts(struct text *text, int n, int most)
{
	text_fmt(text, n == 1 ? DOT "%d script" : DOT "%d scripts", n);
	if (most > 1)
		text_fmt(text, ", up to %d at once", most);
}

void plot_title(struct text *text, const struct timeline *timeline)
{
	svg_name(text, timeline->program, INT_MAX);
	text_char(text, ' ');
	svg_name(text, timeline->path, INT_MAX);
}

/* The log has no time zone, so we use UTC. A date of 1970 or before means that no clock was set. */
static void add_date(struct text *text, int64_t wall_us)
{
	if (wall_us <= 0 || wall_us > INT64_MAX / US_PER_MS)
		return;
	date_unix_utc(text, wall_us * US_PER_MS);
	text_str(text, DOT);
}

void plot_facts(struct text *text, const struct timeline *timeline)
{
	int most = 0;

	for (const struct timeline_lane *lane = timeline->first; lane; lane = lane->next)
		most = most < lane->max_open ? lane->max_open : most;
	add_date(text, timeline->wall_us);
	add_rounded_time(text, timeline->end_us);
	if (timeline->ended)
		text_fmt(text, DOT "exit status %d", timeline->status);
	else
		text_str(text, DOT "unfinished");
	if (timeline->signal)
		text_fmt(text, ", signal %d", timeline->signal);
	add_scripts(text, plot_scripts(timeline), most);
	text_fmt(text, DOT "process %lld", (long long)timeline->run);
	if (*timeline->id)
		text_fmt(text, DOT "run %s", timeline->id);
	if (timeline->torn)
		text_fmt(text,
			 timeline->torn == 1 ? DOT "%d torn line left out" :
					       DOT "%d torn lines left out",
			 timeline->torn);
}

bool plot_failure(struct text *text, const struct timeline *timeline)
{
	const char *const words[] = { timeline->failure_path, timeline->failure_text,
				      timeline->failure_error };
	bool found = false;

	for (size_t i = 0; i < countof(words); i++) {
		if (!words[i])
			continue;
		if (text) {
			text_str(text, found ? ": " : "Failure: ");
			svg_name(text, words[i], INT_MAX);
		}
		found = true;
	}
	return found;
}

void plot_lane(struct text *text, const struct timeline_lane *lane, const struct timeline *timeline)
{
	text_str(text, DOT);
	add_rounded_time(text, lane->end_us - lane->begin_us);
	add_scripts(text, lane->n_bars, lane->max_open);
	if (lane->status)
		text_fmt(text, DOT "status %d", lane->status);
	else if (!lane->ended && !timeline->ended)
		text_str(text, DOT "unfinished");
}

static void add_end(struct text *text, const struct timeline_bar *bar)
{
	switch (bar->kind) {
	case TIMELINE_FAILED:
		text_fmt(text, ", status %d", bar->status);
		break;
	case TIMELINE_KILLED:
		if (bar->timed_out)
			text_str(text, ", timeout");
		else
			text_fmt(text, ", signal %d", bar->signal);
		break;
	case TIMELINE_NOT_STARTED:
		text_str(text, ", not started");
		break;
	case TIMELINE_UNFINISHED:
		text_str(text, ", unfinished");
		break;
	default:
		break;
	}
}

/* Nothing at all may be known of how long an unfinished script ran. */
void plot_bar(struct text *text, const struct timeline_bar *bar)
{
	int64_t us = bar->end_us - bar->begin_us;

	text_str(text, DOT);
	if (bar->kind == TIMELINE_UNFINISHED && us == 0) {
		text_str(text, "unfinished");
		return;
	}
	add_rounded_time(text, us);
	add_end(text, bar);
}

static void add_measured(struct text *text, const struct timeline_bar *bar)
{
	text_fmt(text, "\nstatus %d", bar->status);
	if (bar->signal)
		text_fmt(text, ", signal %d", bar->signal);
	if (bar->reason) {
		text_str(text, ", by ");
		svg_escape(text, bar->reason);
	}
	if (bar->text) {
		text_str(text, ": ");
		svg_escape(text, bar->text);
	}
	text_char(text, '\n');
	add_exact_time(text, bar->elapsed_us);
	text_str(text, "\nCPU ");
	add_exact_time(text, bar->user_us);
	text_str(text, ", kernel ");
	add_exact_time(text, bar->system_us);
	text_fmt(text, "\nmemory %lld KiB", (long long)bar->peak_kib);
}

void plot_hover(struct text *text, const struct timeline_bar *bar)
{
	svg_escape(text, bar->path);
	if (bar->kind == TIMELINE_UNFINISHED) {
		text_str(text, "\nunfinished after ");
		add_exact_time(text, bar->end_us - bar->begin_us);
	} else {
		add_measured(text, bar);
	}
	text_str(text, "\nbegan at ");
	add_exact_time(text, bar->begin_us);
}

void plot_tick(struct text *text, int64_t us, int64_t step_us)
{
	static const char units[][4] = { " s", " ms" };
	int64_t unit_us = step_us < PLOT_US_PER_SEC / 10 ? US_PER_MS : PLOT_US_PER_SEC;
	const char *unit = units[unit_us == US_PER_MS];

	if (us == 0)
		text_char(text, '0');
	else if (step_us >= SEC_PER_MIN * PLOT_US_PER_SEC)
		text_fmt(text, "%lld min", (long long)(us / PLOT_US_PER_SEC / SEC_PER_MIN));
	else if (step_us >= unit_us)
		text_fmt(text, "%d%s", (int)(us / unit_us), unit);
	else if (step_us >= unit_us / 10)
		text_fmt(text, "%d.%d%s", (int)(us / unit_us), (int)(us % unit_us * 10 / unit_us),
			 unit);
	else
		text_fmt(text, "%d \xc2\xb5s", (int)us);
}
