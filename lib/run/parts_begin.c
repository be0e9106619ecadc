/* SPDX-License-Identifier: Apache-2.0 */
/* Starts the jobs of parts, with the descriptors that they read from and write to. */
#include <errno.h>
#include <unistd.h>

#include "job/loop.h"
#include "run/parts_slot.h"
#include "run/phase_env.h"
#include "run/ring.h"
#include "run/script_io.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/mem.h"

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
		parts_emit_number(slot->set, EV_PART_PRINTS, slot->part, n, bytes);
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
	bool is_held = ENABLE_JOBS && slot->run->output;
	struct job *job = &slot->job;

	job->stdin_fd = open_input(slot, io);
	if (ENABLE_CAPTURE && io->has_failed)
		job->captured_fd = ring_file(io->failed);
	if (ENABLE_CAPTURE && slot->ring)
		slot->ring->total = 0;
	job->forward_after_exit = (ENABLE_CAPTURE && io->capture) || is_held;
	if (!job->forward_after_exit && !io->report)
		return;
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

void parts_begin(struct part_slot *slot, size_t i)
{
	struct part_set *set = slot->set;
	struct parts *parts = set->parts;
	int err;

	slot->part = &set->found.v[i];
	slot->run = &set->runs[i];
	slot->late_told = false;
	set->running++;
	set->argv[1] = program_path(set, slot->part);
	slot->job = (struct job){
		.spec = { .path = set->argv[1],
			  .argv = set->argv,
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
		parts_leave_slot(slot);
	else if (err < 0)
		parts_end(slot);
}
