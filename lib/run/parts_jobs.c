/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs the scripts of a set as jobs of the loop: starts each when those before it have ended, or
 * beside neighbours of its group, passes on and keeps what it prints, and reports its end.
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
	struct part_set *set = slot->set;
	struct script_io *io = set->parts->io;
	int fd;
	/* Of neighbours, the first in their order counts, and not the first that failed. */
	bool is_first = ENABLE_JOBS && set->kept && slot->part < set->kept;

	if (!io->capture || (io->has_failed && !is_first))
		return;
	set->kept = slot->part;
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
	set->failed = set->failed || run->ending.status;
}

/* Passes on the output of parts that have ended, and notes how, in the order of the parts. */
static void settle(struct part_set *set)
{
	while (set->settled < set->next && set->runs[set->settled].ended) {
		const struct part *part = &set->found.v[set->settled];
		struct part_run *run = &set->runs[set->settled];

		if (ENABLE_JOBS && run->output)
			parts_pass_output(set, part, run, true, true);
		note_ending(set, part, run);
		set->settled++;
	}
}

/* Passes on what a part has printed so far, and lets its daemons go on where that was all. */
static void pass_output(struct part_slot *slot)
{
	struct part_set *set = slot->set;
	bool turn = is_turn(set, slot->part);

	parts_pass_output(set, slot->part, slot->run, turn, loop_has_read_all(&slot->job));
	slot->job.is_held = !((turn || slot->run->output->at_once) &&
			      parts_have_passed_all(slot->run));
}

static void leave_slot(struct part_slot *slot)
{
	if (SCRIPT_IO_BUILT_IN && slot->job.stdin_fd > 0)
		script_io_close_input(slot->set->parts->io, slot->job.stdin_fd);
	slot->run->ended = true;
	slot->part = NULL;
	slot->set->running--;
}

/* Reports the end of a part, whose job has a result, and frees the slot. */
static void end_part(struct part_slot *slot)
{
	struct part_set *set = slot->set;
	struct script_io *io = set->parts->io;
	const struct job_result *result = &slot->job.result;
	struct ending ending = status_of_script(result, set->parts->dialect.abnormal_status);

	settle(set);
	if (ENABLE_JOBS && slot->run->output)
		parts_pass_output(set, slot->part, slot->run, is_turn(set, slot->part), true);
	slot->run->elapsed_ns = result->elapsed_ns;
	slot->run->ending = ending;
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
	leave_slot(slot);
}

/* Returns the first part in their order of those that run. */
static const struct part *first_running(const struct part_set *set)
{
	size_t i = set->settled;

	while (i < set->next && set->runs[i].ended)
		i++;
	return &set->found.v[i];
}

static void tell_deadline(struct part_slot *slot)
{
	slot->late_told = true;
	if (slot->own_limit)
		parts_emit(slot->set,
			   &(struct event){ .kind = EV_SCRIPT_TIMEOUT,
					    .part = slot->part,
					    .number = slot->set->parts->policy.limits.script_ns });
	else if (!ENABLE_JOBS)
		parts_fail_timeout(slot->set, slot->part);
	else if (!slot->set->late)
		parts_fail_timeout(slot->set, first_running(slot->set));
}

static bool on_part_output(struct job *job, int as, const char *bytes, ssize_t n)
{
	struct part_slot *slot = job->owner;
	struct script_io *io = slot->set->parts->io;

	if (ENABLE_CAPTURE && io->capture && n > 0)
		ring_add(slot->ring, bytes, (size_t)n);
	if (ENABLE_JOBS && slot->run->output && n > 0) {
		job->is_held = true;
		return parts_hold_output(slot->set, slot->run, as, bytes, (size_t)n);
	}
	if (ENABLE_CAPTURE && n > 0)
		parts_emit(slot->set, &(struct event){ .kind = EV_PART_PRINTS,
						       .part = slot->part,
						       .text = bytes,
						       .number = n });
	/* A reader that has gone ends who prints, as if the script had written there itself. */
	return script_io_write(io, slot->part, as, bytes, n);
}

/* Returns a descriptor for what the script reads, 0 for our own stdin, or -errno. */
static int open_input(const struct part_slot *slot, struct script_io *io)
{
	int err;

	if (parts_run_side_by_side(slot->set))
		return script_io_open_input(io);
	err = io->in_fd ? sys_rewind(io->in_fd) : 0;
	return err < 0 ? err : io->in_fd;
}

/* Sets the descriptors of the job: what the script reads, and pipes for what it prints. */
static void set_streams(struct part_slot *slot, struct script_io *io)
{
	bool is_kept = ENABLE_CAPTURE && io->capture, is_held = ENABLE_JOBS && slot->run->output;
	struct job *job = &slot->job;

	job->stdin_fd = open_input(slot, io);
	if (is_kept)
		slot->ring->total = 0;
	if (!is_kept && !is_held && !io->report)
		return;
	job->forward_after_exit = is_kept || is_held;
	if (ENABLE_CAPTURE && io->has_failed)
		job->captured_fd = ring_file(&io->failed);
	job->on_output = on_part_output;
	job->streams[0].as = STDOUT_FILENO;
	/* One pipe keeps the order of what comes to both. */
	if (is_held && io->out[STDOUT_FILENO] == io->out[STDERR_FILENO])
		job->streams[0].also = STDERR_FILENO;
	else
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

static bool must_hold_output(const struct part_set *set)
{
	return parts_run_side_by_side(set) || set->parts->policy.output == PARTS_PREFIXED;
}

static void start_part(struct part_slot *slot, size_t i)
{
	struct part_set *set = slot->set;
	struct parts *parts = set->parts;
	int err;

	slot->part = &set->found.v[i];
	slot->run = &set->runs[i];
	slot->late_told = false;
	set->running++;
	slot->argv[1] = program_path(set, slot->part);
	slot->job = (struct job){
		.spec = { .path = slot->argv[1],
			  .argv = slot->argv,
			  .envp = set->envp,
			  .shell = parts->dialect.shell,
			  .new_session = parts->policy.new_session },
		.grace = limits_grace(&parts->policy.limits),
		.owner = slot,
		.has_neighbours = parts_run_side_by_side(set),
	};
	/* Without memory, the part prints by itself. */
	if (ENABLE_JOBS && must_hold_output(set))
		slot->job.is_held = parts_open_output(set, slot->run);
	if (SCRIPT_IO_BUILT_IN)
		set_streams(slot, parts->io);
	parts_emit_part(set, EV_PART_STARTED, slot->part);
	/* No script prints before the line that announces it, whose reader may hold us up. */
	loop_drain(parts->loop);
	slot->job.deadline_ns = part_deadline_ns(slot);
	err = start_job(slot);
	slot->run->started = err != -ECANCELED;
	slot->run->started_ns = slot->job.started_ns;
	if (!slot->run->started)
		leave_slot(slot);
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
	if (!is_out_of_time(set))
		return true;
	/* While parts run, their deadline is the same one. */
	if (set->running == 0)
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

/* Returns whether the part before found.v[i] has the same number, and some may run at a time. */
static bool has_neighbour_before(const struct part_set *set, size_t i)
{
	const struct part *part = &set->found.v[i];

	return ENABLE_JOBS && set->parts->policy.jobs > 1 && i > 0 && i < set->found.kept &&
	       scan_same_number(part[-1].name, part->name);
}

size_t parts_group_end(const struct part_set *set, size_t i)
{
	do {
		i++;
	} while (has_neighbour_before(set, i));
	return i;
}

int parts_group_number(const struct part_set *set, size_t i)
{
	if (!ENABLE_JOBS || set->parts->policy.jobs <= 1)
		return 0;
	return set->group + !has_neighbour_before(set, i);
}

/* Returns whether the next part is of the group that runs, or begins the next group. */
static bool is_in_group(struct part_set *set)
{
	if (set->next < set->group_end)
		return true;
	if (set->running > 0)
		return false;
	set->group = parts_group_number(set, set->next);
	set->group_end = parts_group_end(set, set->next);
	set->side_by_side = set->group_end > set->next + 1;
	return true;
}

/* Reports that a part does not run after all. What became of those before it is known by then. */
static void pass_over(struct part_set *set, struct part *part)
{
	settle(set);
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
			start_part(slot, set->next++);
		else if (part->verdict != SCAN_KEPT && set->running == 0)
			pass_over(set, part);
		else
			set->group_end = set->next;
	}
}

/* The sink of the progress line has no clock and asks for no width: it needs these events. */
static void emit_tick(struct part_set *set)
{
	parts_emit(set,
		   &(struct event){ .kind = EV_TICK, .number = sys_terminal_width(STDERR_FILENO) });
}

/* While an output waited for its reader, the loop may have made steps, too. */
static bool is_any_done(const struct part_set *set, const struct part_slot *slots)
{
	for (size_t i = 0; i < loop_slots(set->parts->loop); i++)
		if (slots[i].part && slots[i].job.state == JOB_DONE)
			return true;
	return false;
}

/* Waits until something has happened to the jobs, and looks what became of them. */
static void step(struct part_set *set, struct part_slot *slots)
{
	struct loop *loop = set->parts->loop;

	if (!is_any_done(set, slots))
		(void)loop_step(loop);
	for (struct part_slot *slot = slots; slot < slots + loop_slots(loop); slot++) {
		if (slot->part && slot->job.result.timed_out && !slot->late_told)
			tell_deadline(slot);
		if (slot->part && slot->job.state == JOB_DONE)
			end_part(slot);
	}
	settle(set);
	for (size_t i = 0; ENABLE_JOBS && i < loop_slots(loop); i++)
		if (slots[i].part && slots[i].run->output)
			pass_output(&slots[i]);
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

/* Returns how many parts may run at a time. */
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
	struct mem *mem = set->parts->mem;
	size_t n = count_slots(set);
	struct part_slot *slots = mem_alloc(mem, n * sizeof(*slots));

	set->runs = mem_alloc(mem, (set->found.kept + 1) * sizeof(*set->runs));
	if (!set->runs || !slots)
		return NULL;
	for (size_t i = 0; i < n; i++)
		if (!open_part_slot(&slots[i], set,
				    ENABLE_CAPTURE && set->parts->io->capture ?
					    &set->parts->io->rings[i] :
					    NULL))
			return NULL;
	set->parts->loop->n_slots = n;
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
	settle(set);
}
