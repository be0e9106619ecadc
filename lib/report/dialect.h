/*
 * dialect: how one family of runners differs from the other, as data: which entries are scripts and
 * in which order, what ends a set of them, what its exit status is, and its messages. An applet may
 * change its copy of a dialect by its options; nothing else asks which program we are.
 */
#ifndef DIALECT_H
#define DIALECT_H

#include <stdbool.h>

#include "scan/scan.h"

struct event;
struct message;

struct dialect {
	struct scan_rule scan;
	const char *bad_name;  /* why a name is left out, where there is no pattern */
	const char *bad_match; /* and where there is one */
	const struct message *messages; /* by the kind of event, EVENT_KINDS of them */
	/* The sink that says why scripts run or do not; self is the const struct log of scripts. */
	void (*trace)(void *self, const struct event *event);
	unsigned char newline; /* enum ere_newline: what a newline means in a pattern */
	bool environment_d;    /* ../environment.d makes the environment of the scripts */
	bool stop_on_error;    /* the first script that fails is the last; else all run, and the
				  last failure is the status */
	bool special_is_error; /* a socket, device or fifo is an EV_PART_UNFIT and a failure */
	bool ignore_missing;   /* a directory that is not there, or is a file, has no scripts */
	bool shell;            /* scripts without "#!" are run by a shell */
	bool inherit_fds;      /* scripts get every descriptor that we were given, not 0-2 alone */
	unsigned char abnormal_status; /* of a script that did not exit by itself; 0: what a shell
					  reports, which is 128 + signal, 126 or 127 */
};

extern const struct dialect dialect_dib_run_parts;
extern const struct dialect dialect_run_parts;

#endif
