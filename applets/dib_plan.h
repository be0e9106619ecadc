/* SPDX-License-Identifier: Apache-2.0 */
/*
 * dib_plan: what the plans of all applets have in common that run scripts as dib-run-parts does.
 */
#ifndef DIB_PLAN_H
#define DIB_PLAN_H

struct date_cache;
struct plan;

/*
 * Fills in the dialect, the log of scripts and the environment. `dates` is for that log, or NULL:
 * it has none. Then the environment variables of dib-run-parts change the plan: RUN_PARTS_REGEX
 * becomes the pattern, and DIB_DEBUG_TRACE above 0 sets the level of the log to LOG_DEBUG, with
 * which the trace is logged, too. With a quiet plan, the level of both logs is LOG_WARN.
 */
void dib_plan_complete(struct plan *plan, struct date_cache *dates);

#endif
