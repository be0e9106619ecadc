/* SPDX-License-Identifier: Apache-2.0 */
#include "plot/plot_words.h"

#include <limits.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "plot/svg.h"
#include "sys/util.h"

#define US_PER_MS 1000
#define SEC_PER_MIN 60
#define SEC_PER_HOUR 3600

/* The most letters of a name in a label or title. */
#define NAME_LETTERS 70

/* The fewest letters of a name that is cut; rather than that, the end of its label is cut. */
#define NAME_LETTERS_MIN 8

int plot_scripts(const struct timeline *timeline)
{
	int n = 0;

	for (int kind = 0; kind < TIMELINE_KINDS; kind++)
		n += timeline->counts[kind];
	return n;
}

bool plot_failed(enum timeline_kind kind)
{
	return kind != TIMELINE_DONE && kind != TIMELINE_UNFINISHED;
}

const char *plot_kind(enum timeline_kind kind)
{
	static const char *const words[TIMELINE_KINDS] = {
		[TIMELINE_DONE] = "success",
		[TIMELINE_FAILED] = "failed",
		[TIMELINE_KILLED] = "killed or timed out",
		[TIMELINE_NOT_STARTED] = "could not be started",
		[TIMELINE_UNFINISHED] = "unfinished",
	};

	return words[kind];
}

void plot_time(struct text *text, int64_t us)
{
	int64_t seconds = us / PLOT_US_PER_SEC;

	if (us < 10 * US_PER_MS)
		text_fmt(text, "%d.%02d ms", (int)us / US_PER_MS, (int)us % US_PER_MS / 10);
	else if (seconds < 1)
		text_fmt(text, "%d ms", (int)us / US_PER_MS);
	else if (seconds < 10)
		text_fmt(text, "%d.%02d s", (int)seconds, (int)(us / 10000 % 100));
	else if (seconds < SEC_PER_MIN)
		text_fmt(text, "%d.%d s", (int)seconds, (int)(us / 100000 % 10));
	else if (seconds < SEC_PER_HOUR)
		text_fmt(text, "%d min %02d s", (int)seconds / SEC_PER_MIN,
			 (int)seconds % SEC_PER_MIN);
	else
		text_fmt(text, "%d h %02d min", (int)(seconds / SEC_PER_HOUR),
			 (int)(seconds % SEC_PER_HOUR / SEC_PER_MIN));
}

/* Adds seconds with so many decimals, 3 or 6. */
static void add_seconds(struct text *text, int64_t us, int decimals)
{
	long long seconds = us / PLOT_US_PER_SEC;
	int rest = (int)(us % PLOT_US_PER_SEC);

	if (decimals == 3)
		text_fmt(text, "%lld.%03d s", seconds, rest / US_PER_MS);
	else
		text_fmt(text, "%lld.%06d s", seconds, rest);
}

static void add_scripts(struct text *text, int n, int most)
{
	text_fmt(text, n == 1 ? PLOT_DOT "%d script" : PLOT_DOT "%d scripts", n);
	if (most > 1)
		text_fmt(text, ", up to %d at once", most);
}

/* Adds SIGTERM, or "signal 40" where there is no name. */
static void add_signal(struct text *text, int sig)
{
	const char *name = text_signal(sig);

	text_str(text, name);
	if (strncmp(name, "SIG", 3) != 0)
		text_fmt(text, " %d", sig);
}

void plot_title(struct text *text, const struct timeline *timeline)
{
	svg_name(text, timeline->program, INT_MAX);
	text_char(text, ' ');
	svg_name(text, timeline->path, INT_MAX);
}

void plot_path(struct text *text, const char *path, int letters)
{
	int slashes = 0;
	const char *at = path + strlen(path);

	while (at > path && (at[-1] != '/' || ++slashes < 2))
		at--;
	svg_name(text, at, letters);
}

/* Adds the failure that is not a script's. Returns whether there is one. */
static bool add_other_failure(struct text *text, const struct timeline *timeline)
{
	const char *const words[] = { timeline->failure_path, timeline->failure_text,
				      timeline->failure_error };
	const char *before = "Failed: ";

	for (size_t i = 0; i < countof(words); i++)
		if (words[i] && *words[i]) {
			text_str(text, before);
			svg_name(text, words[i], INT_MAX);
			before = ": ";
		}
	if (*before == 'F')
		return false;
	text_str(text, ", at ");
	plot_time(text, timeline->failure_us);
	return true;
}

bool plot_result(struct text *text, const struct timeline *timeline)
{
	bool all_done = timeline->counts[TIMELINE_DONE] == plot_scripts(timeline);

	if (timeline->signal) {
		text_str(text, "Terminated by ");
		add_signal(text, timeline->signal);
		text_str(text, ", after ");
	} else if (add_other_failure(text, timeline) || !all_done) {
		return true;
	} else if (!timeline->ended) {
		text_str(text, "Unfinished: the log ends at ");
	} else if (timeline->status) {
		text_fmt(text, "Failed: exit status %d, after ", timeline->status);
	} else {
		text_str(text, "Succeeded in ");
	}
	plot_time(text, timeline->end_us);
	return timeline->signal || timeline->status;
}

/* Adds how a script ended. Of those that timed out, some then end with a status of their own. */
static void add_end(struct text *text, const struct timeline_bar *bar)
{
	if (bar->kind == TIMELINE_UNFINISHED)
		text_str(text, "unfinished");
	else if (bar->kind == TIMELINE_NOT_STARTED)
		text_str(text, "could not be started");
	else if (bar->timed_out)
		text_str(text, "timed out");
	else if (bar->kind == TIMELINE_KILLED) {
		text_str(text, "killed by ");
		add_signal(text, bar->signal);
	} else
		text_fmt(text, "exit status %d", bar->status);
}

void plot_failure(struct text *text, const struct timeline_bar *bar)
{
	bool failed = plot_failed(bar->kind);

	text_str(text, failed ? "Failed: " : "Unfinished: ");
	plot_path(text, bar->path, NAME_LETTERS);
	text_str(text, ", ");
	if (failed)
		add_end(text, bar);
	else
		text_str(text, "still running");
	text_str(text, ", at ");
	plot_time(text, bar->end_us);
}

/* The log has no time zone, so we use UTC. A date of 1970 or before means that no clock was set. */
static void add_date(struct text *text, int64_t wall_us)
{
	if (wall_us <= 0 || wall_us > INT64_MAX / US_PER_MS)
		return;
	date_unix_utc(text, wall_us * US_PER_MS);
	text_str(text, PLOT_DOT);
}

void plot_facts(struct text *text, const struct timeline *timeline)
{
	int most = 0;

	for (const struct timeline_lane *lane = timeline->first; lane; lane = lane->next)
		most = most < lane->max_open ? lane->max_open : most;
	add_date(text, timeline->wall_us);
	plot_time(text, timeline->end_us);
	if (timeline->ended)
		text_fmt(text, PLOT_DOT "exit status %d", timeline->status);
	else
		text_str(text, PLOT_DOT "unfinished");
	add_scripts(text, plot_scripts(timeline), most);
	if (timeline->lock_us > 0) {
		text_str(text, PLOT_DOT "waited ");
		plot_time(text, timeline->lock_us);
		text_str(text, " for the lock");
	}
	text_fmt(text, PLOT_DOT "process %lld", (long long)timeline->run);
	if (*timeline->id)
		text_fmt(text, PLOT_DOT "run %s", timeline->id);
	if (timeline->torn)
		text_fmt(text,
			 timeline->torn == 1 ? PLOT_DOT "%d torn line left out" :
					       PLOT_DOT "%d torn lines left out",
			 timeline->torn);
}

bool plot_lane_failed(const struct timeline_lane *lane)
{
	bool failed = lane->status;

	for (const struct timeline_bar *bar = lane->first; bar && !failed; bar = bar->next)
		failed = plot_failed(bar->kind);
	return failed;
}

void plot_lane(struct text *text, const struct timeline_lane *lane, const struct timeline *timeline)
{
	svg_name(text, lane->name, NAME_LETTERS);
	if (lane->status)
		text_fmt(text, PLOT_DOT "failed with exit status %d", lane->status);
	else if (plot_lane_failed(lane))
		text_str(text, PLOT_DOT "failed");
	else if (!lane->ended && !timeline->ended)
		text_str(text, PLOT_DOT "unfinished");
	text_str(text, PLOT_DOT);
	plot_time(text, lane->end_us - lane->begin_us);
	add_scripts(text, lane->n_bars, lane->max_open);
	if (lane->n_left_out)
		text_fmt(text, PLOT_DOT "%d left out", lane->n_left_out);
}

/* Nothing at all may be known of how long an unfinished script ran. */
static void add_time_and_end(struct text *text, const struct timeline_bar *bar)
{
	int64_t us = bar->end_us - bar->begin_us;

	text_str(text, PLOT_DOT);
	if (bar->kind != TIMELINE_UNFINISHED || us > 0)
		plot_time(text, us);
	if (bar->kind == TIMELINE_DONE)
		return;
	if (bar->kind != TIMELINE_UNFINISHED || us > 0)
		text_str(text, ", ");
	add_end(text, bar);
}

void plot_label(struct text *text, const struct timeline_bar *bar, int letters)
{
	const char *name = strrchr(bar->path, '/');
	char end_buf[128], buf[512];
	struct text end = TEXT_OVER(end_buf), label = TEXT_OVER(buf);
	int name_letters;

	add_time_and_end(&end, bar);
	name_letters = letters - svg_letters(end_buf);
	if (name_letters > NAME_LETTERS)
		name_letters = NAME_LETTERS;
	else if (name_letters < NAME_LETTERS_MIN)
		name_letters = NAME_LETTERS_MIN;
	svg_name(&label, name && name[1] ? name + 1 : bar->path, name_letters);
	text_str(&label, end_buf);
	svg_shorten(text, buf, letters);
}

/* Adds what the runner measured, with decimal megabytes. */
static void add_measured(struct text *text, const struct timeline_bar *bar)
{
	int64_t tenths = (bar->peak_kib * 1024 + 50000) / 100000;

	text_str(text, "\nuser ");
	add_seconds(text, bar->user_us, 3);
	text_str(text, ", system ");
	add_seconds(text, bar->system_us, 3);
	text_fmt(text, "\npeak memory %lld.%d MB", (long long)(tenths / 10), (int)(tenths % 10));
}

void plot_hover(struct text *text, const struct timeline_bar *bar)
{
	svg_escape(text, bar->path);
	text_char(text, '\n');
	add_end(text, bar);
	if (bar->timed_out && bar->signal) {
		text_str(text, ", killed by ");
		add_signal(text, bar->signal);
	} else if (bar->timed_out) {
		text_fmt(text, ", exit status %d", bar->status);
	}
	if (bar->text) {
		text_str(text, ": ");
		svg_escape(text, bar->text);
	}
	text_str(text, "\nran ");
	add_seconds(text,
		    bar->kind == TIMELINE_UNFINISHED ? bar->end_us - bar->begin_us :
						       bar->elapsed_us,
		    6);
	text_str(text, ", from ");
	add_seconds(text, bar->begin_us, 6);
	text_str(text, " to ");
	add_seconds(text, bar->end_us, 6);
	if (bar->peak_kib > 0)
		add_measured(text, bar);
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
