/* SPDX-License-Identifier: Apache-2.0 */
#include "run/run.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/date.h"
#include "base/duration.h"
#include "base/ere.h"
#include "base/text.h"
#include "job/worker.h"
#include "run/lock.h"
#include "run/phase.h"
#include "run/phase_env.h"
#include "run/run_impl.h"
#include "run/then.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/path.h"
#include "sys/process.h"

/* The time between two attempts to take the lock. */
#define LOCK_ROUND_NS (50 * NS_PER_MS)

/* Replaces the rule for names by the pattern of the plan, if it has one. */
static bool use_pattern(struct run *run)
{
	struct ere_error error = { .what = "regular expressions are not built in" };
	struct ere *ere = NULL;
	int err = -EINVAL;

	if (!run->plan->pattern)
		return true;
	if (ENABLE_REGEX)
		err = ere_compile(&run->mem, run->plan->pattern, run->plan->dialect->newline, &ere,
				  &error);
	if (err < 0)
		run_emit(run, &(struct event){ .kind = EV_PATTERN_BAD,
					       .path = run->plan->pattern,
					       .text = error.what,
					       .number = (int64_t)error.offset });
	run->parts.dialect.bad_name = run->plan->dialect->bad_match;
	run->parts.dialect.scan.pattern = ere;
	return err == 0;
}

/* Reports a base directory that cannot be used: without this all phases would be skipped. */
static bool check_base(struct run *run)
{
	const char *base = run->plan->base;
	struct stat st = { 0 };
	int err;

	if (!run->plan->phases)
		return true;
	err = sys_stat(AT_FDCWD, *base ? base : ".", &st, 0);
	if (err == 0 && !S_ISDIR(st.st_mode))
		err = -ENOTDIR;
	if (err < 0)
		run_emit_error(run, EV_BASE_FAILED, base, err);
	return err == 0;
}

/* Tries until it has the lock or the time of the plan is over. The holder is reported once. */
static int wait_for_lock(struct run *run, const char *path, struct text *note)
{
	const struct plan *plan = run->plan;
	struct date_cache dates = { .second = 0 };
	int64_t until_ns = sys_after_ns(plan->lock_wait_ns);
	bool reported = false;
	int fd;

	for (;;) {
		note->len = 0;
		text_str(note, "");
		fd = lock_take(path, run->pid, &dates, note);
		if (fd != -EAGAIN || sys_now_ns() >= until_ns)
			return fd;
		if (!reported)
			run_emit(run, &(struct event){ .kind = EV_LOCK_BUSY,
						       .path = path,
						       .text = note->buf });
		reported = true;
		if (loop_sleep(&run->loop, LOCK_ROUND_NS))
			return -ECANCELED;
	}
}

/* Appends what to do about a lock that is held. One that is removed locks out nobody any more. */
static void add_lock_advice(struct text *note, int64_t waited_ns)
{
	if (waited_ns > 0) {
		text_str(note, " after waiting ");
		duration_add(note, waited_ns);
		text_str(note, " s");
	} else {
		text_str(note, "; --wait waits for it");
	}
	text_str(note, "; do not remove the file");
}

/*
 * Takes the lock, if the plan has one. Returns 0, or -errno after an event with the reason. On a
 * machine without a place for a lock file, process 1 goes on: nobody else has started a run there.
 * But a lock file that was named, or that another container holds, is meant to be shared.
 */
static int take_lock(struct run *run)
{
	const struct plan *plan = run->plan;
	char buf[256];
	struct text note = TEXT_OVER(buf);
	struct event event = { .kind = EV_LOCK_FAILED, .text = buf };

	if (!PHASES_BUILT_IN || !plan->phases || plan->no_lock)
		return 0;
	event.path = plan->lockfile ? plan->lockfile : lock_default();
	run->lock_fd = wait_for_lock(run, event.path, &note);
	if (run->lock_fd >= 0)
		return 0;
	if (run->loop.signal)
		return run->lock_fd;
	event.error = -run->lock_fd;
	if (run->lock_fd == -EAGAIN)
		add_lock_advice(&note, plan->lock_wait_ns);
	else if (run->pid == 1 && !plan->lockfile)
		event.kind = EV_LOCK_MISSING;
	run_emit(run, &event);
	return event.kind == EV_LOCK_MISSING ? 0 : run->lock_fd;
}

static void prepare_parts(struct run *run)
{
	const struct plan *plan = run->plan;
	struct parts *parts = &run->parts;

	parts->purpose = plan->list ? PARTS_LIST : PARTS_RUN;
	parts->mem = &run->mem;
	parts->loop = &run->loop;
	parts->sinks = &run->sinks;
	parts->io = &run->io;
	parts->dialect = *plan->dialect;
	parts->policy = plan->policy;
	parts_set_jobs(parts);
	if (!ENABLE_CHECK || !plan->check)
		return;
	parts->purpose = PARTS_CHECK;
	parts->dialect.scan.keep_order = true;
	parts->dialect.scan.warn_likely = true;
	parts->dialect.scan.in_image = strcmp(plan->check, "/") != 0;
	parts->policy.strict = true;
}

/* Runs, lists or checks what the plan asks for. Returns the exit status. */
static int run_phases_or_dirs(struct run *run)
{
	const struct plan *plan = run->plan;
	struct phases phases = { .parts = &run->parts,
				 .base = plan->base,
				 .names = plan->phases,
				 .error_name = plan->no_handlers ? NULL : phase_error_name,
				 .named = plan->named,
				 .only = plan->only,
				 .from = plan->from };
	struct outcome outcome;

	if (PHASES_BUILT_IN && plan->phases) {
		outcome = phase_work(&phases);
		return status_of_phases(&outcome);
	}
	outcome = parts_work(&run->parts, NULL, plan->dirs);
	return status_of_directories(&outcome);
}

/*
 * Makes room for captured output, and copies standard input. Without the former, scripts run and
 * are not captured; without the latter, nothing runs.
 */
static bool open_streams(struct run *run)
{
	int err = 0;

	run->io.report = run->plan->report;
	if (ENABLE_CAPTURE && run->plan->capture)
		err = script_io_open_rings(&run->io, &run->mem, (size_t)run->parts.policy.jobs);
	if (err < 0)
		run_emit_error(run, EV_CAPTURE_FAILED, NULL, err);
	run->io.capture = run->plan->capture && err == 0;
	err = 0;
	if (ENABLE_RUN_PARTS && run->plan->keep_stdin)
		err = script_io_keep_stdin(&run->io, &run->loop, run->parts.stop.deadline_ns);
	/* Both are reported like a signal before the first script, and like the end of its time. */
	if (err == -ECANCELED || err == -ETIME)
		return true;
	if (err < 0)
		run_emit_error(run, EV_STDIN_FAILED, NULL, err);
	return err == 0;
}

/* Returns the exit status, which changes if output of scripts was lost. */
static int close_streams(struct run *run, int status)
{
	int error;

	/* By then it is known whether all could be written. */
	loop_drain(&run->loop);
	error = script_io_error(&run->io);
	if (error)
		run_emit_error(run, EV_OUTPUT_FAILED, NULL, -error);
	script_io_close(&run->io);
	return error ? status_with_lost_output(status) : status;
}

static int run_with_lock(struct run *run)
{
	int status = STATUS_FAILED;

	/* The original passes only the first three on; the runners alone pass on all. */
	if (PHASES_BUILT_IN && run->plan->phases)
		sys_cloexec_from(3);
	if (run->plan->umask >= 0)
		sys_umask((unsigned)run->plan->umask);
	parts_set_limit(&run->parts, run->plan->policy.limits.run_ns);
	if (!SCRIPT_IO_BUILT_IN || open_streams(run))
		status = run_phases_or_dirs(run);
	return SCRIPT_IO_BUILT_IN ? close_streams(run, status) : status;
}

/* Runs the plan under its lock. Returns the exit status. */
static int run_locked(struct run *run)
{
	int err;

	run->loop.tick_ns = run->shows_progress ? PROGRESS_TICK_NS : 0;
	err = take_lock(run);
	return err < 0 ? status_of_lock(err) : run_with_lock(run);
}

/* Closes the sinks and then gives the lock free. A signal that has ended the run counts. */
static struct run_result close_run(struct run *run, int status)
{
	struct run_result result = { .status = status };

	/* A signal that comes while the last lines wait for their reader counts as well. */
	loop_drain(&run->loop);
	result.signal = run->loop.signal;
	if (result.signal) {
		result.status = status_of_signal(result.signal);
		run_emit(run, &(struct event){ .kind = EV_SIGNALLED, .signal = result.signal });
	}
	run_close_sinks(run, &result);
	if (PHASES_BUILT_IN)
		lock_release(run->lock_fd);
	return result;
}

/* Prints on stdout which scripts would run, or what is wrong. This needs no loop, and no lock. */
static struct run_result list_only(struct run *run)
{
	struct run_result result = { .status = run_phases_or_dirs(run) };
	int err = run_finish_list(run);

	if (run->findings.lines.n > 0)
		result.status = STATUS_FAILED;
	if (err < 0) {
		run_emit_error(run, EV_LISTING_FAILED, NULL, err);
		result.status = STATUS_FAILED;
	}
	return result;
}

static struct run_result run_checked(struct run *run)
{
	int status = STATUS_FAILED;

	if (use_pattern(run) && check_base(run)) {
		if (run->plan->list)
			return list_only(run);
		status = run_locked(run);
	}
	return close_run(run, status);
}

/* After a success, the next program gets the environment of the last scripts, but no phase. */
static void give_environment(struct run *run)
{
	char *const *envp = run->parts.envp ? run->parts.envp : run->plan->policy.envp;

	if (PHASES_BUILT_IN && run->plan->phases)
		envp = phase_env_make(&run->mem, envp, NULL, NULL, NULL, 0);
	if (envp)
		then_give(run->then_room, envp);
}

static struct run_result run_here(struct run *run)
{
	struct run_result result;

	run_open_sinks(run);
	prepare_parts(run);
	result = run_checked(run);
	if (ENABLE_THEN && run->then_room && result.status == 0)
		give_environment(run);
	mem_release(&run->mem);
	return result;
}

/*
 * The work of the worker. Its loop is open before anything that may wait, such as a line of the
 * log, so that signals are always heard. It ends by the signal that ended the run, from which we
 * learn of it; if that signal dumps core, this is left to us.
 */
static int work(void *arg)
{
	struct run *run = arg;
	struct run_result result;

	sys_inherit_stdio();
	loop_open(&run->loop, run->pid);
	if (!run_open_outputs(run))
		return STATUS_FAILED;
	result = run_here(run);
	sys_dump_no_core();
	if (result.signal)
		sys_die_by(result.signal);
	return result.status;
}

static struct run_result run_in_worker(struct run *run)
{
	struct run_result result = { .status = STATUS_FAILED };
	bool is_ready = !ENABLE_THEN || !run->plan->then || (run->then_room = then_make_room());
	struct worker_end end;
	int err = is_ready ? worker_run(work, run, &end) : -ENOMEM;

	if (err < 0) {
		run_emit_worker_event(run, EV_WORKER_FAILED, err, 0);
		return result;
	}
	result.status = sys_exit_status(end.wait_status);
	result.signal = sys_end_signal(end.wait_status);
	if (result.signal && !loop_is_ending_signal(result.signal)) {
		run_emit_worker_event(run, EV_WORKER_KILLED, 0, result.signal);
		result.signal = 0;
	}
	if (!ENABLE_THEN || !run->then_room || result.status != 0)
		return result;
	/* A signal may have come after all scripts had ended: it stops what follows. */
	if (end.signal)
		return (struct run_result){ status_of_signal(end.signal), end.signal, NULL };
	result.then_envp = then_take(run->then_room);
	return result;
}

struct run_result run_plan(const struct plan *plan)
{
	struct run run = { .plan = plan,
			   .pid = sys_pid(),
			   .log_sink = { .messages = plan->dialect->messages,
					 .phase_log = plan->phase_log,
					 .script_log = plan->script_log },
			   .lock_fd = -1,
			   .list_sink = { .with_phase = plan->phases != NULL,
					  .list.mem = &run.mem } };

	return plan->list ? run_here(&run) : run_in_worker(&run);
}
