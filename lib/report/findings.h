/* SPDX-License-Identifier: Apache-2.0 */
/*
 * findings: the sink that prints on stdout what --check finds, a line "PATH: FINDING" for each
 * thing, and none twice. A finding is what a run would log as a warning or an error.
 */
#ifndef FINDINGS_H
#define FINDINGS_H

#include "sys/mem.h"

struct event;
struct message;

struct findings {
	const struct message *messages; /* of the dialect, indexed by the kind of event */
	struct mem *mem;
	struct strvec lines; /* those that were printed */
	int error;           /* errno of a line that could not be printed, or 0 */
};

/* Prints the line of an event, if it is a finding; self is a struct findings. */
void findings_handle(void *self, const struct event *event);

#endif
