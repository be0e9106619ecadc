/* SPDX-License-Identifier: Apache-2.0 */
/* timeline: what the lines of an event log come to; with the words of plot, and svg's strings. */
#include "plot/timeline.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "plot/plot_words.h"
#include "plot/svg.h"
#include "sys/mem.h"
#include "sys/util.h"
#include "unit.h"

#define START                                                                              \
	"{\"event\":\"run-start\",\"run\":7,\"t\":0.0,\"version\":1,\"program\":\"prog\"," \
	"\"path\":\"/d\"}\n"

/*
 * The lines of a log, and its timeline: each lane as NAME(begin-end status most: bars), each bar as
 * NAME(begin-end kind), in microseconds; then the end and status of the run. Or the errno and cause.
 */
static const struct {
	const char *log;
	const char *want;
} cases[] = {
	{ "", "no run" },
	{ "{\"event\":\"run-end\",\"run\":7,\"t\":1}\n", "no run" },
	{ START "{\"event\":\"run-end\",\"run\":7,\"t\":2,\"status\":1}\n", "2000000 1" },
	{ START, "0 unfinished" },
	{ START
	  "{\"event\":\"phase-start\",\"run\":7,\"t\":1,\"phase\":\"a\"}\n"
	  "{\"event\":\"part-start\",\"run\":7,\"t\":1,\"phase\":\"a\",\"path\":\"x\"}\n"
	  "{\"event\":\"part-start\",\"run\":7,\"t\":2,\"phase\":\"a\",\"path\":\"y\"}\n"
	  "{\"event\":\"part-end\",\"run\":7,\"t\":3,\"phase\":\"a\",\"path\":\"x\",\"status\":0}\n"
	  "{\"event\":\"part-end\",\"run\":7,\"t\":4,\"phase\":\"a\",\"path\":\"y\",\"status\":3,"
	  "\"reason\":\"exit\"}\n"
	  "{\"event\":\"phase-end\",\"run\":7,\"t\":5,\"phase\":\"a\",\"status\":3}\n"
	  "{\"event\":\"phase-start\",\"run\":7,\"t\":6,\"phase\":\"b\"}\n"
	  "{\"event\":\"run-end\",\"run\":7,\"t\":8,\"status\":3}\n",
	  "a(1000000-5000000 3 2: x(1000000-3000000 success) y(2000000-4000000 failed)) "
	  "b(6000000-8000000 0 0:) 8000000 3" },
	/* A script without a beginning, without an end, and with each reason; no phases. */
	{ START "{\"event\":\"part-end\",\"run\":7,\"t\":4,\"path\":\"a\",\"seconds\":1.5,"
		"\"reason\":\"timeout\"}\n"
		"{\"event\":\"part-end\",\"run\":7,\"t\":4,\"path\":\"b\",\"reason\":\"signal\","
		"\"signal\":9}\n"
		"{\"event\":\"part-end\",\"run\":7,\"t\":1,\"path\":\"c\",\"seconds\":5,"
		"\"reason\":\"start\"}\n"
		"{\"event\":\"part-start\",\"run\":7,\"t\":5,\"path\":\"d\"}\n",
	  "prog(2500000-5000000 0 1: a(2500000-4000000 killed or timed out) "
	  "b(4000000-4000000 killed or timed out) c(0-1000000 could not be started) "
	  "d(5000000-5000000 unfinished)) 5000000 unfinished" },
	/* Other runs, events and fields; and times that cannot be. */
	{ START "{\"event\":\"part-start\",\"run\":8,\"t\":1,\"path\":\"x\"}\n"
		"{\"event\":\"new\",\"run\":7,\"t\":-3,\"new\":[]}\n"
		"{\"event\":\"run-end\",\"run\":7,\"t\":1e300,\"status\":-4}\n",
	  "100000000000000 0" },
	{ START "{\"event\":\"run-start\",\"run\":7,\"t\":0,\"program\":\"other\"}\n"
		"{\"event\":\"part-start\",\"run\":7,\"t\":1,\"path\":\"x\"}\n",
	  "other(1000000-1000000 0 1: x(1000000-1000000 unfinished)) 1000000 unfinished" },

	/* Runs of one process id; an unfinished script ends no later than its phase. */
	{ START "{\"event\":\"run-start\",\"run\":7,\"id\":\"b\",\"t\":0,\"program\":\"other\"}\n"
		"{\"event\":\"part-start\",\"run\":7,\"id\":\"a\",\"t\":1,\"path\":\"x\"}\n"
		"{\"event\":\"part-start\",\"run\":7,\"t\":1,\"path\":\"y\"}\n"
		"{\"event\":\"run-end\",\"run\":7,\"id\":\"b\",\"t\":2,\"status\":3}\n",
	  "2000000 3" },
	{ START "{\"event\":\"phase-start\",\"run\":7,\"t\":1,\"phase\":\"a\"}\n"
		"{\"event\":\"part-start\",\"run\":7,\"t\":1,\"phase\":\"a\",\"path\":\"x\"}\n"
		"{\"event\":\"phase-end\",\"run\":7,\"t\":2,\"phase\":\"a\"}\n"
		"{\"event\":\"run-end\",\"run\":7,\"t\":3}\n",
	  "a(1000000-2000000 0 1: x(1000000-2000000 unfinished)) 3000000 0" },

	{ "x\n", "error: not an object of JSON" },
	{ "{\"event\":7}\n", "error: a field of the wrong type" },
	{ "{\"event\":\"x\",\"run\":\"7\"}\n", "error: a field of the wrong type" },
	{ "{\"event\":\"x\",\"run\":0,\"t\":0}\n",
	  "error: not an event: event, run or t is missing" },
	{ "{\"event\":\"x\",\"run\":7}\n", "error: not an event: event, run or t is missing" },
	{ "{\"event\":\"x\",\"run\":7,\"t\":0,\"version\":2}\n",
	  "error: a version of the event log that is not known here" },
};

static int add_lines(struct timeline *timeline, char *log, const char **ret_cause)
{
	int err = 0;
	char *next;

	for (char *line = log; err == 0 && (next = strchr(line, '\n')); line = next + 1) {
		*next = '\0';
		err = timeline_add(timeline, line, (size_t)(next - line), ret_cause);
	}
	return err;
}

static void describe_lane(struct text *text, const struct timeline_lane *lane)
{
	text_fmt(text, "%s(%lld-%lld %d %d:", lane->name, (long long)lane->begin_us,
		 (long long)lane->end_us, lane->status, lane->max_open);
	for (const struct timeline_bar *bar = lane->first; bar; bar = bar->next)
		text_fmt(text, " %s(%lld-%lld %s)", bar->path, (long long)bar->begin_us,
			 (long long)bar->end_us, plot_kind(bar->kind));
	text_str(text, ") ");
}

static void describe_run(struct text *text, const struct timeline *timeline)
{
	for (const struct timeline_lane *lane = timeline->first; lane; lane = lane->next)
		describe_lane(text, lane);
	text_fmt(text, "%lld ", (long long)timeline->end_us);
	if (timeline->ended)
		text_fmt(text, "%d", timeline->status);
	else
		text_str(text, "unfinished");
}

static void check_log(const char *log, const char *want)
{
	struct mem mem = { 0 };
	struct text got = { .mem = &mem };
	struct timeline timeline = { .mem = &mem };
	const char *cause = NULL;

	if (add_lines(&timeline, mem_dup(&mem, log, strlen(log)), &cause) < 0) {
		text_fmt(&got, "error: %s", cause);
	} else if (!timeline.run) {
		text_str(&got, "no run");
	} else {
		timeline_finish(&timeline);
		describe_run(&got, &timeline);
	}
	unit_check_str(got.buf, want, log);
	mem_release(&mem);
}

static void check_wanted(void)
{
	char log[] = "{\"event\":\"run-start\",\"run\":7,\"t\":0,\"program\":\"first\"}\n"
		     "{\"event\":\"run-start\",\"run\":8,\"t\":0,\"program\":\"second\"}\n"
		     "{\"event\":\"run-end\",\"run\":7,\"t\":3}\n";
	struct mem mem = { 0 };
	struct timeline timeline = { .mem = &mem, .wanted = 7 };
	const char *cause;

	unit_check(add_lines(&timeline, log, &cause) == 0, "timeline: two runs");
	unit_check_str(timeline.program, "first", "timeline: the wanted run");
	unit_check(timeline.ended && timeline.end_us == 3000000, "timeline: its end");
	mem_release(&mem);
}

/* A label of the axis, and a script's with 25 letters, by their times. */
static void check_words(void)
{
	static const struct {
		int64_t us;
		int64_t step_us;
		const char *tick;
		const char *label;
	} times[] = {
		{ 0, 1, "0", "long-na\xe2\x80\xa6 \xc2\xb7 0.00 ms, time\xe2\x80\xa6" },
		{ 5, 5, "5 \xc2\xb5s", "a \xc2\xb7 0.00 ms, timed out" },
		{ 1200, 100, "1.2 ms", "a \xc2\xb7 1.20 ms, timed out" },
		{ 20000, 10000, "20 ms", "a \xc2\xb7 20 ms, timed out" },
		{ 1500000, 100000, "1.5 s", "a \xc2\xb7 1.50 s, timed out" },
		{ 20000000, 5000000, "20 s", "a \xc2\xb7 20.0 s, timed out" },
		{ 120000000, 60000000, "2 min", "a \xc2\xb7 2 min 00 s, timed out" },
		{ 7260000000, 60000000, "121 min", "a \xc2\xb7 2 h 01 min, timed out" },
	};

	for (size_t i = 0; i < countof(times); i++) {
		char tick[64], label[64];
		struct text tick_text = TEXT_OVER(tick), label_text = TEXT_OVER(label);
		struct timeline_bar bar = { .kind = TIMELINE_KILLED, .timed_out = true };

		bar.path = i == 0 ? "x/long-name" : "x/a";
		bar.end_us = times[i].us;
		plot_tick(&tick_text, times[i].us, times[i].step_us);
		plot_label(&label_text, &bar, 25);
		unit_check_str(tick, times[i].tick, "plot: a label of the axis");
		unit_check_str(label, times[i].label, "plot: a label of a bar");
	}
}

static void check_strings(void)
{
	static const struct {
		const char *s;
		int letters;         /* of what is left after svg_clean */
		const char *name;    /* with 4 letters */
		const char *escaped; /* the whole */
	} strings[] = {
		{ "", 0, "", "" },
		{ "abcd", 4, "abcd", "abcd" },
		{ "abcde", 5, "abc\xe2\x80\xa6", "abcde" },
		{ "\xc3\xa9\xc3\xa9", 2, "\xc3\xa9\xc3\xa9", "\xc3\xa9\xc3\xa9" },
		{ "a\xe4\xb8\xad\xe6\x96\x87", 5, "a\xe4\xb8\xad\xe2\x80\xa6",
		  "a\xe4\xb8\xad\xe6\x96\x87" },
		{ "<&>\"", 4, "<&>\"", "&lt;&amp;&gt;&quot;" },
		{ "a\1\n\x7f", 4, "a???", "a???" },
		{ " ~\xc2\xa0\xc3\xbf", 4, " ~\xc2\xa0\xc3\xbf", " ~\xc2\xa0\xc3\xbf" },
		{ "\xc2\x80\xc2\x9f", 2, "??", "??" },
		{ "\xd8\x9c\xe2\x80\x8e\xe2\x80\x8f", 3, "???", "???" },
		{ "\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xae", 3, "???", "???" },
		{ "\xe2\x80\x90\xe2\x80\xa7", 2, "\xe2\x80\x90\xe2\x80\xa7",
		  "\xe2\x80\x90\xe2\x80\xa7" },
		{ "\xe2\x81\xa6\xe2\x81\xa9", 2, "??", "??" },
		{ "\xef\xbf\xbe\xef\xbf\xbf", 2, "??", "??" },
		{ "\xef\xbf\xbd", 2, "\xef\xbf\xbd", "\xef\xbf\xbd" },
		{ "\xd6\x8f", 1, "\xd6\x8f", "\xd6\x8f" },
		{ "1\xd6\x90", 2,
		  "\xe2\x81\xa8"
		  "1\xd6\x90\xe2\x81\xa9",
		  "1\xd6\x90" },
		{ "\xe0\xa3\xbf", 2, "\xe2\x81\xa8\xe0\xa3\xbf\xe2\x81\xa9", "\xe0\xa3\xbf" },
		{ "\xe0\xa4\x80", 2, "\xe0\xa4\x80", "\xe0\xa4\x80" },
		{ "abcd\xd7\xa9", 5,
		  "\xe2\x81\xa8"
		  "abc\xe2\x80\xa6\xe2\x81\xa9",
		  "abcd\xd7\xa9" },
		{ "\xef\xbb\xbf", 2, "\xe2\x81\xa8\xef\xbb\xbf\xe2\x81\xa9", "\xef\xbb\xbf" },
		{ "\xf0\x9e\xa4\x80", 2, "\xe2\x81\xa8\xf0\x9e\xa4\x80\xe2\x81\xa9",
		  "\xf0\x9e\xa4\x80" },
	};

	for (size_t i = 0; i < countof(strings); i++) {
		char clean[64], name[64] = "", escaped[64] = "";
		struct text name_text = TEXT_OVER(name), escaped_text = TEXT_OVER(escaped);

		snprintf(clean, sizeof(clean), "%s", strings[i].s);
		svg_clean(clean);
		svg_name(&name_text, clean, 4);
		svg_escape(&escaped_text, clean);
		unit_check(svg_letters(clean) == strings[i].letters, strings[i].s);
		unit_check_str(name, strings[i].name, "svg: a name");
		unit_check_str(escaped, strings[i].escaped, "svg: escaped");
	}
	unit_check(svg_letters("\xe2\x81\xa8"
			       "a\xe2\x81\xa9") == 1,
		   "svg: isolates have no width");
}

#define ENTRIES 1000

/* Entries of three names, so that many have one: the last that was added is found and taken first. */
static void check_index(void)
{
	static const char *const names[] = { "a", "b", "c" };
	static int numbers[ENTRIES];
	static struct index_entry entries[ENTRIES];
	struct index index = { .n = 0 };
	struct mem mem = { 0 };
	bool good = !index_find(&index, "a") && !index_take(&index, "a");

	for (int i = 0; i < ENTRIES; i++) {
		entries[i] = (struct index_entry){ .name = names[i % 3], .thing = &numbers[i] };
		good &= index_add(&index, &mem, &entries[i]) == 0;
		good &= index_find(&index, names[i % 3]) == &numbers[i];
	}
	unit_check(good && index.n_buckets >= ENTRIES, "index: the newest is found");
	for (int i = ENTRIES; i-- > 0;)
		good &= index_take(&index, names[i % 3]) == &numbers[i];
	unit_check(good, "index: the newest is taken");
	unit_check(!index_find(&index, "a") && index.n == 0, "index: it is empty");
	mem_release(&mem);
}

void test_timeline(void)
{
	for (size_t i = 0; i < countof(cases); i++)
		check_log(cases[i].log, cases[i].want);
	check_wanted();
	check_words();
	check_strings();
	check_index();
}
