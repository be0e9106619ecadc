/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the parts of a set as jobs of the loop: decides when each is started, after all that come
 * before it have ended, or beside neighbours of its group.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "job/loop.h"
#include "run/parts_slot.h"
#include "run/script_io.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/mem.h"
#include "sys/process.h"

static bool is_out_of_time(const struct part_set *set)
{
	int64_t deadline_ns = set->parts->stop.deadline_ns;

	return deadline_ns && sys_now_ns() >= deadline_ns;
}

/* Returns whether a part may be started; if not, there are no more, or it has ended the set. */
static bool may_start(struct part_set *set)
{
	/* A signal may also have come while the loop waited for the reader of an output. */
	if (set->parts->loop->signal)
		set->over = set->outcome.interrupted = true;
	if (set->over || set->next >= set->found.kept)
		return false;
	if (!is_out_of_time(set))
		return true;
	/* While parts run, their deadline is the same one. */
	if (!ENABLE_JOBS || set->running == 0)
		parts_fail_timeout(set, &set->found.v[set->next]);
	return false;
}

/* A signal that is pending comes before the start: nothing may be started after it. */
static bool may_start_now(struct part_set *set)
{
	(void)loop_take_signals(set->parts->loop);
	return may_start(set);
}

/* An earlier part may have changed, replaced or removed this one. */
static void look_again(struct part_set *set, struct part *part)
{
	scan_again(&set->parts->dialect.scan, part);
	if (part->verdict == SCAN_KEPT && part->is_doubtful)
		parts_check_trust(set, part->path);
	if (set->refused)
		set->over = true;
}

void parts_number_groups(struct part_set *set)
{
	struct part *part = set->found.v;
	int group = 0;

	for (size_t i = 0; i < set->found.kept; i++, part++) {
		if (i == 0 || !scan_same_number(part[-1].name, part->name))
			group++;
		part->group = group;
	}
}

size_t parts_group_end(const struct part_set *set, size_t i)
{
	int group = set->found.v[i].group;

	do {
		i++;
	} while (ENABLE_JOBS && group && i < set->found.kept && set->found.v[i].group == group);
	return i;
}

/* Returns whether the next part is of the group that runs, or begins the next group. */
static bool is_in_group(struct part_set *set)
{
	if (set->next < set->group_end)
		return true;
	if (set->running > 0)
		return false;
	set->group_end = parts_group_end(set, set->next);
	set->side_by_side = set->group_end > set->next + 1;
	return true;
}

/* Reports that a part does not run after all. What became of those before it is known by then. */
static void pass_over(struct part_set *set, struct part *part)
{
	parts_settle(set);
	set->runs[set->next++].ended = true;
	if (part->verdict == SCAN_GONE)
		parts_lose(set, part);
	else
		parts_skip(set, part);
}

/* Fills the slot, if it is free, with the next part that can be started. */
static void start_next(struct part_slot *slot)
{
	struct part_set *set = slot->set;

	while (!slot->part && may_start_now(set) && is_in_group(set)) {
		struct part *part = &set->found.v[set->next];

		if (set->parts->dialect.looks_again)
			look_again(set, part);
		loop_write(set->parts->loop);
		if (part->verdict == SCAN_KEPT && !set->over)
			parts_begin(slot, set->next++);
		else if (part->verdict != SCAN_KEPT && set->running == 0)
			pass_over(set, part);
		else
			set->group_end = set->next;
	}
}

/* The sink of the progress line has no clock and asks for no width: it needs these events. */
static void emit_tick(struct part_set *set)
{
	parts_emit_number(set, EV_TICK, NULL, sys_terminal_width(STDERR_FILENO), NULL);
}

/*
 * Waits until something has happened to the jobs, and looks what became of them. While an output
 * waited for its reader, the loop may have made steps, for which no event comes any more.
 */
static void step(struct part_set *set, struct part_slot *slots)
{
	struct loop *loop = set->parts->loop;

	if (set->steps_seen == loop->steps)
		(void)loop_step(loop);
	set->steps_seen = loop->steps;
	for (struct part_slot *slot = slots; slot < slots + loop_slots(loop); slot++) {
		if (slot->part && slot->job.result.timed_out && !slot->late_told)
			parts_tell_deadline(slot);
		if (slot->part && slot->job.state == JOB_DONE)
			parts_end(slot);
	}
	parts_settle(set);
	for (size_t i = 0; ENABLE_JOBS && i < loop_slots(loop); i++)
		if (slots[i].part && slots[i].run->output)
			parts_pass_on(&slots[i]);
	if (ENABLE_CAPTURE && loop->tick_ns)
		emit_tick(set);
}

void parts_set_jobs(struct parts *parts)
{
	int jobs = ENABLE_JOBS ? parts->policy.jobs : 1;

	if (jobs == PARTS_JOBS_CPUS)
		jobs = sys_cpus();
	if (jobs > LOOP_SLOTS)
		jobs = LOOP_SLOTS;
	parts->policy.jobs = jobs > 1 ? jobs : 1;
}

/* Returns how many slots the set needs. */
static size_t count_slots(const struct part_set *set)
{
	size_t jobs = ENABLE_JOBS ? (size_t)set->parts->policy.jobs : 1;

	if (jobs > set->found.kept)
		jobs = set->found.kept;
	return jobs > 1 ? jobs : 1;
}

/* Returns the slots, of which the loop has as many, or NULL. */
static struct part_slot *open_part_slots(struct part_set *set)
{
	struct parts *parts = set->parts;
	const struct strvec *args = &parts->policy.args;
	size_t n = count_slots(set);
	struct part_slot *slots = mem_alloc(parts->mem, n * sizeof(*slots));

	set->runs = mem_alloc(parts->mem, (set->found.kept + 1) * sizeof(*set->runs));
	set->argv = mem_alloc(parts->mem, (args->n + 3) * sizeof(*set->argv));
	if (!set->runs || !set->argv || !slots)
		return NULL;
	if (args->n > 0)
		memcpy(set->argv + 2, args->v, args->n * sizeof(*args->v));
	for (size_t i = 0; i < n; i++) {
		slots[i].set = set;
		if (ENABLE_CAPTURE && parts->io->capture)
			slots[i].ring = &parts->io->rings[i];
	}
	parts->loop->n_slots = n;
	return slots;
}

void parts_run_jobs(struct part_set *set)
{
	struct part_slot *slots = open_part_slots(set);

	if (!slots) {
		/* EV_PARTS_ENDED follows, and without `runs` no part may count as kept. */
		set->found.kept = 0;
		parts_fail(set, NULL, "cannot be run", ENOMEM);
		return;
	}
	do {
		for (size_t i = 0; i < loop_slots(set->parts->loop); i++)
			start_next(&slots[i]);
		if (set->running > 0)
			step(set, slots);
	} while (set->running > 0 || may_start(set));
	parts_settle(set);
}
