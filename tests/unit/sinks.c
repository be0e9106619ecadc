/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_sink, list_sink, findings, summary and the traces: the lines that events become. While one of
 * them handles events, its descriptor, stdout or stderr, is a pipe that the test reads afterwards.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "report/event.h"
#include "report/findings.h"
#include "report/list_sink.h"
#include "report/log_sink.h"
#include "report/messages.h"
#include "report/summary.h"
#include "sys/util.h"
#include "unit.h"

struct capture {
	int fd;    /* stdout or stderr */
	int saved; /* a copy of it from before */
	int from;  /* the end of the pipe to read */
};

static bool begin_capture(struct capture *capture, int fd)
{
	int ends[2];

	if (!unit_check(pipe(ends) == 0, "pipe"))
		return false;
	*capture = (struct capture){ .fd = fd, .saved = dup(fd), .from = ends[0] };
	dup2(ends[1], fd);
	close(ends[1]);
	return true;
}

/* What was written, in one string for all captures. */
static const char *end_capture(const struct capture *capture)
{
	static char written[16384];
	size_t len = 0;
	ssize_t n;

	dup2(capture->saved, capture->fd);
	close(capture->saved);
	while ((n = read(capture->from, written + len, sizeof(written) - 1 - len)) > 0)
		len += (size_t)n;
	close(capture->from);
	written[len] = '\0';
	return written;
}

static const struct part script = { .name = (char *)"1", .path = (char *)"d/1" };
static const struct part backup = { .name = (char *)"1~",
				    .path = (char *)"d/1~",
				    .verdict = SCAN_BAD_NAME };
static const struct part forgotten = { .name = (char *)"2",
				       .path = (char *)"d/2",
				       .verdict = SCAN_NOT_EXECUTABLE,
				       .likely_mistake = true };

static const struct message messages[] = {
	{ EV_PHASE_STARTED, PHASE_LOG, LOG_INFO, "begins %h" },
	{ EV_PART_STARTED, SCRIPT_LOG, LOG_INFO, "runs %P" },
	{ EV_PART_SKIPPED, PHASE_LOG, LOG_DEBUG, "without %N: %L" },
	{ EV_PHASE_CHECKED, SCRIPT_LOG, LOG_DEBUG, "never seen" },
	{ .text = NULL },
};

static const struct {
	struct event event;
	const char *want;
} log_cases[] = {
	{ { .kind = EV_PHASE_STARTED, .phase = "configure" }, "phases: begins configure\n" },
	{ { .kind = EV_PART_STARTED, .part = &script }, "runs d/1\n" },
	/* Of events below the level of their log, only a likely mistake is logged. */
	{ { .kind = EV_PHASE_CHECKED, .path = "d" }, "" },
	{ { .kind = EV_PART_SKIPPED, .part = &backup }, "" },
	{ { .kind = EV_PART_SKIPPED, .part = &forgotten },
	  "phases: without 2: it is not executable\n" },
	/* Events without a row are not logged. */
	{ { .kind = EV_RUN_STARTED, .text = "x" }, "" },
	{ { .kind = EV_TICK }, "" },
};

static void check_log_sink(const struct event *event, const char *want)
{
	struct log_sink sink = {
		.messages = messages,
		.phase_log = { .name = "phases", .form = LOG_NAME, .level = LOG_INFO },
		.script_log = { .name = "scripts", .form = LOG_MESSAGE, .level = LOG_INFO },
	};
	struct capture capture;
	char what[40];

	snprintf(what, sizeof(what), "log_sink: event %d", (int)event->kind);
	if (!begin_capture(&capture, STDERR_FILENO))
		return;
	log_sink_handle(&sink, event);
	unit_check_str(end_capture(&capture), want, what);
}

static void list(struct list_sink *sink, int n)
{
	const struct event other = { .kind = EV_PART_STARTED, .part = &script };
	const struct event listed = { .kind = EV_PART_LISTED, .phase = "p", .part = &script };

	for (int i = 0; i < n; i++) {
		list_sink_handle(sink, &other);
		list_sink_handle(sink, &listed);
	}
}

static void check_list(bool with_phase, int n, const char *line)
{
	struct mem mem = { 0 };
	struct list_sink sink = { .with_phase = with_phase, .list.mem = &mem };
	struct capture capture;
	const char *written;
	bool same = true;
	int err;

	if (!begin_capture(&capture, STDOUT_FILENO))
		return;
	list(&sink, n);
	err = list_sink_finish(&sink);
	written = end_capture(&capture);
	unit_check(err == 0, "list_sink: no error");
	unit_check(strlen(written) == (size_t)n * strlen(line), "list_sink: a line for each part");
	for (const char *at = written; *at && same; at += strlen(line))
		same = strncmp(at, line, strlen(line)) == 0;
	unit_check(same, line);
	mem_release(&mem);
}

static void check_list_failures(void)
{
	struct mem mem = { 0 };
	struct list_sink sink = { .list.mem = &mem };
	int saved = dup(STDOUT_FILENO), fd = open("/", O_RDONLY | O_DIRECTORY), err;

	dup2(fd, STDOUT_FILENO);
	close(fd);
	list(&sink, 2000);
	err = list_sink_finish(&sink);
	dup2(saved, STDOUT_FILENO);
	close(saved);
	unit_check(err == -EBADF, "list_sink: the error of a write");
	sink.list.truncated = true;
	unit_check(list_sink_finish(&sink) == -ENOMEM, "list_sink: no memory");
	mem_release(&mem);
}

/* Each kind of finding once, of which some come twice, and events that are no findings. */
static const struct event finds[] = {
	{ .kind = EV_RUN_STARTED, .path = "b" },
	{ .kind = EV_PHASE_STARTED, .phase = "p", .path = "b/p.d" },
	{ .kind = EV_PARTS_FAILED, .path = "b/1", .text = "it is empty" },
	{ .kind = EV_PARTS_FAILED, .path = "b/1", .text = "it is empty" },
	{ .kind = EV_PARTS_FAILED, .path = "b/2\n", .text = "cannot", .error = EACCES },
	{ .kind = EV_BASE_FAILED, .path = "b", .error = ENOENT },
	{ .kind = EV_REFUSED, .path = "/b", .text = "it is not ours" },
	{ .kind = EV_ENV_FILE, .path = "e/1" },
	{ .kind = EV_ENV_WRONG, .path = "e/1", .number = 7, .text = "wrong" },
	{ .kind = EV_ENV_WARNED, .path = "e/1", .number = 8, .text = "odd" },
	{ .kind = EV_ENV_REFUSED, .path = "e/1", .text = "changes the umask" },
	{ .kind = EV_PATTERN_BAD, .path = "a[", .text = "unmatched [", .number = 1 },
	{ .kind = EV_PARTS_FAILED, .path = "b/1", .text = "it is empty" },
};

static void check_findings(void)
{
	struct mem mem = { 0 };
	struct findings findings = { .messages = messages_dib, .mem = &mem };
	struct capture capture;

	if (!begin_capture(&capture, STDOUT_FILENO))
		return;
	for (size_t i = 0; i < countof(finds); i++)
		findings_handle(&findings, &finds[i]);
	unit_check_str(end_capture(&capture),
		       "b/1: it is empty\n"
		       "b/2\\n: it cannot: Permission denied\n"
		       "b: No such file or directory (set OS_REFRESH_CONFIG_BASE_DIR)\n"
		       "/b: it is not ours\n"
		       "e/1:7: wrong\n"
		       "e/1:8: odd\n"
		       "e/1: it changes the umask\n"
		       "RUN_PARTS_REGEX 'a[' is not valid: unmatched [ at byte 1\n",
		       "findings");
	unit_check(findings.lines.n == 8, "findings: their number");
	unit_check(findings.error == 0, "findings: no error");
	mem_release(&mem);
}

static const struct part found[] = {
	{ .name = (char *)"1", .path = (char *)"a/1", .rule = "classicalre", .is_file = true },
	{ .name = (char *)"2",
	  .path = (char *)"b/2",
	  .rule = "classicalre",
	  .verdict = SCAN_NOT_EXECUTABLE,
	  .is_file = true,
	  .dir = 1 },
	{ .name = (char *)"3.x",
	  .path = (char *)"b/3.x",
	  .rule = "classicalre",
	  .verdict = SCAN_BAD_NAME,
	  .is_file = true,
	  .accessible = true,
	  .dir = 1 },
};

static void check_trace(void (*trace)(void *, const struct event *), enum event_kind kind,
			const struct part *part, const char *want)
{
	const struct log log = { .name = "trace", .form = LOG_NAME };
	const struct part_list parts = { .v = (struct part *)found,
					 .n = countof(found),
					 .kept = 1 };
	char *const dirs[] = { (char *)"a", (char *)"b", NULL };
	struct capture capture;

	if (!begin_capture(&capture, STDERR_FILENO))
		return;
	trace((void *)&log, &(struct event){ .kind = kind,
					     .part = part,
					     .parts = &parts,
					     .args = dirs,
					     .text = "no name" });
	unit_check_str(end_capture(&capture), want, "trace");
}

static void check_traces(void)
{
	check_trace(messages_trace_dib, EV_PARTS_SCANNED, NULL,
		    "trace: Ignoring non-executable files: 2\n"
		    "trace: Ignoring non-conforming filenames: 3.x\n");
	check_trace(messages_trace_dib, EV_PART_STARTED, &found[0], "");
	check_trace(messages_trace_run_parts, EV_PART_SEEN, &found[0], "\"1\": classicalre pass\n");
	check_trace(messages_trace_run_parts, EV_PART_SEEN, &found[2],
		    "\"3.x\": classicalre fail\n");
	check_trace(messages_trace_run_parts, EV_PARTS_SCANNED, NULL,
		    "list of unique basenames:\n - 1\n - 2\nchecking a/1... found\n"
		    "checking a/2... not found\nchecking b/2... found\n");
	check_trace(messages_trace_run_parts, EV_PART_SKIPPED, &found[1],
		    "processing: b/2\nrun-parts: left out b/2: it is not executable\n");
	check_trace(messages_trace_run_parts, EV_PART_SKIPPED, &found[2],
		    "run-parts: left out b/3.x: no name\n");
	check_trace(messages_trace_run_parts, EV_PART_STARTED, &found[0], "processing: a/1\n");
	check_trace(messages_trace_run_parts, EV_TICK, &found[0], "");
}

static const char *const left[] = { "configure", "migration", NULL };

/* A phase fails without a script, at its beginning or, after n scripts, by its limit. */
static void check_summary(int n, enum event_kind cause, const char *want)
{
	const struct log log = { .name = "log", .form = LOG_NAME, .level = LOG_ERROR };
	struct summary summary = { .log = &log, .left = left, .from = "1", .no_lock = true };
	const struct event events[] = {
		{ .kind = EV_PHASE_STARTED, .phase = "configure" },
		{ .kind = cause, .path = "d", .text = "a \\", .number = 1 },
		{ .kind = EV_REFUSED, .path = "d", .text = "is not the first" },
		{ .kind = EV_PHASE_FAILED, .phase = "configure", .status = 1 },
		{ .kind = EV_RUN_ENDED, .status = 1 },
	};
	struct capture capture;

	if (!begin_capture(&capture, STDERR_FILENO))
		return;
	for (size_t i = 0; i < countof(events); i++) {
		summary_handle(&summary, &events[i]);
		for (; i == 0 && n > 0; n--)
			summary_handle(&summary,
				       &(struct event){ .kind = EV_PART_STARTED, .part = &script });
	}
	unit_check_str(end_capture(&capture), want, "summary");
}

#define AGAIN "log: To run it again: refresh-phase --no-lock --from 1 configure migration\n"

static void check_summaries(void)
{
	check_summary(0, EV_ENV_WRONG,
		      "log: Phase configure failed before any script ran: "
		      "Environment file d:1: a \\\\\n" AGAIN);
	check_summary(0, EV_PARTS_NO_DIRECTORY,
		      "log: Phase configure failed before any script ran: "
		      "Scripts directory [d] must exist and be a directory\n" AGAIN);
	check_summary(2, EV_TIMEOUT,
		      "log: Phase configure failed: Timeout reached: 0.000s. "
		      "Sending SIGKILL to all children\n" AGAIN);
}

void test_sinks(void)
{
	for (size_t i = 0; i < countof(log_cases); i++)
		check_log_sink(&log_cases[i].event, log_cases[i].want);
	check_list(false, 0, "d/1\n");
	check_list(false, 1, "d/1\n");
	check_list(true, 1, "p\td/1\n");
	check_list(true, 2000, "p\td/1\n");
	check_list_failures();
	check_findings();
	check_traces();
	if (ENABLE_REFRESH_PHASE)
		check_summaries();
}
