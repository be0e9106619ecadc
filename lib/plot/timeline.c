/* SPDX-License-Identifier: Apache-2.0 */
#include "plot/timeline.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "plot/json.h"
#include "plot/svg.h"
#include "sys/mem.h"
#include "sys/util.h"

/* The newest version of the format that we know. */
#define VERSION_MAX 1

#define MILLION 1000000

/* The fields of a line that we use. */
enum string_field { EVENT, ID, PROGRAM, PHASE, PATH, REASON, TEXT, ERROR, STRING_FIELDS };
enum number_field {
	RUN,
	T,
	VERSION,
	TIME,
	STATUS,
	SIGNAL,
	SECONDS,
	USER,
	SYSTEM,
	PEAK_KIB,
	NUMBER_FIELDS
};

static const char *const string_names[STRING_FIELDS] = {
	[EVENT] = "event", [ID] = "id",         [PROGRAM] = "program", [PHASE] = "phase",
	[PATH] = "path",   [REASON] = "reason", [TEXT] = "text",       [ERROR] = "error",
};

static const char *const number_names[NUMBER_FIELDS] = {
	[RUN] = "run",           [T] = "t",           [VERSION] = "version",
	[TIME] = "time",         [STATUS] = "status", [SIGNAL] = "signal",
	[SECONDS] = "seconds",   [USER] = "user",     [SYSTEM] = "system",
	[PEAK_KIB] = "peak_kib",
};

/* The kinds of a script's end that its reason decides about; others depend on its exit status. */
static const struct {
	const char *reason;
	enum timeline_kind kind;
} reasons[] = {
	{ "start", TIMELINE_NOT_STARTED },
	{ "signal", TIMELINE_KILLED },
	{ "timeout", TIMELINE_KILLED },
};

/* A line of the log. The fields that it does not have are NULL or 0. */
struct line {
	const char *strings[STRING_FIELDS];
	int64_t millionths[NUMBER_FIELDS];
	bool has_t;
};

static int64_t whole_field(const struct line *line, enum number_field field)
{
	return line->millionths[field] / MILLION;
}

/* A status or a signal has at most three digits. */
static int status_field(const struct line *line, enum number_field field)
{
	int64_t value = whole_field(line, field);

	return value < 0 ? 0 : value > 999 ? 999 : (int)value;
}

/* Returns seconds as microseconds, within the limits of a timeline. */
static int64_t us_field(const struct line *line, enum number_field field)
{
	int64_t us = line->millionths[field];

	return us < 0 ? 0 : us > TIMELINE_MAX_US ? TIMELINE_MAX_US : us;
}

/* Nothing ends before it began, whatever a log says. */
static int64_t not_before(int64_t begin_us, int64_t end_us)
{
	return end_us > begin_us ? end_us : begin_us;
}

/* Returns the index of a name in a list of n, or n if it is not in it. */
static size_t find_name(const char *const *names, size_t n, const char *name)
{
	size_t i = 0;

	while (i < n && strcmp(names[i], name) != 0)
		i++;
	return i;
}

/* Keeps a member of the line's object, if it is a field that we use. Returns 0 or -EINVAL. */
static int take_member(struct line *line, const char *name, const struct json_value *value)
{
	size_t string = find_name(string_names, STRING_FIELDS, name);
	size_t number = find_name(number_names, NUMBER_FIELDS, name);

	if (string < STRING_FIELDS) {
		if (value->kind != JSON_STRING)
			return -EINVAL;
		svg_clean(value->string);
		line->strings[string] = value->string;
		return 0;
	}
	if (number < NUMBER_FIELDS) {
		line->millionths[number] = value->millionths;
		line->has_t |= number == T;
		return value->kind == JSON_NUMBER ? 0 : -EINVAL;
	}
	return 0;
}

static int parse_line(struct line *line, char *s, size_t n, const char **ret_cause)
{
	struct json json;
	struct json_value value;
	const char *name;
	int err;

	*line = (struct line){ .has_t = false };
	json_open(&json, s, n);
	*ret_cause = "not an object of JSON";
	while ((err = json_member(&json, &name, &value)) > 0)
		if (take_member(line, name, &value) < 0) {
			*ret_cause = "a field of the wrong type";
			return -EINVAL;
		}
	if (err < 0)
		return -EBADMSG;
	*ret_cause = "not an event: event, run or t is missing";
	if (!line->strings[EVENT] || whole_field(line, RUN) <= 0 || !line->has_t)
		return -EINVAL;
	*ret_cause = "a version of the event log that is not known here";
	return whole_field(line, VERSION) > VERSION_MAX ? -EINVAL : 0;
}

/* Older logs have no ids. */
static const char *id_of(const struct line *line)
{
	return line->strings[ID] ? line->strings[ID] : "";
}

static bool is_wanted(const struct timeline *timeline, const struct line *line)
{
	if (timeline->wanted_id)
		return strcmp(timeline->wanted_id, id_of(line)) == 0;
	return !timeline->wanted || timeline->wanted == whole_field(line, RUN);
}

/* Begins an empty timeline: what it holds is of an earlier run. */
static void begin_run(struct timeline *timeline, const struct line *line)
{
	*timeline = (struct timeline){
		.mem = timeline->mem,
		.wanted = timeline->wanted,
		.wanted_id = timeline->wanted_id,
		.run = whole_field(line, RUN),
		.id = id_of(line),
		.program = line->strings[PROGRAM] ? line->strings[PROGRAM] : "",
		.path = line->strings[PATH] ? line->strings[PATH] : "",
		.wall_us = line->millionths[TIME],
	};
	timeline->end = &timeline->first;
}

static struct timeline_lane *add_lane(struct timeline *timeline, const char *name, int64_t begin_us)
{
	struct timeline_lane *lane = mem_alloc(timeline->mem, sizeof(*lane));

	if (!lane)
		return NULL;
	lane->name = name;
	lane->named = (struct index_entry){ .name = name, .thing = lane };
	(void)index_take(&timeline->lanes, name);
	if (index_add(&timeline->lanes, timeline->mem, &lane->named) < 0)
		return NULL;
	lane->begin_us = begin_us;
	lane->end = &lane->first;
	*timeline->end = lane;
	timeline->end = &lane->next;
	return lane;
}

static const char *lane_name(const struct timeline *timeline, const struct line *line)
{
	return line->strings[PHASE] ? line->strings[PHASE] : timeline->program;
}

static int begin_phase(struct timeline *timeline, const struct line *line)
{
	return add_lane(timeline, lane_name(timeline, line), us_field(line, T)) ? 0 : -ENOMEM;
}

static int end_phase(struct timeline *timeline, const struct line *line)
{
	struct timeline_lane *lane = index_find(&timeline->lanes, lane_name(timeline, line));

	if (lane) {
		lane->end_us = not_before(lane->begin_us, us_field(line, T));
		lane->status = status_field(line, STATUS);
		lane->ended = true;
	}
	return 0;
}

/* run-parts and dib-run-parts have no phases: their first script or entry begins the lane. */
static struct timeline_lane *get_lane(struct timeline *timeline, const struct line *line,
				      int64_t begin_us)
{
	const char *name = lane_name(timeline, line);
	struct timeline_lane *lane = index_find(&timeline->lanes, name);

	return lane ? lane : add_lane(timeline, name, begin_us);
}

static struct timeline_bar *add_bar(struct timeline *timeline, const struct line *line,
				    int64_t begin_us)
{
	struct timeline_lane *lane = get_lane(timeline, line, begin_us);
	struct timeline_bar *bar = mem_alloc(timeline->mem, sizeof(*bar));

	if (!lane || !bar)
		return NULL;
	bar->path = line->strings[PATH] ? line->strings[PATH] : "";
	bar->begin_us = begin_us;
	bar->kind = TIMELINE_UNFINISHED;
	bar->lane = lane;
	*lane->end = bar;
	lane->end = &bar->next;
	lane->n_bars++;
	return bar;
}

static int count_left_out(struct timeline *timeline, const struct line *line)
{
	struct timeline_lane *lane = get_lane(timeline, line, us_field(line, T));

	if (!lane)
		return -ENOMEM;
	lane->n_left_out++;
	return 0;
}

static int begin_bar(struct timeline *timeline, const struct line *line)
{
	struct timeline_bar *bar = add_bar(timeline, line, us_field(line, T));
	struct timeline_lane *lane;

	if (!bar)
		return -ENOMEM;
	bar->open = (struct index_entry){ .name = bar->path, .thing = bar };
	if (index_add(&timeline->open, timeline->mem, &bar->open) < 0)
		return -ENOMEM;
	lane = bar->lane;
	lane->n_open++;
	if (lane->max_open < lane->n_open)
		lane->max_open = lane->n_open;
	return 0;
}

static enum timeline_kind end_kind(const char *reason, int status)
{
	for (size_t i = 0; reason && i < countof(reasons); i++)
		if (strcmp(reasons[i].reason, reason) == 0)
			return reasons[i].kind;
	return status ? TIMELINE_FAILED : TIMELINE_DONE;
}

/* The beginning of a script may be missing in the log: then its end says how long ago that was. */
static int end_bar(struct timeline *timeline, const struct line *line)
{
	int64_t end_us = us_field(line, T), elapsed_us = us_field(line, SECONDS);
	const char *path = line->strings[PATH], *reason = line->strings[REASON];
	struct timeline_bar *bar = index_take(&timeline->open, path ? path : "");

	if (bar)
		bar->lane->n_open--;
	else
		bar = add_bar(timeline, line, elapsed_us < end_us ? end_us - elapsed_us : 0);
	if (!bar)
		return -ENOMEM;
	bar->end_us = not_before(bar->begin_us, end_us);
	bar->elapsed_us = elapsed_us > 0 ? elapsed_us : bar->end_us - bar->begin_us;
	bar->user_us = us_field(line, USER);
	bar->system_us = us_field(line, SYSTEM);
	bar->peak_kib = whole_field(line, PEAK_KIB);
	bar->text = line->strings[TEXT];
	bar->status = status_field(line, STATUS);
	bar->signal = status_field(line, SIGNAL);
	bar->kind = end_kind(reason, bar->status);
	bar->timed_out = reason && strcmp(reason, "timeout") == 0;
	return 0;
}

static int note_failure(struct timeline *timeline, const struct line *line)
{
	if (timeline->failure_path || timeline->failure_text || timeline->failure_error)
		return 0;
	timeline->failure_path = line->strings[PATH];
	timeline->failure_text = line->strings[TEXT];
	timeline->failure_error = line->strings[ERROR];
	timeline->failure_us = us_field(line, T);
	return 0;
}

static int begin_wait(struct timeline *timeline, const struct line *line)
{
	timeline->locked_out = true;
	timeline->lock_begin_us = us_field(line, T);
	return 0;
}

/* Whatever comes after it in the log, the wait for the lock is over. */
static void end_wait(struct timeline *timeline, const struct line *line)
{
	if (timeline->locked_out)
		timeline->lock_us += not_before(0, us_field(line, T) - timeline->lock_begin_us);
	timeline->locked_out = false;
}

static int end_run(struct timeline *timeline, const struct line *line)
{
	timeline->status = status_field(line, STATUS);
	timeline->signal = status_field(line, SIGNAL);
	timeline->ended = true;
	return 0;
}

/* The events that change a timeline, besides run-start. */
static const struct {
	const char *name;
	int (*take)(struct timeline *timeline, const struct line *line);
} events[] = {
	{ "phase-start", begin_phase },      { "phase-end", end_phase },
	{ "part-start", begin_bar },         { "part-end", end_bar },
	{ "part-left-out", count_left_out }, { "failure", note_failure },
	{ "lock-wait", begin_wait },         { "run-end", end_run },
};

int timeline_add(struct timeline *timeline, char *s, size_t n, const char **ret_cause)
{
	struct line line;
	int err = parse_line(&line, s, n, ret_cause);

	timeline->torn += err == -EBADMSG;
	if (err < 0)
		return err;
	if (strcmp(line.strings[EVENT], "run-start") == 0 && is_wanted(timeline, &line))
		begin_run(timeline, &line);
	if (timeline->run != whole_field(&line, RUN) || strcmp(timeline->id, id_of(&line)) != 0)
		return 0;
	if (timeline->end_us < us_field(&line, T))
		timeline->end_us = us_field(&line, T);
	end_wait(timeline, &line);
	for (size_t i = 0; i < countof(events); i++)
		if (strcmp(line.strings[EVENT], events[i].name) == 0)
			return events[i].take(timeline, &line);
	return 0;
}

void timeline_finish(struct timeline *timeline)
{
	for (struct timeline_lane *lane = timeline->first; lane; lane = lane->next) {
		if (!lane->ended)
			lane->end_us = timeline->end_us;
		for (struct timeline_bar *bar = lane->first; bar; bar = bar->next) {
			if (bar->kind == TIMELINE_UNFINISHED)
				bar->end_us = not_before(bar->begin_us, lane->end_us);
			timeline->counts[bar->kind]++;
		}
	}
}
