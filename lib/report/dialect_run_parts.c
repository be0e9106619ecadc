/* SPDX-License-Identifier: Apache-2.0 */
/* The dialect of run-parts (debianutils 5.23). */
#include <unistd.h>

#include "base/ere.h"
#include "report/dialect.h"
#include "report/messages.h"

const struct dialect dialect_run_parts = {
	.scan = { .names = SCAN_NAMES_SCRIPT,
		  .order = SCAN_BYTES,
		  .access = X_OK,
		  .keep_order = true,
		  .eloop_is_dangling = true },
	.messages = messages_run_parts,
	.bad_name = "its name may only have letters, digits, '-' and '_'",
	.newline = ERE_NEWLINE_BYTE,
	.bad_match = "its name does not match --regex",
	.trace = messages_trace_run_parts,
	.special_is_error = true,
	.looks_again = true,
	.ignore_missing = true,
	.abnormal_status = 1,
};
