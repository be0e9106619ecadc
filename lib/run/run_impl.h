/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_impl, private to run: what its files share. run_sinks.c opens and closes the sinks.
 */
#ifndef RUN_IMPL_H
#define RUN_IMPL_H

#include "base/log_relay.h"
#include "job/loop.h"
#include "report/event.h"
#include "report/list_sink.h"
#include "report/progress.h"
#include "report/event_log.h"
#include "report/summary.h"
#include "run/run.h"
#include "run/script_io.h"
#include "sys/mem.h"

/* A plan being run. */
struct run {
	const struct plan *plan;
	struct mem mem;
	struct loop loop;
	struct sinks sinks;
	struct log_sink log_sink;
	struct log_relay relay;
	struct event_log event_log;
	struct summary summary;
	struct progress progress;
	bool shows_progress;
	struct script_io io;
	struct parts parts;
	int lock_fd;
	struct list_sink list_sink;
};

void run_emit_error(const struct run *run, enum event_kind kind, const char *path, int err);

/* Opens what the plan asks for, in the order in which they are told; the first event begins. */
void run_open_sinks(struct run *run);

/* Tells of the end, and of what else there is to tell. */
void run_close_sinks(struct run *run, const struct run_result *result);

#endif
