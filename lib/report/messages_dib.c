/* SPDX-License-Identifier: Apache-2.0 */
/* The messages of os-refresh-config, refresh-phase and dib-run-parts that run-parts has not. */
#include "report/messages.h"

/* The messages of os-refresh-config and dib-run-parts are kept, because people search for them. */
const struct message messages_dib[] = {
	{ EV_PATTERN_BAD, PHASE_LOG, LOG_ERROR,
	  "RUN_PARTS_REGEX '%p' is not valid: %t at byte %n" },
	{ EV_BASE_FAILED, PHASE_LOG, LOG_ERROR,
	  "Base directory %p: %e (set OS_REFRESH_CONFIG_BASE_DIR)" },
	{ EV_LOCK_BUSY, PHASE_LOG, LOG_INFO, "Waiting for the lock %p%t" },
	{ EV_LOCK_FAILED, PHASE_LOG, LOG_ERROR, "Could not lock %p. [Errno %E] %e%t" },
	{ EV_LOCK_MISSING, PHASE_LOG, LOG_INFO, "As process 1, going on without the lock %p: %e" },
	{ EV_PHASE_CHECKED, PHASE_LOG, LOG_DEBUG, "Checking %p" },
	{ EV_PHASE_ABSENT, PHASE_LOG, LOG_DEBUG, "No dir for phase %h" },
	{ EV_PHASE_MISSING, PHASE_LOG, LOG_WARN, "Phase %h has no directory %p" },
	{ EV_PHASE_STARTED, PHASE_LOG, LOG_INFO, "Starting phase %h" },
	{ EV_PHASE_COMPLETED, PHASE_LOG, LOG_INFO, "Completed phase %h" },
	{ EV_PHASE_FAILED, PHASE_LOG, LOG_ERROR,
	  "during %h phase. [Command '['dib-run-parts', '%p']' returned "
	  "non-zero exit status %s.]\n" },
	{ EV_PHASE_KILLED, PHASE_LOG, LOG_ERROR,
	  "during %h phase. [Command '['dib-run-parts', '%p']' died with "
	  "<Signals.%S: %g>.]\n" },
	{ EV_HANDLERS_CALLED, PHASE_LOG, LOG_INFO, "Calling error handlers." },
	{ EV_ABORTED, PHASE_LOG, LOG_ERROR, "Aborting..." },
	{ EV_PARTS_STARTED, PHASE_LOG, LOG_DEBUG, "Running ['dib-run-parts', '%p']" },
	{ EV_PARTS_NO_DIRECTORY, SCRIPT_LOG, LOG_INFO,
	  "Scripts directory [%p] must exist and be a directory" },
	{ EV_REFUSED, PHASE_LOG, LOG_ERROR, "%p %t; with --strict, nothing is run" },
	{ EV_PART_SKIPPED, PHASE_LOG, LOG_DEBUG, "Left out %P: %L" },
	{ EV_NO_MATCH, PHASE_LOG, LOG_ERROR, "No script in %p matches '%t'" },
	{ EV_LISTING_FAILED, PHASE_LOG, LOG_ERROR, "Cannot write the list to stdout: %e" },
	{ EV_ENV_FILE, SCRIPT_LOG, LOG_INFO, "Sourcing environment file %p" },
	/* Without ENVIRONMENT_D, this is that a directory of such files is ignored. */
	{ EV_ENV_WARNED, PHASE_LOG, LOG_WARN,
	  ENABLE_ENVIRONMENT_D ? "Environment file %p:%n: %t" : "%p: %t" },
	{ EV_ENV_SET, PHASE_LOG, LOG_INFO, "Environment file %p sets: %t" },
	{ EV_ENV_VALUE, PHASE_LOG, LOG_DEBUG, "Environment: %t" },
	{ EV_ENV_FAILED, PHASE_LOG, LOG_ERROR, "Environment file %p %t: %e" },
	{ EV_ENV_WRONG, PHASE_LOG, LOG_ERROR, "Environment file %p:%n: %t" },
	{ EV_ENV_REFUSED, PHASE_LOG, LOG_ERROR, "Environment file %p: %t" },
	{ EV_PART_STARTED, SCRIPT_LOG, LOG_INFO, "Running %P" },
	{ EV_PART_COMPLETED, SCRIPT_LOG, LOG_INFO, "%N completed" },
	{ EV_PART_FAILED, PHASE_LOG, LOG_ERROR, "Script %P failed with exit status %s after %T s" },
	{ EV_PART_KILLED, PHASE_LOG, LOG_ERROR,
	  "Script %P was killed by signal %g (%S) after %T s (process %I%K%O)" },
	{ EV_PART_LATE, PHASE_LOG, LOG_ERROR,
	  "Script %P was stopped at the time limit, after %T s (process %I%K)" },
	{ EV_PART_LEFT_RUNNING, PHASE_LOG, LOG_ERROR,
	  "Script %P was left running in its own session after %T s (process %I)" },
	{ EV_PART_STUCK, PHASE_LOG, LOG_ERROR,
	  "SIGKILL does not end all of script %P, which is left after %T s: %R" },
	{ EV_PART_SHIM_KILLED, PHASE_LOG, LOG_ERROR,
	  "Script %P was killed after %T s, because signal %g (%S) ended "
	  "our process that watched it (process %I%K)" },
	{ EV_PART_NOT_STARTED, PHASE_LOG, LOG_ERROR,
	  "Script %P could not be started: %t (exit status %s)" },
	/* clang-format off */
	IF_JOBS(
	{ EV_PART_OUTPUT_FOLLOWS, SCRIPT_LOG, LOG_INFO, "Output of %P:" }, )
	/* clang-format on */
	{ EV_CAPTURE_FAILED, PHASE_LOG, LOG_WARN,
	  "Cannot keep the output of scripts for error handlers: %e" },
	{ EV_TIMEOUT, PHASE_LOG, LOG_ERROR, "Timeout reached: %Ds. Sending %G to all children" },
	{ EV_SCRIPT_TIMEOUT, PHASE_LOG, LOG_ERROR,
	  "Script %P exceeded its time limit of %D s (--script-timeout)" },
	{ .text = NULL },
};

static void log_ignored(const struct log *log, const struct event *event, const char *kind,
			bool accessible)
{
	const struct part_list *parts = event->parts;
	struct log_message message;
	size_t head;

	if (!log_begin(&message, log, LOG_DEBUG, event->wall_ns))
		return;
	text_fmt(&message.text, "Ignoring %s:", kind);
	head = message.text.len;
	for (size_t i = parts->kept; i < parts->n; i++)
		if (parts->v[i].is_file && parts->v[i].accessible == accessible)
			text_fmt(&message.text, " %s", parts->v[i].name);
	if (message.text.len > head)
		log_end(&message);
}

/* diskimage-builder's dib-run-parts says this with DIB_DEBUG_TRACE set. */
void messages_trace_dib(void *self, const struct event *event)
{
	if (event->kind != EV_PARTS_SCANNED)
		return;
	log_ignored(self, event, "non-executable files", false);
	log_ignored(self, event, "non-conforming filenames", true);
}
