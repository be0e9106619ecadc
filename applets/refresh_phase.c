/* SPDX-License-Identifier: Apache-2.0 */
/* refresh-phase: runs the phases that its arguments name, each as os-refresh-config would. */
#include <string.h>

#include "applet.h"
#include "base/text.h"
#include "refresh_common.h"
#include "run/phase.h"

/* clang-format off */
static const struct opt options[] = {
	{ .name = "only", .kind = OPT_STRING, .at = PLAN(only), .arg = "GLOB",
	  .help = HELP("the scripts whose names match") },
	{ .name = "from", .kind = OPT_STRING, .at = PLAN(from), .arg = "NAME",
	  .help = HELP("this script and those after it") },
	{ .name = "no-error-handlers", .kind = OPT_FLAG, .at = PLAN(no_handlers),
	  .help = HELP("when a phase fails, error.d does not run") },
	{ .kind = OPT_MORE, .more = refresh_options },
};
/* clang-format on */

static const char description[] =
	"Runs the phases in the order given, as os-refresh-config runs them: the scripts\n"
	"of PHASE.d in its base directory, and those of error.d when one fails. PHASE is\n"
	"pre-configure, configure, post-configure, migration or error.\n\n"
	"Exit status: 0 success, 1 failure, 2 wrong usage, 11 locked.\n";

static const struct refresh_applet applet = {
	.name = "refresh-phase",
	.version = APPLET_VERSION("refresh-phase"),
	.description = ENABLE_HELP ? description : "",
	.syntax = { .grammar = OPT_GETOPT_LONG, .options = options, .operands = "PHASE..." },
};

static int unknown_phase_error(const char *word)
{
	char buf[1024];
	struct text text = TEXT_OVER(buf);

	text_fmt(&text, "unknown phase %s (choose from ", word);
	for (const char *const *name = phase_names; *name; name++)
		text_fmt(&text, "%s, ", *name);
	text_fmt(&text, "%s)", phase_error_name);
	return refresh_usage_error(&applet, buf);
}

/* Replaces the words by the names of their phases, and runs these. */
static int run_named_phases(struct plan *plan, char **words)
{
	for (size_t i = 0; words[i]; i++) {
		const char *name = phase_find(words[i]);

		if (!name)
			return unknown_phase_error(words[i]);
		words[i] = (char *)name;
	}
	plan->phases = (const char *const *)words;
	plan->named = true;
	return refresh_run(plan);
}

int refresh_phase_main(const char *name, char **argv)
{
	struct refresh_settings settings;
	const struct plan *plan = &settings.plan;
	int status;

	(void)name;
	if (refresh_parse(&applet, argv, &settings, &status) != OPT_RUN)
		return status;
	if (!argv[1])
		return refresh_usage_error(&applet, "the following arguments are required: PHASE");
	if (plan->only && argv[2])
		return refresh_usage_error(&applet, "--only needs exactly one PHASE");
	if (plan->only && plan->from)
		return refresh_usage_error(&applet, "--only and --from cannot be combined");
	return run_named_phases(&settings.plan, argv + 1);
}
