/* SPDX-License-Identifier: Apache-2.0 */
/*
 * parts_slot is private to the files that run the parts of a set. A slot has one part that runs:
 * parts_jobs.c decides which part gets a slot and when, parts_begin.c starts its job, and
 * parts_end.c reports what became of it.
 */
#ifndef PARTS_SLOT_H
#define PARTS_SLOT_H

#include "job/job.h"
#include "run/parts_impl.h"

struct ring;

/* A slot of the loop: the part that runs in it, and its job. */
struct part_slot {
	struct part_set *set;
	const struct part *part; /* NULL: the slot is free */
	struct part_run *run;    /* the record of this part in set->runs */
	struct ring *ring;       /* the last bytes that the part printed */
	bool own_limit;          /* the deadline of the job is that of this script alone */
	bool late_told;          /* it was reported that the deadline of the job has passed */
	struct job job;
};

/* Starts the part found.v[i] in a slot that is free. Where that fails, the slot is free again. */
void parts_begin(struct part_slot *slot, size_t i);

/* Reports the end of a part, whose job has a result, and frees the slot. */
void parts_end(struct part_slot *slot);

/* Frees the slot of a part that will not run any more. */
void parts_leave_slot(struct part_slot *slot);

/* Reports that the deadline of the job has passed. */
void parts_tell_deadline(struct part_slot *slot);

/* Passes on what a part has printed so far, and lets its daemons go on where that was all. */
void parts_pass_on(struct part_slot *slot);

/* Passes on the output of parts that have ended, and notes how, in the order of the parts. */
void parts_settle(struct part_set *set);

#endif
