/* SPDX-License-Identifier: Apache-2.0 */
/* Opens and closes the sinks of a run. The order in which they are added matters: see below. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "report/profile.h"
#include "run/phase.h"
#include "run/run_impl.h"
#include "sys/fd.h"

void run_emit(struct run *run, const struct event *event)
{
	event_emit(&run->sinks, event);
	loop_write(&run->loop);
}

void run_emit_error(struct run *run, enum event_kind kind, const char *path, int err)
{
	run_emit(run, &(struct event){ .kind = kind, .path = path, .error = -err });
}

/* There may be no outputs, so the lines are written at once. */
void run_emit_worker_event(struct run *run, enum event_kind kind, int err, int sig)
{
	run->log_sink.phase_log.out = run->log_sink.script_log.out = NULL;
	event_add_sink(&run->sinks, log_sink_handle, &run->log_sink);
	event_emit(&run->sinks, &(struct event){ .kind = kind, .error = -err, .signal = sig });
}

static int open_output(struct run *run, struct output *out, int fd)
{
	char *queue = mem_alloc(&run->mem, OUTPUT_SIZE);

	if (!queue)
		return -ENOMEM;
	output_open(out, fd, queue);
	loop_add_output(&run->loop, out);
	return 0;
}

/*
 * If stdout and stderr are the same file, they share an output, which keeps the order of what comes
 * to both.
 */
bool run_open_outputs(struct run *run)
{
	struct output *out = &run->stdio[STDOUT_FILENO], *err = &run->stdio[STDERR_FILENO];
	int error = open_output(run, err, STDERR_FILENO);

	if (output_is_same_file(STDOUT_FILENO, STDERR_FILENO))
		out = err;
	else if (error == 0)
		error = open_output(run, out, STDOUT_FILENO);
	run->io.out[STDOUT_FILENO] = out;
	run->io.out[STDERR_FILENO] = err;
	run->log_sink.phase_log.out = run->log_sink.script_log.out = err;
	run->progress.out = err;
	if (error < 0)
		run_emit_worker_event(run, EV_WORKER_FAILED, error, 0);
	return error == 0;
}

/* Returns the output of stdout or stderr if the descriptor that was given is of the same file. */
static struct output *find_shared(const struct run *run, const struct event_log_target *target)
{
	for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
		if (!target->may_drop && output_is_same_file(target->fd, fd))
			return run->io.out[fd];
	return NULL;
}

static int open_events_output(struct run *run, const struct event_log_target *target)
{
	struct output *out = find_shared(run, target);
	int err = 0;

	run->events_out.fd = target->fd;
	if (!out) {
		out = &run->events_out;
		err = open_output(run, out, target->fd);
		out->keeps_lines = true;
		out->may_drop = target->may_drop;
	}
	out->is_torn = target->is_torn;
	run->event_log.out = out;
	return err;
}

/* If the event log cannot be opened, that is reported, and the run goes on without it. */
static void open_event_log(struct run *run)
{
	const char *name = run->plan->events;
	struct event_log_target target;
	int err;

	run->events_out.fd = -1;
	if (!name || run->plan->list)
		return;
	err = event_log_open(&target, name);
	if (err == 0)
		err = open_events_output(run, &target);
	run->summary.events = err < 0 ? NULL : name;
	if (err < 0) {
		run_emit_error(run, EV_EVENTS_FAILED, name, err);
		return;
	}
	run->event_log.pid = run->pid;
	event_log_make_id(&run->event_log);
	event_add_sink(&run->sinks, event_log_handle, &run->event_log);
}

/* Returns the descriptor of a copy of the log. A negative one is reported. */
static int check_relay(struct run *run, const char *path, int fd)
{
	if (fd < 0)
		run_emit_error(run, EV_RELAY_FAILED, path, fd);
	return fd;
}

/* The profile is not copied to a relay: it has many lines, and the kernel's log keeps few. */
static void open_profile(struct run *run)
{
	run->profile.log = run->log_sink.script_log;
	event_add_sink(&run->sinks, profile_handle, &run->profile);
}

/* Opens the copies of the log, for what is logged from now on. */
static void open_relay(struct run *run)
{
	struct log_relay *relay = &run->relay;

	*relay = (struct log_relay){ .kmsg = -1, .syslog = -1, .pid = run->pid };
	if (run->plan->kmsg)
		relay->kmsg = check_relay(run, LOG_RELAY_KMSG, log_relay_open_kmsg());
	if (run->plan->syslog)
		relay->syslog = check_relay(run, LOG_RELAY_SYSLOG, log_relay_open_syslog());
	if (run->plan->kmsg || run->plan->syslog)
		run->log_sink.phase_log.relay = run->log_sink.script_log.relay = relay;
}

static const char *unless_default(const char *value, const char *default_value)
{
	return value && strcmp(value, default_value) != 0 ? value : NULL;
}

static void prepare_summary(struct run *run)
{
	const struct plan *plan = run->plan;

	run->summary.log = &run->log_sink.phase_log;
	run->summary.base = unless_default(plan->base, CONFIG_DEFAULT_BASE_DIR);
	run->summary.lockfile = plan->lockfile;
	run->summary.pattern = plan->pattern;
	run->summary.no_lock = plan->no_lock;
	run->summary.no_handlers = plan->no_handlers;
	run->summary.only = plan->only;
	run->summary.from = plan->from;
	run->summary.left = plan->phases;
}

/* With --check, what is found is all that is printed. */
static void open_findings(struct run *run)
{
	run->findings.messages = run->plan->dialect->messages;
	run->findings.mem = &run->mem;
	event_add_sink(&run->sinks, findings_handle, &run->findings);
}

void run_open_sinks(struct run *run)
{
	const struct plan *plan = run->plan;

	/* The progress line can be erased only if all that the terminal shows is printed by us. */
	run->shows_progress = ENABLE_CAPTURE && plan->capture && !plan->list &&
			      progress_is_possible();
	if (ENABLE_CAPTURE && run->shows_progress)
		event_add_sink(&run->sinks, progress_hide, &run->progress);
	if (ENABLE_CHECK && plan->check) {
		open_findings(run);
		return;
	}
	if (plan->trace)
		event_add_sink(&run->sinks, plan->dialect->trace, &run->log_sink.script_log);
	event_add_sink(&run->sinks, log_sink_handle, &run->log_sink);
	if (plan->list)
		event_add_sink(&run->sinks, list_sink_handle, &run->list_sink);
	else if (plan->policy.profile)
		open_profile(run);
	/* A file that is opened before the event log could get the number N of its target fd:N. */
	if (ENABLE_EVENTS)
		open_event_log(run);
	if (ENABLE_RELAY && !plan->list)
		open_relay(run);
	if (PHASES_BUILT_IN && plan->phases && !plan->list) {
		prepare_summary(run);
		event_add_sink(&run->sinks, summary_handle, &run->summary);
	}
	if (ENABLE_CAPTURE && run->shows_progress)
		event_add_sink(&run->sinks, progress_show, &run->progress);
	run_emit(run, &(struct event){ .kind = EV_RUN_STARTED,
				       .text = plan->phase_log.name,
				       .path = plan->base });
}

int run_finish_list(struct run *run)
{
	if (!ENABLE_CHECK || !run->plan->check)
		return list_sink_finish(&run->list_sink);
	/* An error of printing is logged, although findings are not. */
	event_add_sink(&run->sinks, log_sink_handle, &run->log_sink);
	return -run->findings.error;
}

void run_close_sinks(struct run *run, const struct run_result *result)
{
	const struct output *events = run->event_log.out;
	bool follows = ENABLE_THEN && run->plan->then && result->status == 0;

	run_emit(run, &(struct event){ .kind = EV_RUN_ENDED,
				       .status = result->status,
				       .signal = result->signal,
				       .path = follows ? *run->plan->then : NULL });
	loop_drain(&run->loop);
	if (ENABLE_EVENTS && events && events->may_drop) {
		output_drop(run->event_log.out);
		loop_drain(&run->loop);
	}
	if (ENABLE_EVENTS && events && events->error) {
		run_emit_error(run, EV_EVENTS_FAILED, run->plan->events, -events->error);
		loop_drain(&run->loop);
	}
	if (ENABLE_EVENTS && run->events_out.fd > STDERR_FILENO)
		sys_close(run->events_out.fd);
	if (ENABLE_RELAY)
		log_relay_close(&run->relay);
}
