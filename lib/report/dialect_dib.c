/* SPDX-License-Identifier: Apache-2.0 */
/* The dialect of dib-run-parts (dib-utils 0.0.11), which runs the phases of os-refresh-config. */
#include <unistd.h>

#include "base/ere.h"
#include "report/dialect.h"
#include "report/messages.h"

const struct dialect dialect_dib_run_parts = {
	.scan = { .names = SCAN_NAMES_SCRIPT,
		  .order = SCAN_NUMERIC,
		  .access = X_OK,
		  .warn_likely = true },
	.messages = messages_dib,
	.bad_name = "its name may only have letters, digits, '-' and '_'",
	.newline = ERE_NEWLINE_OR,
	.bad_match = "its name does not match RUN_PARTS_REGEX",
	.trace = messages_trace_dib,
	.environment_d = true,
	.stop_on_error = true,
	.shell = true,
};
