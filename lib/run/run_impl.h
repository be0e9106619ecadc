/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_impl is private to run.c and run_sinks.c. They share struct run, which has everything that a
 * plan needs while it is carried out; run.c has the steps, run_sinks.c the sinks.
 */
#ifndef RUN_IMPL_H
#define RUN_IMPL_H

#include "base/log_relay.h"
#include "job/loop.h"
#include "report/event.h"
#include "report/event_log.h"
#include "report/findings.h"
#include "report/list_sink.h"
#include "report/profile.h"
#include "report/progress.h"
#include "report/summary.h"
#include "run/run.h"
#include "run/script_io.h"
#include "sys/mem.h"
#include "sys/output.h"

/* A plan that is being carried out. */
struct run {
	const struct plan *plan;
	pid_t pid;        /* of the process that the caller started, the parent of the worker */
	struct mem mem;   /* everything that is allocated for the run */
	struct loop loop; /* open in the worker only */
	struct script_io io;
	struct parts parts;
	int lock_fd; /* negative: we do not have the lock */

	/* All that is written goes here: to stdout and stderr, and to the event log. */
	struct output stdio[3];
	struct output events_out;

	struct sinks sinks; /* those of the following that the plan asks for */
	struct log_sink log_sink;
	struct profile profile;
	struct log_relay relay; /* where both logs are copied to */
	struct event_log event_log;
	struct summary summary;
	struct progress progress;
	bool shows_progress;
	struct list_sink list_sink;
	struct findings findings;

	struct then_room *then_room; /* or NULL, if no program follows */
};

/* Emits an event, and writes what the sinks have to say about it. */
void run_emit(struct run *run, const struct event *event);

/* The same for an event with a path, which may be NULL, and the error of a -errno. */
void run_emit_error(struct run *run, enum event_kind kind, const char *path, int err);

/* Reports that there is no worker, or that it did not end as it should, in the log alone. */
void run_emit_worker_event(struct run *run, enum event_kind kind, int err, int sig);

/*
 * Opens the outputs of stdout and stderr in the worker, where the loop writes them. Returns false
 * if there is no memory, which it has reported.
 */
bool run_open_outputs(struct run *run);

/*
 * Opens the sinks that the plan asks for, and emits EV_RUN_STARTED. The sinks get events in the
 * order in which they are added here. A sink that cannot be opened is reported, and the run goes
 * on.
 */
void run_open_sinks(struct run *run);

/* Returns 0, or the -errno of printing the list or the findings. */
int run_finish_list(struct run *run);

/*
 * Emits EV_RUN_ENDED and, if the event log could not be written in full, EV_EVENTS_FAILED; waits
 * until all is written, and closes the sinks.
 */
void run_close_sinks(struct run *run, const struct run_result *result);

#endif
