#include "report/record.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "job/pool.h"
#include "report/event.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/process.h"
#include "sys/signals.h"
#include "sys/util.h"
#include "sys/write.h"

/* A string that takes more bytes of the line is cut. */
#define STRING_MAX 1200

/* As much as a pipe takes in one piece. */
#define LINE_ROOM PIPE_BUF

/* A byte may take five: \\xHH. */
_Static_assert(2 * STRING_MAX + 800 < LINE_ROOM &&
		       STRING_MAX + 5 * EVENT_OUTPUT_MAX + 800 < LINE_ROOM,
	       "a line with two long strings, or with output");

/* Which events have a line, its name, and the letters of its fields in their order. */
static const struct {
	unsigned char kinds[8];
	char name[15];
	char letters[13];
} lines[] = {
	{ { EV_RUN_STARTED }, "run-start", "vwxp" },
	{ { EV_LOCK_BUSY }, "lock-wait", "pt" },
	{ { EV_PHASE_STARTED, EV_HANDLERS_CALLED }, "phase-start", "hp" },
	{ { EV_PHASE_ABSENT, EV_PHASE_MISSING }, "phase-absent", "hp" },
	{ { EV_PHASE_COMPLETED, EV_PHASE_FAILED, EV_PHASE_KILLED, EV_PHASE_BROKEN_OFF,
	    EV_HANDLERS_ENDED },
	  "phase-end",
	  "hps" },
	{ { EV_PART_LEFT_OUT, EV_PART_UNFIT }, "part-left-out", "hPL" },
	{ { EV_UNTRUSTED }, "distrust", "hpt" },
	{ { EV_PART_STARTED }, "part-start", "hP" },
	{ { EV_TIMEOUT }, "run-timeout", "hPD" },
	{ { EV_SCRIPT_TIMEOUT }, "script-timeout", "hPD" },
	{ { EV_PART_KILLED, EV_PART_LATE, EV_PART_LEFT_RUNNING }, "kill", "hPik" },
	{ { EV_PART_COMPLETED, EV_PART_FAILED, EV_PART_KILLED, EV_PART_LATE, EV_PART_LEFT_RUNNING,
	    EV_PART_NOT_STARTED },
	  "part-end",
	  "hPiRsgtTUSM" },
	{ { EV_PART_OUTPUT }, "part-output", "hPo" },
	{ { EV_BASE_FAILED, EV_LOCK_FAILED, EV_PARTS_NO_DIRECTORY, EV_PARTS_FAILED, EV_NOT_CHOSEN,
	    EV_REFUSED, EV_ENV_FAILED, EV_STDIN_FAILED },
	  "failure",
	  "hFpte" },
	{ { EV_PATTERN_BAD, EV_ENV_WRONG, EV_ENV_REFUSED, EV_OUTPUT_FAILED }, "failure", "hFptle" },
	{ { EV_SIGNALLED }, "signal", "g" },
	{ { EV_RUN_ENDED }, "run-end", "sg" },
};

/* The name of the field that each letter is. */
static const char fields[] = "vversion\0wtime\0xprogram\0ppath\0Ppath\0hphase\0ttext\0Lreason\0"
			     "Rreason\0Freason\0lline\0sstatus\0gsignal\0eerror\0Dlimit\0Tseconds\0"
			     "Uuser\0Ssystem\0Mpeak_kib\0ipid\0kkilled\0ooutput\0";

/* How many bytes from s on are one character of UTF-8 beyond ASCII; 0: they are none. */
static size_t utf8_length(const unsigned char *s)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t n = *s >= 0xf0 ? 4 : *s >= 0xe0 ? 3 : 2;
	uint32_t code = *s & (0x7fU >> n);

	if (*s < 0xc0 || *s >= 0xf8)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	return code < least[n] || code > 0x10ffff || (code & ~0x7ffU) == 0xd800 ? 0 : n;
}

/* One character as it stands in a string; returns how many bytes of s it is. */
static size_t add_character(struct text *text, const unsigned char *s)
{
	size_t n = *s < 0x80 ? 1 : utf8_length(s);
	char buf[8];
	struct text escape = TEXT_OVER(buf);

	if (*s == '"')
		text_char(text, '\\');
	if (n > 0 && *s >= ' ' && *s != 0x7f && *s != '\\') {
		text_add(text, (const char *)s, n);
		return n;
	}
	text_escape(&escape, *s);
	for (const char *at = buf; *at; at++) {
		if (*at == '\\')
			text_char(text, '\\');
		text_char(text, *at);
	}
	return 1;
}

/* A NUL stands after the n bytes. */
static void add_string(struct text *text, const char *s, size_t n, size_t max)
{
	const char *end = s + n;
	size_t start = text->len;

	text_char(text, '"');
	while (s < end && text->len - start < max)
		s += add_character(text, (const unsigned char *)s);
	text_str(text, s < end ? "...\"" : "\"");
}

/* What was printed is cut anywhere: a character that is not whole is bytes. */
static void add_output(struct text *text, const struct event *event)
{
	char buf[EVENT_OUTPUT_MAX + 1];
	size_t n = (size_t)event->number;

	memcpy(buf, event->text, n);
	buf[n] = '\0';
	add_string(text, buf, n, LINE_ROOM);
}

static void add_seconds(struct text *text, int64_t ns)
{
	long long us = (long long)(ns / (NS_PER_MS / 1000));

	text_fmt(text, "%lld.%06d", us / 1000000, (int)(us % 1000000));
}

/* What an event that made the run fail is about, in a word. */
#define FAILURES(FAILURE)                           \
	FAILURE(EV_PATTERN_BAD, "pattern")          \
	FAILURE(EV_BASE_FAILED, "base")             \
	FAILURE(EV_LOCK_FAILED, "lock")             \
	FAILURE(EV_PARTS_NO_DIRECTORY, "directory") \
	FAILURE(EV_PARTS_FAILED, "directory")       \
	FAILURE(EV_NOT_CHOSEN, "choice")            \
	FAILURE(EV_REFUSED, "trust")                \
	FAILURE(EV_STDIN_FAILED, "input")           \
	FAILURE(EV_OUTPUT_FAILED, "output")

TEXT_LIST(failures, FAILURES(TEXT_ROOM), FAILURES(TEXT_ROW), "environment")

/* The letters that string_of knows. */
#define STRINGS "hpPtxRFLe"

static const char *string_of(const struct event *event, char letter)
{
	switch (letter) {
	case 'h':
		return event->phase;
	case 'p':
		return event->path;
	case 'P':
		return event->part ? event->part->path : NULL;
	case 't':
	case 'x':
		return event->text;
	case 'R':
		return event->reason;
	case 'F':
		return text_numbered(TEXT_FIRST(failures), event->kind);
	case 'L':
		return event->part ? scan_reason(event->part->verdict, event->text) : NULL;
	case 'e':
		return event->error ? text_error(event->error) : NULL;
	default:
		return NULL;
	}
}

/* Of an event that has none, all is zero. */
static const struct job_end *end_of(const struct event *event)
{
	static const struct job_end none;

	return event->end ? event->end : &none;
}

static int64_t time_of(const struct event *event, char letter)
{
	switch (letter) {
	case 'w':
		return sys_wall_ns();
	case 'T':
		return end_of(event)->elapsed_ns;
	case 'U':
		return end_of(event)->usage.user_ns;
	case 'S':
		return end_of(event)->usage.system_ns;
	default:
		return event->number;
	}
}

static int64_t number_of(const struct event *event, char letter)
{
	switch (letter) {
	case 'v':
		return RECORD_VERSION;
	case 'l':
		return event->number;
	case 's':
		return event->status;
	case 'g':
		return event->signal;
	case 'i':
		return end_of(event)->pid;
	default:
		return end_of(event)->usage.peak_kib;
	}
}

static void add_killed(struct text *text, const struct job_end *end)
{
	text_char(text, '[');
	for (unsigned i = 0; i < end->n_killed && i < JOB_KILLED_MAX; i++)
		text_fmt(text, i ? ",%d" : "%d", (int)end->killed[i]);
	text_char(text, ']');
}

/* What does not apply to an event is left out of its line. */
static void add_field(struct text *text, const struct event *event, char letter)
{
	const char *string = string_of(event, letter);

	if (strchr(STRINGS, letter) ? !string :
				      strchr("gil", letter) && number_of(event, letter) <= 0)
		return;
	text_fmt(text, ",\"%s\":", text_numbered(fields, letter));
	if (string)
		add_string(text, string, strlen(string), STRING_MAX);
	else if (letter == 'o')
		add_output(text, event);
	else if (strchr("wTUSD", letter))
		add_seconds(text, time_of(event, letter));
	else if (letter == 'k')
		add_killed(text, end_of(event));
	else
		text_fmt(text, "%lld", (long long)number_of(event, letter));
}

static void add_line(struct record *record, size_t kind, const struct event *event)
{
	char buf[LINE_ROOM];
	struct text text = TEXT_OVER(buf);
	int err;

	text_fmt(&text, "{\"event\":\"%s\",\"run\":%d,\"t\":", lines[kind].name,
		 (int)sys_pid());
	add_seconds(&text, sys_now_ns() - record->started_ns);
	for (const char *letter = lines[kind].letters; *letter; letter++)
		add_field(&text, event, *letter);
	text_str(&text, "}\n");
	err = sys_write_line(record->fd, buf, text.len, record->waits);
	if (err < 0 && err != -ECANCELED && !record->error)
		record->error = -err;
}

void record_handle(void *self, const struct event *event)
{
	for (size_t i = 0; i < countof(lines); i++)
		if (memchr(lines[i].kinds, event->kind, sizeof(lines[i].kinds)) &&
		    (*lines[i].name != 'k' || end_of(event)->forced))
			add_line(self, i, event);
}

int record_open(struct record *record, const char *target)
{
	int64_t fd;
	int err;

	record->started_ns = sys_now_ns();
	/* A log that nobody reads, or that may not grow, does not end a run. */
	sys_set_signal_action(SIGPIPE, SIG_IGN);
	sys_set_signal_action(SIGXFSZ, SIG_IGN);
	if (strncmp(target, "fd:", 3) != 0) {
		record->fd = sys_open(AT_FDCWD, target,
				      O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY | O_NONBLOCK, 0644);
		return record->fd < 0 ? record->fd : 0;
	}
	err = text_to_int(target + 3, &fd);
	if (err < 0)
		return err;
	record->waits = true;
	record->fd = fd < 0 || fd > INT_MAX ? -1 : (int)fd;
	/* The first three are the scripts' as well. */
	err = sys_fcntl(record->fd, record->fd > STDERR_FILENO ? F_SETFD : F_GETFD, FD_CLOEXEC);
	return err < 0 ? err : 0;
}
