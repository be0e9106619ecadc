/* SPDX-License-Identifier: Apache-2.0 */
/* event_log: the line of each kind of event, but for the numbers that differ from run to run. */
#include "report/event_log.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "job/job.h"
#include "report/event.h"
#include "sys/clock.h"
#include "sys/util.h"
#include "unit.h"

static const struct part part = { .name = (char *)"1", .path = (char *)"d/1" };
static const struct part special = { .path = (char *)"d/2", .verdict = SCAN_SPECIAL };

static const struct job_result ended = {
	.pid = 77,
	.elapsed_ns = NS_PER_SEC / 2,
	.usage = { .user_ns = NS_PER_SEC / 4, .system_ns = NS_PER_MS, .peak_kib = 900 },
};

static const struct job_result killed = { .pid = 77, .forced = true, .killed = { 2, { 78, 79 } } };

/* An event and what it writes, where "@" stands for the head of a line after its name. */
static const struct {
	struct event event;
	const char *want;
} cases[] = {
	{ { .kind = EV_PART_SEEN, .part = &part }, "" },
	{ { .kind = EV_TICK }, "" },
	{ { .kind = EV_ABORTED }, "" },
	{ { .kind = EV_LOCK_BUSY, .path = "lock", .text = " of 7" },
	  "{\"event\":\"lock-wait\"@,\"path\":\"lock\",\"text\":\" of 7\"}\n" },
	{ { .kind = EV_PHASE_STARTED, .phase = "configure", .path = "c.d" },
	  "{\"event\":\"phase-start\"@,\"phase\":\"configure\",\"path\":\"c.d\"}\n" },
	{ { .kind = EV_PHASE_MISSING, .phase = "configure", .path = "c.d" },
	  "{\"event\":\"phase-absent\"@,\"phase\":\"configure\",\"path\":\"c.d\"}\n" },
	{ { .kind = EV_PHASE_COMPLETED, .phase = "configure", .path = "c.d" },
	  "{\"event\":\"phase-end\"@,\"phase\":\"configure\",\"path\":\"c.d\",\"status\":0}\n" },
	{ { .kind = EV_PART_UNFIT, .part = &special },
	  "{\"event\":\"part-left-out\"@,\"path\":\"d/2\",\"reason\":"
	  "\"it is not a regular file\"}\n" },
	{ { .kind = EV_INSECURE, .path = "d", .text = "why" },
	  "{\"event\":\"distrust\"@,\"path\":\"d\",\"text\":\"why\"}\n" },
	{ { .kind = EV_PART_STARTED, .part = &part },
	  "{\"event\":\"part-start\"@,\"path\":\"d/1\"}\n" },
	{ { .kind = EV_TIMEOUT, .number = NS_PER_SEC },
	  "{\"event\":\"run-timeout\"@,\"limit\":1.000000}\n" },
	{ { .kind = EV_SCRIPT_TIMEOUT, .part = &part, .number = NS_PER_SEC },
	  "{\"event\":\"script-timeout\"@,\"path\":\"d/1\",\"limit\":1.000000}\n" },
	{ { .kind = EV_PART_FAILED,
	    .phase = "p",
	    .part = &part,
	    .result = &ended,
	    .reason = "exit",
	    .status = 3 },
	  "{\"event\":\"part-end\"@,\"phase\":\"p\",\"path\":\"d/1\",\"pid\":77,"
	  "\"reason\":\"exit\",\"status\":3,\"seconds\":0.500000,\"user\":0.250000,"
	  "\"system\":0.001000,\"peak_kib\":900}\n" },
	{ { .kind = EV_PART_KILLED,
	    .part = &part,
	    .result = &killed,
	    .status = 143,
	    .signal = SIGTERM },
	  "{\"event\":\"kill\"@,\"path\":\"d/1\",\"pid\":77,\"killed\":[78,79]}\n"
	  "{\"event\":\"part-end\"@,\"path\":\"d/1\",\"pid\":77,\"status\":143,\"signal\":15,"
	  "\"seconds\":0.000000,\"user\":0.000000,\"system\":0.000000,\"peak_kib\":0}\n" },
	{ { .kind = EV_PART_OUTPUT, .part = &part, .text = "a\nbc", .number = 3 },
	  "{\"event\":\"part-output\"@,\"path\":\"d/1\",\"output\":\"a\\\\nb\"}\n" },
	{ { .kind = EV_PATTERN_BAD, .path = "(", .text = "open", .number = 1 },
	  "{\"event\":\"failure\"@,\"reason\":\"pattern\",\"path\":\"(\",\"text\":\"open\","
	  "\"line\":1}\n" },
	{ { .kind = EV_BASE_FAILED, .path = "b", .error = ENOENT },
	  "{\"event\":\"failure\"@,\"reason\":\"base\",\"path\":\"b\","
	  "\"error\":\"No such file or directory\"}\n" },
	{ { .kind = EV_SIGNALLED, .signal = SIGINT }, "{\"event\":\"signal\"@,\"signal\":2}\n" },
	{ { .kind = EV_RUN_ENDED, .status = 130, .signal = SIGINT },
	  "{\"event\":\"run-end\"@,\"status\":130,\"signal\":2}\n" },
	{ { .kind = EV_RUN_ENDED }, "{\"event\":\"run-end\"@,\"status\":0}\n" },
};

/* Puts an "@" in the place of ,"run":N,"t":N.N where it stands. */
static void hide_head(char *log)
{
	char *head, *rest;

	while ((head = strstr(log, ",\"run\":"))) {
		rest = strstr(head, ",\"t\":");
		if (!rest)
			return;
		rest += strlen(",\"t\":");
		rest += strspn(rest, "0123456789.");
		*head++ = '@';
		memmove(head, rest, strlen(rest) + 1);
	}
}

static void check_event(const struct event *event, const char *want)
{
	static char queue[OUTPUT_SIZE];
	char log[4096] = "", what[40];
	struct output out = { .fd = -1, .queue = queue };
	struct event_log log_file = { .out = &out, .started_ns = event->at_ns };

	snprintf(what, sizeof(what), "line of event %d", (int)event->kind);
	event_log_handle(&log_file, event);
	if (!unit_check(out.len < sizeof(log), what))
		return;
	memcpy(log, queue, out.len);
	hide_head(log);
	unit_check_str(log, want, what);
	unit_check(out.error == 0, what);
}

void test_event_log(void)
{
	if (!ENABLE_EVENTS)
		return;
	for (size_t i = 0; i < countof(cases); i++)
		check_event(&cases[i].event, cases[i].want);
}
