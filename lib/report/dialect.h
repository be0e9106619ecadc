/*
 * dialect: what tells one family of runners from another, as rows of data: which entries are
 * scripts and in which order, what ends a set of them, what its exit status is, and the words in
 * which events are told. An applet may change its copy of a row by its options; nothing else asks
 * which program we are.
 */
#ifndef DIALECT_H
#define DIALECT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"
#include "base/text.h"
#include "scan/scan.h"

struct event;

struct dialect {
	struct scan_rule scan;
	const char *words;    /* a line for each kind of event that is told; see below */
	const char *bad_name; /* why a name is left out; or, where a pattern is used: */
	const char *bad_match;
	/* The sink that tells why scripts run or do not; self is the runner's const struct log. */
	void (*explain)(void *self, const struct event *event);
	unsigned char newline; /* what one is in a pattern: an enum ere_newline */
	bool environment_d;    /* ../environment.d makes the scripts' environment */
	bool stops;            /* at the first script that fails; else all run and the last failure
				 is the status */
	bool tells_special;    /* a socket, device or fifo is an EV_PART_UNFIT and a failure */
	bool missing_is_fine;  /* a directory that is none, or not there, has no scripts */
	bool shell;            /* runs scripts without "#!" */
	bool inherits;         /* scripts get every descriptor that we were given, not 0-2 alone */
	unsigned char no_exit_status; /* of a script that did not exit by itself; 0: what a shell
					 shows, 128 + n, 126 or 127 */
};

extern const struct dialect dialect_dib_run_parts;
extern const struct dialect dialect_run_parts;

/*
 * For the words of the dialects, a TEXT_LIST by the kind of event. LINES is a list of LINE(kind,
 * voice, level, "words"). In front of the words stands who says them and at which level: see
 * journal.
 */
#define DIALECT_RUNNER_DEBUG "1"
#define DIALECT_RUNNER_INFO "2"
#define DIALECT_RUNNER_WARN "3"
#define DIALECT_RUNNER_ERROR "4"
#define DIALECT_TOOL_DEBUG "A"
#define DIALECT_TOOL_INFO "B"
#define DIALECT_TOOL_WARN "C"
#define DIALECT_TOOL_ERROR "D"
#define DIALECT_NOT_TOLD ""
#define DIALECT_ROOM(kind, voice, level, text) TEXT_ROOM(EV_##kind, DIALECT_##voice##_##level text)
#define DIALECT_ROW(kind, voice, level, text) TEXT_ROW(EV_##kind, DIALECT_##voice##_##level text)

static inline bool dialect_is_tool(char say)
{
	return say >= 'A';
}

_Static_assert(LOG_DEBUG == 0 && LOG_INFO == 1 && LOG_ERROR == 3, "the digits and letters above");

static inline enum log_level dialect_level(char say)
{
	return (enum log_level)((say & 7) - 1);
}

#endif
