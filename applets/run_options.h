/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run_options: the options that all applets which run scripts have. They fill a struct plan; so the
 * struct that an applet's own options fill begins with a struct plan.
 */
#ifndef RUN_OPTIONS_H
#define RUN_OPTIONS_H

#include <stddef.h>

#include "base/opt.h"
#include "run/run.h"

#define PLAN(member) offsetof(struct plan, member)

/*
 * The OPT_MORE at the end of an applet's own options names this table. It begins with options
 * on how scripts run, whose heading is the applet's.
 */
extern const struct opt run_options[];

#endif
