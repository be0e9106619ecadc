/*
 * options: the rows that the command lines of several applets share. They fill a struct plan, and
 * so a struct that an applet's own rows fill begins with a plan.
 */
#ifndef RUN_OPTIONS_H
#define RUN_OPTIONS_H

#include <stddef.h>

#include "base/opt.h"
#include "run/run.h"

#define PLAN(member) offsetof(struct plan, member)

/* The options of everything that runs scripts. */
extern const struct opt run_options[];

#endif
