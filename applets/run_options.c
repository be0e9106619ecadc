/* SPDX-License-Identifier: Apache-2.0 */
#include "run_options.h"

/* clang-format off */

const struct opt run_options[] = {
	{ .name = "timeout", .kind = OPT_TIME, .at = PLAN(policy.limits.run_ns), .arg = "TIMEOUT",
	  .help = HELP("seconds (or 5m, 1.5h) for all of it; 0: no limit") },
	{ .name = "script-timeout", .kind = OPT_TIME, .at = PLAN(policy.limits.script_ns),
	  .arg = "TIME", .help = HELP("of each script") },
	{ .name = "kill-after", .kind = OPT_TIME, .at = PLAN(policy.limits.grace_ns),
	  .arg = "TIME", .help = HELP("first SIGTERM, so long before SIGKILL") },
	IF_EVENTS(
	{ .name = "events", .kind = OPT_STRING, .at = PLAN(events), .arg = "FILE",
	  .help = HELP("append what happens to FILE or fd:N, in JSON") }, )
	IF_RELAY(
	{ .name = "kmsg", .kind = OPT_FLAG, .at = PLAN(kmsg),
	  .help = HELP("log to the kernel's log, too") },
	{ .name = "syslog", .kind = OPT_FLAG, .at = PLAN(syslog),
	  .help = HELP("and to syslog") }, )
	IF_TRUST(
	{ .name = "strict", .kind = OPT_FLAG, .at = PLAN(policy.strict),
	  .help = HELP("run nothing that others could have written") }, )
	IF_CHECK(
	{ .name = "check", .kind = OPT_OPTIONAL_STRING, .at = PLAN(check), .implied = "/",
	  .arg = "ROOT", .help = HELP("run nothing, print what is wrong, in the image ROOT") }, )
	{ .kind = OPT_END },
};

/* clang-format on */
