/* SPDX-License-Identifier: Apache-2.0 */
/* refresh-phase: runs the phases that its arguments name, each as os-refresh-config would. */
#include <string.h>

#include "applet.h"
#include "base/text.h"
#include "refresh_common.h"
#include "run/phase.h"

/* clang-format off */
static const struct opt options[] = {
	{ .name = "only", .kind = OPT_STRING, .at = PLAN(only), .arg = "GLOB", .common = true,
	  .help = HELP("run only the scripts whose names match GLOB") },
	{ .name = "from", .kind = OPT_STRING, .at = PLAN(from), .arg = "NAME", .common = true,
	  .help = HELP("run the script NAME and those after it") },
	{ .name = "no-error-handlers", .kind = OPT_FLAG, .at = PLAN(no_handlers), .common = true,
	  .help = HELP("do not run error.d when a phase fails") },
	{ .kind = OPT_MORE, .more = refresh_options },
};
/* clang-format on */

static const char description[] =
	"Runs phases in the order given, as os-refresh-config runs them: the scripts of\n"
	"PHASE.d in its base directory, and those of error.d after a failure. A PHASE is\n"
	"pre-configure, configure, post-configure, migration or error.\n\n"
	"Exit status: 0 success, 1 failure, 2 wrong usage, 11 locked.\n";

const struct opt_syntax refresh_phase_syntax = {
	.name = "refresh-phase",
	.description = HELP(description),
	.grammar = OPT_GETOPT_LONG,
	.options = options,
	.operands = "PHASE...",
};

static int unknown_phase_error(const char *word)
{
	char buf[1024];
	struct text text = TEXT_OVER(buf);
	const char *near = NULL, *before = "choose from";

	text_fmt(&text, "unknown phase %s (", word);
	for (const char *const *name = phase_all_names; *name; name++) {
		text_fmt(&text, "%s %s", before, *name);
		before = ",";
		if (text_is_near(word, strlen(word), *name))
			near = *name;
	}
	text_char(&text, ')');
	if (near)
		text_fmt(&text, "; did you mean %s?", near);
	return refresh_usage_error(refresh_phase_syntax.name, buf);
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
	int status = refresh_parse(&refresh_phase_syntax, argv, &settings);

	(void)name;
	if (status >= 0)
		return status;
	if (!argv[1])
		return refresh_usage_error(refresh_phase_syntax.name,
					   "the following arguments are required: PHASE");
	if (plan->only && (argv[2] || plan->from))
		return refresh_usage_error(refresh_phase_syntax.name,
					   "--only needs exactly one PHASE and no --from");
	return run_named_phases(&settings.plan, argv + 1);
}
