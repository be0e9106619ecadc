/* SPDX-License-Identifier: Apache-2.0 */
/* messages: every format of the tables, and the details in them. */
#include "report/messages.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/text.h"
#include "job/job.h"
#include "sys/clock.h"
#include "sys/util.h"
#include "unit.h"

static char *const args[] = { (char *)"one", (char *)"two words", NULL };

static const struct part part = {
	.name = (char *)"10-a",
	.path = (char *)"base/10-a",
	.verdict = SCAN_NOEXEC,
	.target = "/nowhere",
};

static const struct job_result result = { .pid = 77,
					  .elapsed_ns = 12345 * NS_PER_MS,
					  .killed = { 2, { 78, 79 } },
					  .stuck = { 2, { 80, 81 } },
					  .stuck_states = "DD" };

static const struct job_result forced = { .forced = true };

/* An event that has every detail. */
static const struct event full = {
	.status = 3,
	.signal = SIGTERM,
	.error = ENOENT,
	.number = 2 * NS_PER_SEC,
	.grace_ns = 1500 * NS_PER_MS,
	.phase = "configure",
	.path = "base/configure.d",
	.text = "a text",
	.part = &part,
	.result = &result,
	.args = args,
};

static const struct {
	const char *format;
	const char *want;
} formats[] = {
	{ "", "" },
	{ "plain", "plain" },
	{ "%h: %p", "configure: base/configure.d" },
	{ "%t at %n", "a text at 2000000000" },
	{ "%Ds", "2s" },
	{ "%P%A", "base/10-a one two words" },
	{ "%N %T s", "10-a 12.345 s" },
	{ "%L", "its file system is mounted noexec to /nowhere" },
	{ "%O", "; not by us" },
	{ "%G", "SIGTERM (SIGKILL after 1.500 s)" },
	{ "%s", "3" },
	{ "%S (%g)", "SIGTERM (15)" },
	{ "[Errno %E] %e", "[Errno 2] No such file or directory" },
	{ "%I%K", "77; also killed: 78 79" },
	{ "%R", "process 80 (state D), 81 (state D)" },
};

static const char *format(const char *message, const struct event *event)
{
	static char buf[256];
	struct text text = TEXT_OVER(buf);

	text_str(&text, "");
	messages_format(&text, message, event);
	return buf;
}

/* Returns whether messages_format knows the letter behind each '%'. */
static bool is_known(const char *message)
{
	while ((message = strchr(message, '%')))
		if (!*++message || !strchr("hptnDAPNTsISgeEKRLOG", *message))
			return false;
	return true;
}

static void check_table(const struct message *messages, const char *name)
{
	int n = 0;

	for (int kind = 0; kind < EVENT_KINDS; kind++) {
		const struct message *message = messages_find(messages, (enum event_kind)kind);

		if (!message)
			continue;
		unit_check(message->kind == kind, message->text);
		unit_check(is_known(message->text), message->text);
		unit_check(*format(message->text, &full), message->text);
		unit_check(message->level <= LOG_ERROR, message->text);
		n++;
	}
	unit_check(n > 10, name);
	unit_check(!messages_find(messages, EV_TICK), name);
}

static void check_killed_with(unsigned n, const char *want)
{
	struct job_result killed = { .killed.n = n };
	struct event event = { .result = &killed };

	for (int i = 0; i < PIDS_KEPT; i++)
		killed.killed.v[i] = i + 1;
	unit_check_str(format("%K", &event), want, "%K");
}

void test_messages(void)
{
	for (size_t i = 0; i < countof(formats); i++)
		unit_check_str(format(formats[i].format, &full), formats[i].want,
			       formats[i].format);
	unit_check_str(format("%D", &(struct event){ .number = NS_PER_SEC / 4 }), "0.250", "%D");
	unit_check_str(format("%G", &(struct event){ .grace_ns = 0 }), "SIGKILL", "%G");
	unit_check_str(format("%O", &(struct event){ .signal = SIGKILL, .result = &result }),
		       "; not by us: out of memory?", "%O");
	unit_check_str(format("%O", &(struct event){ .result = &forced }), "", "%O");
	check_killed_with(0, "");
	check_killed_with(1, "; also killed: 1");
	check_killed_with(PIDS_KEPT + 3,
			  "; also killed: 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 and 3 more");
	if (ENABLE_DIB_RUN_PARTS)
		check_table(messages_dib, "messages_dib");
	if (ENABLE_RUN_PARTS)
		check_table(messages_run_parts, "messages_run_parts");
}
