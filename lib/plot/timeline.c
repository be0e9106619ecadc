#include "plot/timeline.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "plot/json.h"
#include "sys/mem.h"
#include "sys/util.h"

/* The version of the format that we know. */
#define VERSION_MAX 1

#define MILLION 1000000

/* The fields that we look at, in the order of their names. */
enum { EVENT, PROGRAM, PHASE, PATH, REASON, TEXT, ERROR, N_STRINGS };
enum { RUN, T, VERSION, TIME, STATUS, SIGNAL, SECONDS, USER, SYSTEM, PEAK_KIB, N_NUMBERS };

static const char string_names[] = "event\0program\0phase\0path\0reason\0text\0error\0";
static const char number_names[] = "run\0t\0version\0time\0status\0signal\0seconds\0user\0system\0"
				   "peak_kib\0";

/* What is not there is NULL, or 0 millionths. */
struct line {
	const char *strings[N_STRINGS];
	int64_t numbers[N_NUMBERS];
	bool has_t;
};

static int64_t whole(const struct line *line, int number)
{
	return line->numbers[number] / MILLION;
}

/* A status or a signal: none has more than three digits. */
static int status_of(const struct line *line, int number)
{
	int64_t value = whole(line, number);

	return value < 0 ? 0 : value > 999 ? 999 : (int)value;
}

/* Seconds as microseconds, within the limits. */
static int64_t time_of(const struct line *line, int number)
{
	int64_t us = line->numbers[number];

	return us < 0 ? 0 : us > TIMELINE_MAX_US ? TIMELINE_MAX_US : us;
}

/* What ends does not end before it began, whatever a log says. */
static int64_t at_least(int64_t begin_us, int64_t end_us)
{
	return end_us > begin_us ? end_us : begin_us;
}

static int take_member(struct line *line, const char *name, const struct json_value *value)
{
	int string = text_place(string_names, name), number = text_place(number_names, name);

	if (string >= 0 ? value->kind != JSON_STRING : number >= 0 && value->kind != JSON_NUMBER)
		return -EINVAL;
	if (string >= 0)
		line->strings[string] = value->string;
	if (number >= 0)
		line->numbers[number] = value->millionths;
	if (number == T)
		line->has_t = true;
	return 0;
}

static int parse(struct line *line, char *s, size_t n, const char **ret_cause)
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
		return err;
	*ret_cause = "not an event: event, run or t is missing";
	if (!line->strings[EVENT] || whole(line, RUN) <= 0 || !line->has_t)
		return -EINVAL;
	*ret_cause = "a version of the event log that is not known here";
	return whole(line, VERSION) > VERSION_MAX ? -EINVAL : 0;
}

/* Whatever ran before is another run. */
static void begin_run(struct timeline *timeline, const struct line *line)
{
	*timeline = (struct timeline){
		.mem = timeline->mem,
		.wanted = timeline->wanted,
		.run = whole(line, RUN),
		.program = line->strings[PROGRAM] ? line->strings[PROGRAM] : "",
		.path = line->strings[PATH] ? line->strings[PATH] : "",
		.wall_us = line->numbers[TIME],
	};
}

static struct timeline_lane *add_lane(struct timeline *timeline, const char *name, int64_t begin_us)
{
	struct timeline_lane *lane = mem_alloc(timeline->mem, sizeof(*lane));

	if (!lane)
		return NULL;
	lane->name = name;
	lane->begin_us = begin_us;
	if (timeline->last)
		timeline->last->next = lane;
	else
		timeline->first = lane;
	timeline->last = lane;
	return lane;
}

/* The lane a line is about: the last of that name, or NULL. */
static struct timeline_lane *find_lane(const struct timeline *timeline, const char *name)
{
	struct timeline_lane *found = NULL;

	for (struct timeline_lane *lane = timeline->first; lane; lane = lane->next)
		if (strcmp(lane->name, name) == 0)
			found = lane;
	return found;
}

static const char *lane_name(const struct timeline *timeline, const struct line *line)
{
	return line->strings[PHASE] ? line->strings[PHASE] : timeline->program;
}

static int begin_phase(struct timeline *timeline, const struct line *line)
{
	return add_lane(timeline, lane_name(timeline, line), time_of(line, T)) ? 0 : -ENOMEM;
}

static int end_phase(struct timeline *timeline, const struct line *line)
{
	struct timeline_lane *lane = find_lane(timeline, lane_name(timeline, line));

	if (lane) {
		lane->end_us = at_least(lane->begin_us, time_of(line, T));
		lane->status = status_of(line, STATUS);
		lane->ended = true;
	}
	return 0;
}

/* A lane is made where the log did not begin one: run-parts and dib-run-parts have no phases. */
static struct timeline_bar *add_bar(struct timeline *timeline, const struct line *line,
				    int64_t begin_us)
{
	const char *name = lane_name(timeline, line);
	struct timeline_lane *lane = find_lane(timeline, name);
	struct timeline_bar *bar = mem_alloc(timeline->mem, sizeof(*bar));

	if (!lane)
		lane = add_lane(timeline, name, begin_us);
	if (!lane || !bar)
		return NULL;
	bar->path = line->strings[PATH] ? line->strings[PATH] : "";
	bar->begin_us = begin_us;
	bar->kind = TIMELINE_UNFINISHED;
	bar->lane = lane;
	if (lane->last)
		lane->last->next = bar;
	else
		lane->first = bar;
	lane->last = bar;
	lane->n_bars++;
	return bar;
}

static int begin_bar(struct timeline *timeline, const struct line *line)
{
	struct timeline_bar *bar = add_bar(timeline, line, time_of(line, T));
	struct timeline_lane *lane;

	if (!bar)
		return -ENOMEM;
	bar->next_open = timeline->open;
	timeline->open = bar;
	lane = bar->lane;
	lane->n_open++;
	if (lane->most < lane->n_open)
		lane->most = lane->n_open;
	return 0;
}

static enum timeline_kind kind_of(const char *reason, int status)
{
	static const char reasons[] = "start\0signal\0timeout\0";
	int place = reason ? text_place(reasons, reason) : -1;

	if (place >= 0)
		return place == 0 ? TIMELINE_NOT_STARTED : TIMELINE_KILLED;
	return status ? TIMELINE_FAILED : TIMELINE_DONE;
}

/* The open bar of this script, taken out of those that are open; or NULL. */
static struct timeline_bar *take_open(struct timeline *timeline, const char *path)
{
	struct timeline_bar **at = &timeline->open, *bar;

	while (*at && (!path || strcmp((*at)->path, path) != 0))
		at = &(*at)->next_open;
	bar = *at;
	if (bar)
		*at = bar->next_open;
	return bar;
}

/* What ends without having begun began as long before as it says that it took. */
static int end_bar(struct timeline *timeline, const struct line *line)
{
	int64_t end_us = time_of(line, T), elapsed_us = time_of(line, SECONDS);
	struct timeline_bar *bar = take_open(timeline, line->strings[PATH]);

	if (bar)
		bar->lane->n_open--;
	else
		bar = add_bar(timeline, line, elapsed_us < end_us ? end_us - elapsed_us : 0);
	if (!bar)
		return -ENOMEM;
	bar->end_us = at_least(bar->begin_us, end_us);
	bar->elapsed_us = elapsed_us;
	bar->user_us = time_of(line, USER);
	bar->system_us = time_of(line, SYSTEM);
	bar->peak_kib = whole(line, PEAK_KIB);
	bar->reason = line->strings[REASON];
	bar->text = line->strings[TEXT];
	bar->status = status_of(line, STATUS);
	bar->signal = status_of(line, SIGNAL);
	bar->kind = kind_of(bar->reason, bar->status);
	return 0;
}

static int note_failure(struct timeline *timeline, const struct line *line)
{
	if (timeline->failure_path || timeline->failure_text || timeline->failure_error)
		return 0;
	timeline->failure_path = line->strings[PATH];
	timeline->failure_text = line->strings[TEXT];
	timeline->failure_error = line->strings[ERROR];
	return 0;
}

static int end_run(struct timeline *timeline, const struct line *line)
{
	timeline->status = status_of(line, STATUS);
	timeline->signal = status_of(line, SIGNAL);
	timeline->ended = true;
	return 0;
}

static const struct {
	char name[12];
	int (*take)(struct timeline *timeline, const struct line *line);
} events[] = {
	{ "phase-start", begin_phase }, { "phase-end", end_phase },  { "part-start", begin_bar },
	{ "part-end", end_bar },        { "failure", note_failure }, { "run-end", end_run },
};

int timeline_add(struct timeline *timeline, char *s, size_t n, const char **ret_cause)
{
	struct line line;
	int err = parse(&line, s, n, ret_cause);

	if (err < 0)
		return err;
	if (strcmp(line.strings[EVENT], "run-start") == 0 &&
	    (!timeline->wanted || timeline->wanted == whole(&line, RUN)))
		begin_run(timeline, &line);
	if (timeline->run != whole(&line, RUN))
		return 0;
	if (timeline->end_us < time_of(&line, T))
		timeline->end_us = time_of(&line, T);
	for (size_t i = 0; i < countof(events); i++)
		if (strncmp(line.strings[EVENT], events[i].name, sizeof(events[i].name)) == 0)
			return events[i].take(timeline, &line);
	return 0;
}

void timeline_finish(struct timeline *timeline)
{
	for (struct timeline_bar *bar = timeline->open; bar; bar = bar->next_open)
		bar->end_us = timeline->end_us;
	for (struct timeline_lane *lane = timeline->first; lane; lane = lane->next) {
		if (!lane->ended)
			lane->end_us = timeline->end_us;
		for (struct timeline_bar *bar = lane->first; bar; bar = bar->next)
			timeline->counts[bar->kind]++;
	}
}
