/* SPDX-License-Identifier: Apache-2.0 */
#include "run_options.h"

/* clang-format off */

IF_JOBS(
static const struct opt_choice counts[] = { { "auto", PARTS_JOBS_CPUS }, { NULL, 0 } };

static const struct opt_choice outputs[] = {
	{ "grouped", PARTS_GROUPED },
	{ "live", PARTS_LIVE },
	{ "prefixed", PARTS_PREFIXED },
	{ NULL, 0 },
}; )

const struct opt run_options[] = {
	/* The original takes a negative time for no limit. */
	{ .name = "timeout", .kind = OPT_SIGNED_TIME, .at = PLAN(policy.limits.run_ns),
	  .common = true, .arg = "TIMEOUT",
	  .help = HELP("time limit for the whole run: 90s, 5m, 1.5h; 0: none") },
	{ .name = "script-timeout", .kind = OPT_TIME, .at = PLAN(policy.limits.script_ns),
	  .arg = "TIME", .help = HELP("time limit for each script") },
	{ .name = "kill-after", .kind = OPT_TIME, .at = PLAN(policy.limits.grace_ns),
	  .arg = "TIME", .help = HELP("send SIGTERM first, and SIGKILL after TIME") },
	IF_JOBS(
	{ .name = "jobs", .kind = OPT_COUNT, .at = PLAN(policy.jobs), .choices = counts, .arg = "N",
	  .common = true,
	  .help = HELP("run N scripts of one number at once; auto: one per CPU") },
	{ .name = "output", .kind = OPT_CHOICE, .at = PLAN(policy.output), .choices = outputs,
	  .arg = "HOW", .help = HELP("output of these: grouped (default), live or prefixed") }, )
	IF_HELP(
	{ .kind = OPT_GROUP, .help = "other logs, checks, and what follows" }, )
	IF_EVENTS(
	{ .name = "events", .kind = OPT_STRING, .at = PLAN(events), .arg = "FILE",
	  .help = HELP("append events to FILE, or to fd:N, as lines of JSON") }, )
	IF_RELAY(
	{ .name = "kmsg", .kind = OPT_FLAG, .at = PLAN(kmsg),
	  .help = HELP("copy the log to the kernel log") },
	{ .name = "syslog", .kind = OPT_FLAG, .at = PLAN(syslog),
	  .help = HELP("copy the log to syslog") }, )
	IF_TRUST(
	{ .name = "strict", .kind = OPT_FLAG, .at = PLAN(policy.strict),
	  .help = HELP("run nothing that other users could have modified") }, )
	IF_CHECK(
	{ .name = "check", .kind = OPT_OPTIONAL_STRING, .at = PLAN(check), .implied = "/",
	  .arg = "ROOT", .common = true,
	  .help = HELP("run nothing; print what is wrong, in the image ROOT") }, )
	IF_THEN(
	{ .name = "then", .kind = OPT_REST, .at = PLAN(then), .arg = "CMD [ARG]...",
	  .common = true, .help = HELP("after a success, become this program") }, )
	{ .kind = OPT_END },
};

/* clang-format on */
