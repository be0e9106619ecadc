/* SPDX-License-Identifier: Apache-2.0 */
/* Opens and closes the sinks of a run. The order in which they are added matters: see below. */
#include <string.h>
#include <unistd.h>

#include "report/profile.h"
#include "run/phase.h"
#include "run/run_impl.h"
#include "sys/fd.h"

void run_emit_error(const struct run *run, enum event_kind kind, const char *path, int err)
{
	event_emit(&run->sinks, &(struct event){ .kind = kind, .path = path, .error = -err });
}

/* If the event log cannot be opened, that is reported, and the run goes on without it. */
static void open_event_log(struct run *run)
{
	const char *target = run->plan->events;
	int err;

	run->event_log = (struct event_log){ .out.fd = -1, .pid = run->pid };
	if (!target || run->plan->list)
		return;
	err = event_log_open(&run->event_log, target);
	if (err < 0)
		run_emit_error(run, EV_EVENTS_FAILED, target, err);
	else
		event_add_sink(&run->sinks, event_log_handle, &run->event_log);
	run->summary.events = err < 0 ? NULL : target;
}

/*
 * Opens the copies of the log. The profile is not copied, for it has many lines and the kernel's
 * log keeps few: its sink has the script log of the plan, which is left as it is.
 */
static void open_relay(struct run *run)
{
	int err;

	run->relay = (struct log_relay){ .kmsg = -1, .syslog = -1, .pid = run->pid };
	err = run->plan->kmsg ? log_relay_open_kmsg(&run->relay) : 0;
	if (err < 0)
		run_emit_error(run, EV_RELAY_FAILED, LOG_RELAY_KMSG, err);
	err = run->plan->syslog ? log_relay_open_syslog(&run->relay) : 0;
	if (err < 0)
		run_emit_error(run, EV_RELAY_FAILED, LOG_RELAY_SYSLOG, err);
	if (run->plan->kmsg || run->plan->syslog)
		run->log_sink.phase_log.relay = run->log_sink.script_log.relay = &run->relay;
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
	else if (plan->profile)
		event_add_sink(&run->sinks, profile_handle, (void *)&plan->script_log);
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
	event_emit(&run->sinks, &(struct event){ .kind = EV_RUN_STARTED,
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
	bool follows = ENABLE_THEN && run->plan->then && result->status == 0;

	event_emit(&run->sinks, &(struct event){ .kind = EV_RUN_ENDED,
						 .status = result->status,
						 .signal = result->signal,
						 .path = follows ? *run->plan->then : NULL });
	if (ENABLE_EVENTS && run->event_log.error)
		run_emit_error(run, EV_EVENTS_FAILED, run->plan->events, -run->event_log.error);
	if (ENABLE_EVENTS && run->event_log.out.fd > STDERR_FILENO)
		sys_close(run->event_log.out.fd);
	if (ENABLE_RELAY)
		log_relay_close(&run->relay);
}
