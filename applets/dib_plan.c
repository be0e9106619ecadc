/* SPDX-License-Identifier: Apache-2.0 */
#include "dib_plan.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/text.h"
#include "run/run.h"

static void read_environment(struct plan *plan)
{
	const char *pattern = getenv("RUN_PARTS_REGEX");
	const char *trace = getenv("DIB_DEBUG_TRACE");
	int64_t level;

	if (pattern && *pattern)
		plan->pattern = pattern;
	if (trace && text_to_int(trace, &level) == 0 && level > 0)
		plan->script_log.level = LOG_DEBUG;
	plan->trace = plan->script_log.level == LOG_DEBUG;
}

void dib_plan_complete(struct plan *plan, struct date_cache *dates)
{
	plan->dialect = &dialect_dib_run_parts;
	plan->script_log = (struct log){
		.name = "dib-run-parts",
		.form = LOG_NAME_DATE,
		.level = LOG_INFO,
		.dates = dates,
	};
	plan->policy.profile = true;
	plan->policy.warn_trust = true;
	plan->policy.envp = environ;
	plan->umask = -1;
	read_environment(plan);
	if (plan->quiet)
		plan->phase_log.level = plan->script_log.level = LOG_WARN;
}
