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

static void begin_phase_line(struct line *line, const char *name, const struct event *event)
{
	begin_line(line, name, event);
	add_string(line, "phase", event->phase);
	add_string(line, "path", event->path);
}

static void begin_part_line(struct line *line, const char *name, const struct event *event)
{
	begin_line(line, name, event);
	add_string(line, "phase", event->phase);
	add_string(line, "path", event->part ? event->part->path : NULL);
}

static void add_group(struct line *line, const struct event *event)
{
	if (ENABLE_JOBS)
		add_positive(line, "group", event->part->group);
}

static void write_run_start(struct line *line, const struct event *event)
{
	begin_line(line, "run-start", event);
	add_number(line, "version", EVENT_LOG_VERSION);
	add_time(line, "time", event->wall_ns);
	add_string(line, "program", event->text);
	add_string(line, "path", event->path);
	end_line(line);
}

static void add_kill(struct line *line, const struct event *event)
{
	begin_part_line(line, "kill", event);
	add_positive(line, "pid", event->result->pid);
	add_pids(line, "killed", &event->result->killed);
	if (event->result->stuck.n > 0)
		add_pids(line, "stuck", &event->result->stuck);
}

static void add_part_end(struct line *line, const struct event *event)
{
	const struct job_result *result = event->result;

	begin_part_line(line, "part-end", event);
	add_group(line, event);
	add_positive(line, "pid", result->pid);
	add_string(line, "reason", event->reason);
	add_number(line, "status", event->status);
	add_positive(line, "signal", event->signal);
	add_string(line, "text", event->text);
	add_time(line, "seconds", result->elapsed_ns);
	add_time(line, "user", result->usage.user_ns);
	add_time(line, "system", result->usage.system_ns);
	add_number(line, "peak_kib", result->usage.peak_kib);
}

/* Returns the word for the failure that the event reports, or NULL if it does not report one. */
static const char *failure_reason(enum event_kind kind)
{
	switch (kind) {
	case EV_PATTERN_BAD:
		return "pattern";
	case EV_BASE_FAILED:
		return "base";
	case EV_LOCK_FAILED:
		return "lock";
	case EV_PARTS_NO_DIRECTORY:
	case EV_PARTS_FAILED:
		return "directory";
	case EV_NO_MATCH:
		return "choice";
	case EV_REFUSED:
		return "trust";
	case EV_STDIN_FAILED:
		return "input";
	case EV_OUTPUT_FAILED:
		return "output";
	case EV_ENV_FAILED:
	case EV_ENV_WRONG:
	case EV_ENV_REFUSED:
		return "environment";
	default:
		return NULL;
	}
}

static void add_failure_line(struct line *line, const char *reason, const struct event *event)
{
	begin_line(line, "failure", event);
	add_string(line, "phase", event->phase);
	add_string(line, "reason", reason);
	add_string(line, "path", event->path);
	add_string(line, "text", event->text);
	add_positive(line, "line", event->number);
	add_string(line, "error", event->error ? text_error(event->error) : NULL);
}

/* Writes the line of an event about the run, a phase or a failure, if it is one. */
static void write_run_line(struct line *line, const struct event *event)
{
	const char *reason = failure_reason(event->kind);

	switch (event->kind) {
	case EV_LOCK_BUSY:
		begin_line(line, "lock-wait", event);
		add_string(line, "path", event->path);
		add_string(line, "text", event->text);
		break;
	case EV_PHASE_STARTED:
	case EV_HANDLERS_CALLED:
		begin_phase_line(line, "phase-start", event);
		break;
	case EV_PHASE_ABSENT:
	case EV_PHASE_MISSING:
		begin_phase_line(line, "phase-absent", event);
		break;
	case EV_PHASE_COMPLETED:
	case EV_PHASE_FAILED:
	case EV_PHASE_KILLED:
	case EV_PHASE_BROKEN_OFF:
	case EV_HANDLERS_ENDED:
		begin_phase_line(line, "phase-end", event);
		add_number(line, "status", event->status);
		break;
	case EV_INSECURE:
		begin_phase_line(line, "distrust", event);
		add_string(line, "text", event->text);
		break;
	case EV_SIGNALLED:
		begin_line(line, "signal", event);
		add_positive(line, "signal", event->signal);
		break;
	case EV_RUN_ENDED:
		begin_line(line, "run-end", event);
		add_number(line, "status", event->status);
		add_positive(line, "signal", event->signal);
		add_string(line, "then", event->path);
		break;
	default:
		if (!reason)
			return;
		add_failure_line(line, reason, event);
		break;
	}
	end_line(line);
}

/* Writes the line of an event about a part, if it is one; that of a part we ended has two lines. */
static void write_part_line(struct line *line, const struct event *event)
{
	switch (event->kind) {
	case EV_PART_SKIPPED:
	case EV_PART_UNFIT:
	case EV_PART_GONE:
		begin_part_line(line, "part-left-out", event);
		add_string(line, "reason", scan_reason(event->part->verdict, event->text));
		break;
	case EV_PART_STARTED:
		begin_part_line(line, "part-start", event);
		add_group(line, event);
		break;
	case EV_TIMEOUT:
		begin_part_line(line, "run-timeout", event);
		add_time(line, "limit", event->number);
		break;
	case EV_SCRIPT_TIMEOUT:
		begin_part_line(line, "script-timeout", event);
		add_time(line, "limit", event->number);
		break;
	case EV_PART_KILLED:
	case EV_PART_LATE:
	case EV_PART_LEFT_RUNNING:
	case EV_PART_STUCK:
	case EV_PART_SHIM_KILLED:
		if (event->result->forced) {
			add_kill(line, event);
			end_line(line);
		}
		add_part_end(line, event);
		break;
	case EV_PART_COMPLETED:
	case EV_PART_FAILED:
	case EV_PART_NOT_STARTED:
		add_part_end(line, event);
		break;
	case EV_PART_OUTPUT:
		begin_part_line(line, "part-output", event);
		add_output(line, event);
		break;
	default:
		return;
	}
	end_line(line);
}

void event_log_handle(void *self, const struct event *event)
{
	struct event_log *log = self;
	struct line line;

	line.log = log;
	if (event->kind == EV_RUN_STARTED) {
		log->started_ns = event->at_ns;
		write_run_start(&line, event);
		return;
	}
	write_run_line(&line, event);
	write_part_line(&line, event);
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
