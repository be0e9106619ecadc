/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dialect: everything that run-parts of debianutils does in one way and dib-run-parts in another,
 * as data: which entries are scripts and in which order, when a set of scripts ends, its exit
 * status and its messages. An applet may change a copy of its dialect as its options say. No other
 * code distinguishes the two.
 */
#ifndef DIALECT_H
#define DIALECT_H

#include <stdbool.h>

#include "scan/scan.h"

struct event;
struct message;

/* Whether an applet is built that has the dialect of dib-run-parts. */
#define DIALECT_DIB_BUILT_IN SCAN_LIKELY_BUILT_IN

struct dialect {
	struct scan_rule scan;
	const char *bad_name;           /* the reason why a name is left out, without a pattern */
	const char *bad_match;          /* the reason with one */
	const struct message *messages; /* the table of messages */
	/* A sink that logs why scripts run or do not; self is the const struct log of scripts. */
	void (*trace)(void *self, const struct event *event);
	unsigned char newline; /* enum ere_newline: the meaning of a newline in a pattern */
	bool environment_d;    /* ../environment.d makes the environment of the scripts */
	bool stop_on_error;    /* the first script that fails is the last; else all run, and the
				  last failure is the status */
	bool special_is_error; /* a socket, device or fifo is an EV_PART_UNFIT and a failure */
	bool looks_again;      /* each part is examined once more right before its turn */
	bool ignore_missing;   /* a directory that does not exist, or is a file, has no scripts */
	bool shell;            /* scripts without "#!" are run by a shell */
	unsigned char abnormal_status; /* the status of a script that a signal ended or that could
					  not be started; 0: that of a shell, 128 + signal, 126
					  or 127 */
};

extern const struct dialect dialect_dib_run_parts;
extern const struct dialect dialect_run_parts;

#endif
