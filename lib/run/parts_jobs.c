/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the scripts of a set as jobs of the loop, one after the other: starts each when the one
 * before it has ended, passes on and keeps what it prints, and reports its end.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "job/loop.h"
#include "run/parts_impl.h"
#include "run/phase_env.h"
#include "run/script_io.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/mem.h"
#include "sys/path.h"

/* The bytes of a failing script's output, its last ones, that become events. */
#define OUTPUT_KEPT 4096

/* A slot of the loop: the part that runs in it, and its job. */
struct part_slot {
	struct part_set *set;
	const struct part *part; /* NULL: the slot is free */
	struct part_run *run;    /* the record of this part in set->runs */
	struct ring *ring;       /* the last bytes that the part printed */
	bool own_limit;          /* the deadline of the job is that of this script alone */
	bool late_told;          /* it was reported that the deadline of the job has passed */
	struct job job;
	char **argv; /* for struct spawn_spec: room for a shell, the path, the arguments */
};

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
		parts_emit(slot->set, &(struct event){ .kind = EV_PART_OUTPUT,
						       .part = slot->part,
						       .text = buf + at,
						       .number = n - at < EVENT_OUTPUT_MAX ?
									 n - at :
									 EVENT_OUTPUT_MAX });
		loop_write(slot->set->parts->loop);
	}
}

/* Keeps the output of the first script that fails, which the error handlers can read. */
static void keep_output(const struct part_slot *slot)
{
	struct script_io *io = slot->set->parts->io;
	int fd;

	if (!io->capture || io->has_failed)
		return;
	emit_output(slot);
	ring_copy(&io->failed, slot->ring);
	fd = ring_file(&io->failed);
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

/* Reports the end of a part, whose job has a result, and frees the slot. */
static void end_part(struct part_slot *slot)
{
	struct part_set *set = slot->set;
	struct script_io *io = set->parts->io;
	const struct job_result *result = &slot->job.result;
	struct ending ending = status_of_script(result, set->parts->dialect.abnormal_status);

	slot->run->elapsed_ns = result->elapsed_ns;
	status_note_ending(&set->outcome, &ending, slot->part->path);
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
	slot->part = NULL;
}

static void tell_deadline(struct part_slot *slot)
{
	slot->late_told = true;
	if (slot->own_limit)
		parts_emit(slot->set,
			   &(struct event){ .kind = EV_SCRIPT_TIMEOUT,
					    .part = slot->part,
					    .number = slot->set->parts->policy.limits.script_ns });
	else
		parts_fail_timeout(slot->set, slot->part);
}

static bool on_part_output(struct job *job, int as, const char *bytes, ssize_t n)
{
	struct part_slot *slot = job->owner;
	struct script_io *io = slot->set->parts->io;

	if (ENABLE_CAPTURE && io->capture && n > 0)
		ring_add(slot->ring, bytes, (size_t)n);
	if (ENABLE_CAPTURE && n > 0)
		parts_emit(slot->set, &(struct event){ .kind = EV_PART_PRINTS,
						       .part = slot->part,
						       .text = bytes,
						       .number = n });
	/* A reader that has gone ends who prints, as if the script had written there itself. */
	return script_io_write(io, slot->part, as, bytes, n);
}

/* Sets the descriptors of the job: what the script reads, and pipes for what it prints. */
static void set_streams(struct part_slot *slot, const struct script_io *io)
{
	struct job *job = &slot->job;
	int err = io->in_fd ? sys_rewind(io->in_fd) : 0;

	job->stdin_fd = err < 0 ? err : io->in_fd;
	if (ENABLE_CAPTURE && io->capture) {
		job->forward_after_exit = true;
		slot->ring->total = 0;
	} else if (!io->report) {
		return;
	}
	if (ENABLE_CAPTURE && io->has_failed)
		job->captured_fd = ring_file(&io->failed);
	job->on_output = on_part_output;
	job->streams[0].as = STDOUT_FILENO;
	job->streams[1].as = STDERR_FILENO;
}

/* A path that begins with '-' gets "./" before it: an interpreter would take it for an option. */
static char *program_path(const struct part_set *set, const struct part *part)
{
	char *path = *part->path == '-' ? mem_concat(set->parts->mem, "./", part->path, "") : NULL;

	return path ? path : part->path;
}

/* Returns the deadline of the script or that of the set, whichever comes first, or 0. */
static int64_t part_deadline_ns(struct part_slot *slot)
{
	const struct parts *parts = slot->set->parts;
	int64_t limit_ns = parts->policy.limits.script_ns;
	int64_t own_ns = limit_ns > 0 ? sys_after_ns(limit_ns) : INT64_MAX;
	int64_t set_ns = parts->stop.deadline_ns;

	slot->own_limit = limit_ns > 0 && (!set_ns || own_ns < set_ns);
	return slot->own_limit ? own_ns : set_ns;
}

/* Starts the job. Error handlers run even if no descriptor is left for what a script printed. */
static int start_job(struct part_slot *slot)
{
	struct job *job = &slot->job;
	struct part_set *set = slot->set;
	int err = loop_start(set->parts->loop, job);
	char *const *envp;

	if (!ENABLE_CAPTURE || !job->captured_fd || err >= 0 ||
	    job->result.failure.stage != SPAWN_DESCRIPTORS)
		return err;
	envp = phase_env_without_output(set->parts->mem, set->envp);
	if (!envp)
		return err;
	parts_emit(set, &(struct event){ .kind = EV_CAPTURE_FAILED, .error = -err });
	job->captured_fd = 0;
	job->spec.envp = envp;
	job->result = (struct job_result){ 0 };
	return loop_start(set->parts->loop, job);
}

static void start_part(struct part_slot *slot, size_t i)
{
	struct part_set *set = slot->set;
	struct parts *parts = set->parts;
	int err;

	slot->part = &set->found.v[i];
	slot->run = &set->runs[i];
	slot->late_told = false;
	slot->argv[1] = program_path(set, slot->part);
	slot->job = (struct job){
		.spec = { .path = slot->argv[1],
			  .argv = slot->argv,
			  .envp = set->envp,
			  .shell = parts->dialect.shell,
			  .new_session = parts->policy.new_session },
		.grace = limits_grace(&parts->policy.limits),
		.owner = slot,
	};
	if (SCRIPT_IO_BUILT_IN)
		set_streams(slot, parts->io);
	parts_emit_part(set, EV_PART_STARTED, slot->part);
	/* No script prints before the line that announces it, whose reader may hold us up. */
	loop_drain(parts->loop);
	slot->job.deadline_ns = part_deadline_ns(slot);
	err = start_job(slot);
	slot->run->started = err != -ECANCELED;
	if (!slot->run->started)
		slot->part = NULL;
	else if (err < 0)
		end_part(slot);
}

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
	if (is_out_of_time(set))
		parts_fail_timeout(set, &set->found.v[set->next]);
	return !set->over;
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

/* Fills the slot, if it is free, with the next part that can be started. */
static void start_next(struct part_slot *slot)
{
	struct part_set *set = slot->set;

	while (!slot->part && may_start_now(set)) {
		size_t i = set->next++;
		struct part *part = &set->found.v[i];

		if (set->parts->dialect.looks_again)
			look_again(set, part);
		loop_write(set->parts->loop);
		if (part->verdict == SCAN_GONE)
			parts_lose(set, part);
		else if (part->verdict != SCAN_KEPT)
			parts_skip(set, part);
		else if (!set->over)
			start_part(slot, i);
	}
}

/* The sink of the progress line has no clock and asks for no width: it needs these events. */
static void emit_tick(struct part_set *set)
{
	parts_emit(set,
		   &(struct event){ .kind = EV_TICK, .number = sys_terminal_width(STDERR_FILENO) });
}

/* Lets the loop make a step, and looks what became of the jobs. */
static void step(struct part_set *set, struct part_slot *slots)
{
	struct loop *loop = set->parts->loop;

	(void)loop_step(loop);
	for (struct part_slot *slot = slots; slot < slots + LOOP_SLOTS; slot++) {
		if (slot->part && slot->job.result.timed_out && !slot->late_told)
			tell_deadline(slot);
		if (slot->part && slot->job.state == JOB_DONE)
			end_part(slot);
	}
	if (ENABLE_CAPTURE && loop->tick_ns)
		emit_tick(set);
}

static bool open_part_slot(struct part_slot *slot, struct part_set *set, struct ring *ring)
{
	const struct strvec *args = &set->parts->policy.args;

	slot->set = set;
	slot->ring = ring;
	slot->argv = mem_alloc(set->parts->mem, (args->n + 3) * sizeof(*slot->argv));
	if (slot->argv && args->n > 0)
		memcpy(slot->argv + 2, args->v, args->n * sizeof(*args->v));
	return slot->argv;
}

static bool open_part_slots(struct part_slot *slots, struct part_set *set)
{
	set->runs = mem_alloc(set->parts->mem, (set->found.kept + 1) * sizeof(*set->runs));
	if (!set->runs)
		return false;
	for (size_t i = 0; i < LOOP_SLOTS; i++)
		if (!open_part_slot(&slots[i], set, &set->parts->io->rings[i]))
			return false;
	return true;
}

void parts_run_jobs(struct part_set *set)
{
	struct part_slot slots[LOOP_SLOTS] = { 0 };
	struct loop *loop = set->parts->loop;

	if (!open_part_slots(slots, set)) {
		/* EV_PARTS_ENDED follows, and without `runs` no part may count as kept. */
		set->found.kept = 0;
		parts_fail(set, NULL, "cannot be run", ENOMEM);
		return;
	}
	do {
		for (size_t i = 0; i < LOOP_SLOTS; i++)
			start_next(&slots[i]);
		if (loop->running > 0)
			step(set, slots);
	} while (loop->running > 0 || may_start(set));
}
