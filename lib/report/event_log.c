/* SPDX-License-Identifier: Apache-2.0 */
#include "report/event_log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/text.h"
#include "job/job.h"
#include "report/event.h"
#include "scan/trust.h"
#include "sys/fd.h"
#include "sys/output.h"
#include "sys/process.h"
#include "sys/util.h"
#include "sys/write.h"

/* A string that would take more bytes of the line than this is truncated. */
#define STRING_MAX 1200

/* The most bytes that a pipe takes in one piece, so that lines do not mix. */
#define LINE_ROOM PIPE_BUF

/* A byte of the output may take five, as in \\xHH; 800 are enough for the rest of a line. */
_Static_assert(2 * STRING_MAX + 800 < LINE_ROOM &&
		       STRING_MAX + 5 * EVENT_OUTPUT_MAX + 800 < LINE_ROOM,
	       "a line has room for two long strings, or for one and some output");

/* A line while it is put together. */
struct line {
	struct event_log *log;
	struct text text;
	char buf[LINE_ROOM];
};

static void begin_line(struct line *line, const char *name, const struct event *event)
{
	line->text = (struct text)TEXT_OVER(line->buf);
	if (line->log->out->is_torn)
		text_char(&line->text, '\n');
	line->log->out->is_torn = false;
	text_fmt(&line->text, "{\"event\":\"%s\",\"run\":%d,\"id\":\"%s\",\"t\":", name,
		 (int)line->log->pid, line->log->id);
	duration_add_us(&line->text, event->at_ns - line->log->started_ns);
}

static void end_line(struct line *line)
{
	text_str(&line->text, "}\n");
	output_add(line->log->out, line->buf, line->text.len, true);
}

static void add_name(struct line *line, const char *name)
{
	text_fmt(&line->text, ",\"%s\":", name);
}

/* Adds nothing for NULL, which means that the event has no such string. */
static void add_string(struct line *line, const char *name, const char *string)
{
	if (!string)
		return;
	add_name(line, name);
	text_json(&line->text, string, strlen(string), STRING_MAX);
}

static void add_number(struct line *line, const char *name, int64_t number)
{
	add_name(line, name);
	text_fmt(&line->text, "%lld", (long long)number);
}

/* Adds nothing for 0 and less, which mean that the event has no such number. */
static void add_positive(struct line *line, const char *name, int64_t number)
{
	if (number > 0)
		add_number(line, name, number);
}

static void add_time(struct line *line, const char *name, int64_t ns)
{
	add_name(line, name);
	duration_add_us(&line->text, ns);
}

/* A piece of output may begin or end within a character, whose bytes are then escaped. */
static void add_output(struct line *line, const struct event *event)
{
	char buf[EVENT_OUTPUT_MAX + 1];
	size_t n = (size_t)event->number;

	memcpy(buf, event->text, n);
	buf[n] = '\0';
	add_name(line, "output");
	text_json(&line->text, buf, n, LINE_ROOM);
}

static void add_pids(struct line *line, const char *name, const struct pid_list *pids)
{
	add_name(line, name);
	text_char(&line->text, '[');
	for (unsigned i = 0; i < pids->n && i < PIDS_KEPT; i++)
		text_fmt(&line->text, i ? ",%d" : "%d", (int)pids->v[i]);
	text_char(&line->text, ']');
}

/* These flags say which fields a line has besides the phase and the path. */
enum {
	RUN = 1 << 0,      /* the version, the time and the program */
	FAILURE = 1 << 1,  /* the reason, which is the name of the form, the line and the error */
	PART = 1 << 2,     /* the path is that of the part, if there is one */
	GROUP = 1 << 3,    /* of the part */
	LEFT_OUT = 1 << 4, /* the reason why the part is left out */
	ENDED = 1 << 5,    /* the reason of the part's end and what it used */
	STATUS = 1 << 6,
	SIGNAL = 1 << 7,
	THEN = 1 << 8, /* the path is that of the program that follows */
	TEXT = 1 << 9,
	LIMIT = 1 << 10,
	OUTPUT = 1 << 11,
	KILLED = 1 << 12, /* the processes that were killed, or could not be */
	FORCED = 1 << 13, /* another line before it, that of kill_form, if we ended the part */
	PART_END = PART | GROUP | ENDED | STATUS | SIGNAL | TEXT,
};

/* A row says which fields the line of an event has. An event without a row has no line. */
struct line_form {
	enum event_kind kind;
	unsigned short fields;
	const char *name; /* of the line or, of a failure, of the reason */
};

static const struct line_form forms[] = {
	{ EV_RUN_STARTED, RUN, "run-start" },
	{ EV_LOCK_BUSY, TEXT, "lock-wait" },
	{ EV_PHASE_STARTED, 0, "phase-start" },
	{ EV_HANDLERS_CALLED, 0, "phase-start" },
	{ EV_PHASE_ABSENT, 0, "phase-absent" },
	{ EV_PHASE_MISSING, 0, "phase-absent" },
	{ EV_PHASE_COMPLETED, STATUS, "phase-end" },
	{ EV_PHASE_FAILED, STATUS, "phase-end" },
	{ EV_PHASE_KILLED, STATUS, "phase-end" },
	{ EV_PHASE_BROKEN_OFF, STATUS, "phase-end" },
	{ EV_HANDLERS_ENDED, STATUS, "phase-end" },
	{ EV_INSECURE, TEXT, "distrust" },
	{ EV_PART_SKIPPED, PART | LEFT_OUT, "part-left-out" },
	{ EV_PART_UNFIT, PART | LEFT_OUT, "part-left-out" },
	{ EV_PART_GONE, PART | LEFT_OUT, "part-left-out" },
	{ EV_PART_STARTED, PART | GROUP, "part-start" },
	{ EV_TIMEOUT, PART | LIMIT, "run-timeout" },
	{ EV_SCRIPT_TIMEOUT, PART | LIMIT, "script-timeout" },
	{ EV_PART_COMPLETED, PART_END, "part-end" },
	{ EV_PART_FAILED, PART_END, "part-end" },
	{ EV_PART_NOT_STARTED, PART_END, "part-end" },
	{ EV_PART_KILLED, PART_END | FORCED, "part-end" },
	{ EV_PART_LATE, PART_END | FORCED, "part-end" },
	{ EV_PART_LEFT_RUNNING, PART_END | FORCED, "part-end" },
	{ EV_PART_STUCK, PART_END | FORCED, "part-end" },
	{ EV_PART_SHIM_KILLED, PART_END | FORCED, "part-end" },
	{ EV_PART_OUTPUT, PART | OUTPUT, "part-output" },
	{ EV_SIGNALLED, SIGNAL, "signal" },
	{ EV_RUN_ENDED, STATUS | SIGNAL | THEN, "run-end" },
	{ EV_BASE_FAILED, FAILURE, "base" },
	{ EV_LOCK_FAILED, FAILURE, "lock" },
	{ EV_PATTERN_BAD, FAILURE, "pattern" },
	{ EV_PARTS_NO_DIRECTORY, FAILURE, "directory" },
	{ EV_PARTS_FAILED, FAILURE, "directory" },
	{ EV_NO_MATCH, FAILURE, "choice" },
	{ EV_REFUSED, FAILURE, "trust" },
	{ EV_ENV_FAILED, FAILURE, "environment" },
	{ EV_ENV_WRONG, FAILURE, "environment" },
	{ EV_ENV_REFUSED, FAILURE, "environment" },
	{ EV_STDIN_FAILED, FAILURE, "input" },
	{ EV_OUTPUT_FAILED, FAILURE, "output" },
};

static const struct line_form kill_form = { .name = "kill", .fields = PART | KILLED };

static void add_run(struct line *line, const struct event *event)
{
	add_number(line, "version", EVENT_LOG_VERSION);
	add_time(line, "time", event->wall_ns);
	add_string(line, "program", event->text);
}

static void add_usage(struct line *line, const struct job_result *result)
{
	add_time(line, "seconds", result->elapsed_ns);
	add_time(line, "user", result->usage.user_ns);
	add_time(line, "system", result->usage.system_ns);
	add_number(line, "peak_kib", result->usage.peak_kib);
}

static void add_killed(struct line *line, const struct job_result *result)
{
	add_pids(line, "killed", &result->killed);
	if (result->stuck.n > 0)
		add_pids(line, "stuck", &result->stuck);
}

/* Writes the line, without the fields that the event does not have. */
static void write_line(struct line *line, const struct line_form *form, const struct event *event)
{
	const struct part *part = event->part;
	const struct job_result *result = event->result;
	const char *path = event->path;
	unsigned fields = form->fields;

	begin_line(line, fields & FAILURE ? "failure" : form->name, event);
	if (fields & RUN)
		add_run(line, event);
	add_string(line, "phase", event->phase);
	if (fields & FAILURE)
		add_string(line, "reason", form->name);
	if (fields & PART)
		path = part ? part->path : NULL;
	if (!(fields & THEN))
		add_string(line, "path", path);
	if (ENABLE_JOBS && part && fields & GROUP)
		add_positive(line, "group", part->group);
	if (result)
		add_positive(line, "pid", result->pid);
	if (part && fields & LEFT_OUT)
		add_string(line, "reason", scan_reason(part->verdict, event->text));
	if (fields & ENDED)
		add_string(line, "reason", event->reason);
	if (fields & STATUS)
		add_number(line, "status", event->status);
	if (fields & SIGNAL)
		add_positive(line, "signal", event->signal);
	if (fields & THEN)
		add_string(line, "then", path);
	if (fields & (TEXT | FAILURE))
		add_string(line, "text", event->text);
	if (fields & FAILURE) {
		add_positive(line, "line", event->number);
		add_string(line, "error", event->error ? text_error(event->error) : NULL);
	}
	if (fields & LIMIT)
		add_time(line, "limit", event->number);
	if (result && fields & ENDED)
		add_usage(line, result);
	if (fields & OUTPUT)
		add_output(line, event);
	if (result && fields & KILLED)
		add_killed(line, result);
	end_line(line);
}

void event_log_handle(void *self, const struct event *event)
{
	struct event_log *log = self;
	const struct line_form *form = forms;
	struct line line;

	while (form->kind != event->kind)
		if (++form == forms + countof(forms))
			return;
	line.log = log;
	if (event->kind == EV_RUN_STARTED)
		log->started_ns = event->at_ns;
	if (form->fields & FORCED && event->result->forced)
		write_line(&line, &kill_form, event);
	write_line(&line, form, event);
}

void event_log_make_id(struct event_log *log)
{
	uint32_t bits = sys_random_bits();

	for (size_t i = 0; i < EVENT_LOG_ID; i++, bits >>= 4)
		log->id[i] = "0123456789abcdef"[bits & 15];
	log->id[EVENT_LOG_ID] = '\0';
}

/* Scripts inherit the descriptors 0 to 2 as well; for these, it only checks that they are open. */
static int use_descriptor(struct event_log_target *target, const char *number)
{
	char path[32];
	struct text text = TEXT_OVER(path);
	int64_t fd;
	int err = text_to_int(number, &fd);

	if (err < 0)
		return err;
	target->fd = fd < 0 || fd > INT_MAX ? -1 : (int)fd;
	text_fmt(&text, "/proc/self/fd/%d", target->fd);
	target->is_torn = sys_is_mid_line(target->fd, path);
	return sys_fcntl(target->fd, target->fd > STDERR_FILENO ? F_SETFD : F_GETFD, FD_CLOEXEC);
}

static int open_path(struct event_log_target *target, const char *path)
{
	target->fd = trust_open(path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_NONBLOCK, 0600);
	target->may_drop = true;
	target->is_torn = target->fd >= 0 && sys_is_mid_line(target->fd, path);
	return target->fd;
}

int event_log_open(struct event_log_target *target, const char *name)
{
	int err;

	*target = (struct event_log_target){ 0 };
	if (strncmp(name, "fd:", 3) == 0)
		err = use_descriptor(target, name + 3);
	else
		err = open_path(target, name);
	return err < 0 ? err : 0;
}
