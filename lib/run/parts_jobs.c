/* SPDX-License-Identifier: Apache-2.0 */
/* The scripts of a set, run one after the other as jobs of the loop. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "job/loop.h"
#include "run/parts_impl.h"
#include "run/script_io.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/mem.h"
#include "sys/path.h"

/* The event log has so many bytes of what a failing script printed last. */
#define OUTPUT_KEPT 4096

/* A part and the job that runs it. */
struct part_job {
	struct set *set;
	const struct part *part; /* NULL: none is running */
	struct part_run *run;    /* where to note what becomes of the part */
	struct ring *ring;       /* the last of what it prints */
	bool own_limit;          /* the deadline of the job is that of this script alone */
	struct job job;
	char **argv; /* room for a shell, the path, the arguments, NULL */
};

/* The kernel says "no such file" of a script whose interpreter is missing as well. */
static const char *start_error(const struct job *job)
{
	const struct spawn_failure *failure = &job->result.failure;

	if (failure->stage == SPAWN_SHELL)
		return "it has no \"#!\" line and there is no shell to run it";
	if (failure->stage == SPAWN_EXEC && failure->error == ENOENT &&
	    sys_access(AT_FDCWD, job->spec.path, F_OK) == 0)
		return "its interpreter does not exist";
	return text_error(failure->error);
}

/* Emits the end of the output as events, in pieces that fit a line of the event log. */
static void emit_output(const struct part_job *pj)
{
	char buf[OUTPUT_KEPT];
	size_t n = ring_last(pj->ring, buf, sizeof(buf));

	for (size_t at = 0; at < n; at += EVENT_OUTPUT_MAX)
		parts_emit(pj->set, &(struct event){ .kind = EV_PART_OUTPUT,
						     .part = pj->part,
						     .text = buf + at,
						     .number = n - at < EVENT_OUTPUT_MAX ?
								       n - at :
								       EVENT_OUTPUT_MAX });
}

/* Keeps the first failing script's output for the error handlers; theirs is not kept. */
static void keep_output(const struct part_job *pj)
{
	struct script_io *io = pj->set->parts->io;
	int fd;

	if (!io->capture || io->has_failed)
		return;
	emit_output(pj);
	ring_copy(&io->failed, pj->ring);
	fd = ring_file(&io->failed);
	io->has_failed = fd >= 0;
	if (fd < 0)
		parts_emit(pj->set, &(struct event){ .kind = EV_CAPTURE_FAILED, .error = -fd });
	sys_close(fd);
}

static void emit_ending(const struct part_job *pj, const struct ending *ending)
{
	const struct job_result *result = &pj->job.result;
	struct event event = { .kind = ending->event,
			       .part = pj->part,
			       .status = ending->status,
			       .signal = ending->signal,
			       .reason = ending->reason,
			       .result = result };

	if (ending->event == EV_PART_NOT_STARTED) {
		event.text = start_error(&pj->job);
		event.error = result->failure.error;
	}
	parts_emit(pj->set, &event);
}

/* The part has ended, or there was no process for it. */
static void end_part(struct part_job *pj)
{
	struct set *set = pj->set;
	struct script_io *io = set->parts->io;
	const struct job_result *result = &pj->job.result;
	struct ending ending = status_of_script(result, set->parts->dialect.abnormal_status);

	pj->run->elapsed_ns = result->elapsed_ns;
	status_note_ending(&set->outcome, &ending, pj->part->path);
	if (ending.status && set->parts->dialect.stop_on_error)
		set->over = true;
	if (ENABLE_RUN_PARTS && ending.event == EV_PART_NOT_STARTED && io->report)
		(void)script_io_write(io, pj->part, STDERR_FILENO, "", 0);
	if (ENABLE_CAPTURE && result->forward_error && !io->error)
		io->error = result->forward_error;
	emit_ending(pj, &ending);
	if (ENABLE_CAPTURE && ending.status)
		keep_output(pj);
	if (ENABLE_CAPTURE && result->forwarded)
		parts_emit_part(set, EV_PART_COPIED, pj->part);
	pj->part = NULL;
}

static void on_exit(struct job *job)
{
	struct part_job *pj = job->owner;

	if (job->result.timed_out && pj->own_limit)
		parts_emit(pj->set,
			   &(struct event){ .kind = EV_SCRIPT_TIMEOUT,
					    .part = pj->part,
					    .number = pj->set->parts->policy.limits.script_ns });
	else if (job->result.timed_out)
		parts_fail_timeout(pj->set, pj->part);
	end_part(pj);
}

static bool on_output(struct job *job, int as, const char *bytes, ssize_t n)
{
	struct part_job *pj = job->owner;
	struct script_io *io = pj->set->parts->io;
	int err;

	if (ENABLE_CAPTURE && io->capture && n > 0)
		ring_add(pj->ring, bytes, (size_t)n);
	if (ENABLE_CAPTURE && n > 0)
		parts_emit(pj->set, &(struct event){ .kind = EV_PART_PRINTS,
						     .part = pj->part,
						     .text = bytes,
						     .number = n });
	/* ENOSPC must not stop the script; EPIPE must, as if it had written there itself. */
	err = script_io_write(io, pj->part, as, bytes, n);
	return err == 0 || (io->capture && n > 0 && err != -EPIPE);
}

/* Arranges for what the script reads and prints. */
static void set_streams(struct part_job *pj, const struct script_io *io)
{
	struct job *job = &pj->job;
	int err = io->in_fd ? sys_rewind(io->in_fd) : 0;

	job->stdin_fd = err < 0 ? err : io->in_fd;
	if (ENABLE_CAPTURE && io->capture) {
		job->forward_after_exit = true;
		pj->ring->total = 0;
	} else if (!io->report) {
		return;
	}
	if (ENABLE_CAPTURE && io->has_failed)
		job->captured_fd = ring_file(&io->failed);
	job->on_output = on_output;
	job->streams[0].as = STDOUT_FILENO;
	job->streams[1].as = STDERR_FILENO;
}

/* An interpreter would take a path that begins with '-' for an option. */
static char *program_path(const struct set *set, const struct part *part)
{
	char *path = *part->path == '-' ? mem_concat(set->parts->mem, "./", part->path, "") : NULL;

	return path ? path : part->path;
}

/* The limit of the script or that of the run, whichever comes first. */
static int64_t deadline_of(struct part_job *pj)
{
	const struct parts *parts = pj->set->parts;
	int64_t limit_ns = parts->policy.limits.script_ns;
	int64_t own_ns = limit_ns > 0 ? sys_after_ns(limit_ns) : INT64_MAX;

	pj->own_limit = limit_ns > 0 && (!parts->deadline_ns || own_ns < parts->deadline_ns);
	return pj->own_limit ? own_ns : parts->deadline_ns;
}

static void start_part(struct part_job *pj, size_t i)
{
	struct set *set = pj->set;
	struct parts *parts = set->parts;
	int err;

	pj->part = &set->list.v[i];
	pj->run = &set->runs[i];
	pj->argv[1] = program_path(set, pj->part);
	pj->job = (struct job){
		.spec = { .path = pj->argv[1],
			  .argv = pj->argv,
			  .envp = set->envp,
			  .shell = parts->dialect.shell,
			  .new_session = parts->policy.new_session },
		.grace_ns = parts->policy.limits.grace_ns,
		.on_exit = on_exit,
		.owner = pj,
	};
	if (SCRIPT_IO_BUILT_IN)
		set_streams(pj, parts->io);
	parts_emit_part(set, EV_PART_STARTED, pj->part);
	/* The log line of that may have had to wait for its reader. */
	pj->job.deadline_ns = deadline_of(pj);
	err = loop_start(parts->loop, &pj->job);
	pj->run->started = err != -ECANCELED;
	if (!pj->run->started)
		pj->part = NULL;
	else if (err < 0)
		end_part(pj);
}

static bool is_out_of_time(const struct set *set)
{
	return set->parts->deadline_ns && sys_now_ns() >= set->parts->deadline_ns;
}

static bool may_start(struct set *set)
{
	/* A signal may have come while something was logged. */
	if (set->parts->loop->signal)
		set->over = set->outcome.interrupted = true;
	if (set->over || set->next >= set->list.kept)
		return false;
	if (is_out_of_time(set))
		parts_fail_timeout(set, &set->list.v[set->next]);
	return !set->over;
}

/* Starts the next part that is to run, if there is one and it may. */
static void start_next(struct part_job *pj)
{
	struct set *set = pj->set;

	while (!pj->part && may_start(set)) {
		size_t i = set->next++;

		if (set->list.v[i].verdict == SCAN_KEPT)
			start_part(pj, i);
		else
			parts_skip(set, &set->list.v[i]);
	}
}

static bool open_part_job(struct part_job *pj, struct set *set, struct ring *ring)
{
	const struct strvec *args = &set->parts->policy.args;

	pj->set = set;
	pj->ring = ring;
	pj->argv = mem_alloc(set->parts->mem, (args->n + 3) * sizeof(*pj->argv));
	if (pj->argv && args->n > 0)
		memcpy(pj->argv + 2, args->v, args->n * sizeof(*args->v));
	return pj->argv;
}

static bool open_part_jobs(struct part_job *jobs, struct set *set)
{
	set->runs = mem_alloc(set->parts->mem, (set->list.kept + 1) * sizeof(*set->runs));
	if (!set->runs)
		return false;
	for (size_t i = 0; i < LOOP_SLOTS; i++)
		if (!open_part_job(&jobs[i], set, &set->parts->io->rings[i]))
			return false;
	return true;
}

/* For the line of progress. */
static void emit_tick(struct set *set)
{
	parts_emit(set, &(struct event){ .kind = EV_TICK,
					 .number = sys_terminal_width(STDERR_FILENO) });
}

void parts_run_jobs(struct set *set)
{
	struct part_job jobs[LOOP_SLOTS] = { 0 };
	struct loop *loop = set->parts->loop;

	if (!open_part_jobs(jobs, set)) {
		set->list.kept = 0; /* nothing of it can run */
		parts_fail(set, NULL, "cannot be run", ENOMEM);
		return;
	}
	do {
		for (size_t i = 0; i < LOOP_SLOTS; i++)
			start_next(&jobs[i]);
		if (loop->running > 0) {
			(void)loop_step(loop);
			if (ENABLE_CAPTURE && loop->tick_ns)
				emit_tick(set);
		}
	} while (loop->running > 0 || may_start(set));
}
