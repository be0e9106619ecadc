/* SPDX-License-Identifier: Apache-2.0 */
/* Reports how the parts of a set end, and keeps what the first one that failed has printed. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "base/text.h"
#include "job/loop.h"
#include "run/parts_slot.h"
#include "run/ring.h"
#include "run/script_io.h"
#include "sys/fd.h"
#include "sys/path.h"

/* The bytes of a failing script's output, its last ones, that become events. */
#define OUTPUT_KEPT 4096

/*
 * Appends why the script could not be started. If it is there and may be executed, ENOENT and
 * EACCES are about its interpreter, or about the dynamic loader of a program, which nobody looks
 * for.
 */
static void add_start_error(struct text *text, const struct part_slot *slot)
{
	const struct spawn_failure *failure = &slot->job.result.failure;
	const char *path = slot->job.spec.path, *fault;

	if (failure->stage == SPAWN_SHELL) {
		text_str(text, SPAWN_NO_SHELL);
		return;
	}
	if (failure->stage == SPAWN_EXEC && sys_access(AT_FDCWD, path, X_OK) == 0 &&
	    (failure->error == ENOENT || failure->error == EACCES)) {
		fault = parts_start_fault(slot->set->parts, path);
		if (fault && *fault) {
			text_str(text, fault);
			return;
		}
		text_str(text, "its interpreter or loader: ");
	}
	text_str(text, text_error(failure->error));
}

/* Emits the last bytes of the output as events, in pieces that fit into a line of the event log. */
static void emit_output(const struct part_slot *slot)
{
	char buf[OUTPUT_KEPT];
	size_t n = ring_last(slot->ring, buf, sizeof(buf));

	for (size_t at = 0; at < n; at += EVENT_OUTPUT_MAX) {
		parts_emit_number(slot->set, EV_PART_OUTPUT, slot->part,
				  n - at < EVENT_OUTPUT_MAX ? n - at : EVENT_OUTPUT_MAX, buf + at);
		loop_write(slot->set->parts->loop);
	}
}

/* Keeps the output of the first script that fails, which the error handlers can read. */
static void keep_output(const struct part_slot *slot)
{
	struct part_set *set = slot->set;
	struct script_io *io = set->parts->io;
	/* The order of neighbours decides which one counts, and not who failed first. */
	bool is_first = ENABLE_JOBS && set->kept && slot->part < set->kept;
	int fd;

	if (!io->capture || (io->has_failed && !is_first))
		return;
	set->kept = slot->part;
	emit_output(slot);
	*io->failed = *slot->ring;
	fd = ring_file(io->failed);
	io->has_failed = fd >= 0;
	if (fd < 0)
		parts_emit(slot->set, &(struct event){ .kind = EV_CAPTURE_FAILED, .error = -fd });
	sys_close(fd);
}

static void emit_ending(const struct part_slot *slot, const struct ending *ending)
{
	const struct job_result *result = &slot->job.result;
	char buf[192];
	struct text why = TEXT_OVER(buf);
	struct event event = { .kind = ending->event,
			       .part = slot->part,
			       .status = ending->status,
			       .signal = ending->signal,
			       .reason = ending->reason,
			       .result = result };

	if (ending->event == EV_PART_NOT_STARTED) {
		/* The messages of run-parts have the error alone. */
		if (SPAWN_SHELL_BUILT_IN || ENABLE_EVENTS) {
			add_start_error(&why, slot);
			event.text = buf;
		}
		event.error = result->failure.error;
	}
	parts_emit(slot->set, &event);
}

static bool is_turn(const struct part_set *set, const struct part *part)
{
	return part == &set->found.v[set->settled];
}

/*
 * Notes how a part has ended. With stop_on_error, those after the first that failed would not have
 * run, had they not been its neighbours: they do not count.
 */
static void note_ending(struct part_set *set, const struct part *part, const struct part_run *run)
{
	if (ENABLE_JOBS && set->failed && set->parts->dialect.stop_on_error)
		return;
	status_note_ending(&set->outcome, &run->ending, part->path);
	if (ENABLE_JOBS && run->ending.status)
		set->failed = true;
}

/* Where parts never run side by side, parts_end does all of this. */
void parts_settle(struct part_set *set)
{
	while (ENABLE_JOBS && set->settled < set->next && set->runs[set->settled].ended) {
		const struct part *part = &set->found.v[set->settled];
		struct part_run *run = &set->runs[set->settled];

		if (run->output)
			parts_pass_output(set, part, run, true, true);
		note_ending(set, part, run);
		set->settled++;
	}
}

void parts_pass_on(struct part_slot *slot)
{
	struct part_set *set = slot->set;
	bool turn = is_turn(set, slot->part);

	parts_pass_output(set, slot->part, slot->run, turn, loop_has_read_all(&slot->job));
	slot->job.is_held = !((turn || slot->run->output->way != PARTS_GROUPED) &&
			      parts_have_passed_all(slot->run));
}

void parts_leave_slot(struct part_slot *slot)
{
	if (ENABLE_JOBS && slot->job.stdin_fd > 0)
		script_io_close_input(slot->set->parts->io, slot->job.stdin_fd);
	slot->run->ended = true;
	slot->part = NULL;
	slot->set->running--;
}

void parts_end(struct part_slot *slot)
{
	struct part_set *set = slot->set;
	struct script_io *io = set->parts->io;
	const struct job_result *result = &slot->job.result;
	struct ending ending = status_of_script(result, set->parts->dialect.abnormal_status);

	parts_settle(set);
	if (ENABLE_JOBS && slot->run->output)
		parts_pass_output(set, slot->part, slot->run, is_turn(set, slot->part), true);
	slot->run->elapsed_ns = result->elapsed_ns;
	slot->run->ending = ending;
	if (!ENABLE_JOBS)
		note_ending(set, slot->part, slot->run);
	if (ending.status && set->parts->dialect.stop_on_error)
		set->over = true;
	if (ENABLE_RUN_PARTS && ending.event == EV_PART_NOT_STARTED && io->report)
		(void)script_io_write(io, slot->part, STDERR_FILENO, "", 0);
	if (ENABLE_CAPTURE && result->forward_error && !io->error)
		io->error = result->forward_error;
	emit_ending(slot, &ending);
	if (ENABLE_CAPTURE && ending.status)
		keep_output(slot);
	if (ENABLE_CAPTURE && result->forwarded)
		parts_emit_part(set, EV_PART_FORWARDED, slot->part);
	parts_leave_slot(slot);
}

/* Returns the first part in their order of those that run. */
static const struct part *first_running(const struct part_set *set)
{
	size_t i = set->settled;

	while (i < set->next && set->runs[i].ended)
		i++;
	return &set->found.v[i];
}

void parts_tell_deadline(struct part_slot *slot)
{
	slot->late_told = true;
	if (slot->own_limit)
		parts_emit_number(slot->set, EV_SCRIPT_TIMEOUT, slot->part,
				  slot->set->parts->policy.limits.script_ns, NULL);
	else if (!ENABLE_JOBS)
		parts_fail_timeout(slot->set, slot->part);
	else if (!slot->set->outcome.signal)
		/* It is told once for all neighbours: then the outcome has a signal. */
		parts_fail_timeout(slot->set, first_running(slot->set));
}
