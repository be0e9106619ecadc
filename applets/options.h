/*
 * options: the rows that the command lines of several applets share. They fill a struct plan, so
 * what an applet fills begins with one.
 */
#ifndef OPTIONS_H
#define OPTIONS_H

#include <stddef.h>

#include "opt.h"
#include "run.h"

#define PLAN(member) offsetof(struct plan, member)

/* clang-format off */

/* Of all that run scripts. Those of run-parts give way to debianutils' own. */
#define RUN_ROWS(ROW) \
	ROW(timeout, 0, OPT_TIME | OPT_YIELDS, PLAN(policy.limits.run_ns), "timeout", \
	    "seconds (or 5m, 1.5h) for all of it; 0: no limit", "TIMEOUT") \
	ROW(script_timeout, 0, OPT_TIME | OPT_YIELDS, PLAN(policy.limits.script_ns), \
	    "script-timeout", "of each script", "TIME") \
	ROW(kill_after, 0, OPT_TIME | OPT_YIELDS, PLAN(policy.limits.grace_ns), "kill-after", \
	    "first SIGTERM, so long before SIGKILL", "TIME") \
	OPT_IF(ENABLE_EVENTS, \
	       ROW(events, 0, OPT_STRING | OPT_YIELDS, PLAN(events), "events", \
		   "append what happens to FILE or fd:N, in JSON", "FILE")) \
	OPT_IF(ENABLE_RELAY, \
	       ROW(kmsg, 0, OPT_FLAG | OPT_YIELDS, PLAN(kmsg), "kmsg", \
		   "log to the kernel's log, too", "") \
	       ROW(syslog, 0, OPT_FLAG | OPT_YIELDS, PLAN(syslog), "syslog", "and to syslog", "")) \
	ROW(strict, 0, OPT_FLAG | OPT_YIELDS, PLAN(policy.strict), "strict", \
	    "run nothing that others could have written", "")

/* clang-format on */

OPT_TYPE(run_rows, RUN_ROWS);
extern const struct run_rows run_rows;

#endif
