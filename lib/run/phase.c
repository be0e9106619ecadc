/* SPDX-License-Identifier: Apache-2.0 */
#include "run/phase.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "job/loop.h"
#include "report/event.h"
#include "run/phase_env.h"
#include "run/script_io.h"
#include "sys/mem.h"
#include "sys/path.h"

const char *const phase_names[] = { "pre-configure", "configure", "post-configure", "migration",
				    NULL };
const char phase_error_name[] = "error";

static char *phase_dir(const struct phases *phases, const char *name)
{
	const char *base = phases->base;
	bool no_slash = !*base || base[strlen(base) - 1] == '/';
	char *file = mem_concat(phases->parts->mem, no_slash ? "" : "/", name, ".d");

	return file ? mem_concat(phases->parts->mem, base, file, "") : NULL;
}

static void emit(const struct phases *phases, enum event_kind kind, const char *name,
		 const char *dir)
{
	event_emit(phases->parts->sinks,
		   &(struct event){ .kind = kind, .phase = name, .path = dir });
}

static void tell_error(const struct phases *phases, const char *name, const char *path,
		       const char *text, int error)
{
	event_emit(phases->parts->sinks, &(struct event){ .kind = EV_PARTS_FAILED,
							  .phase = name,
							  .path = path,
							  .text = text,
							  .error = error });
}

/* The user's choice of scripts holds for the phases that he has named. */
static void choose(const struct phases *phases, bool named)
{
	struct scan_rule *rule = &phases->parts->dialect.scan;

	rule->only = named ? phases->only : NULL;
	rule->from = named ? phases->from : NULL;
}

enum found { ABSENT, PRESENT, UNKNOWN };

/*
 * Only what is not there at all counts as absent: a link to nothing is for parts_run to fail on.
 * What keeps us from knowing is told.
 */
static enum found look_for(const struct phases *phases, const char *name, const char *dir)
{
	struct stat st;
	int err = sys_stat(AT_FDCWD, dir, &st, AT_SYMLINK_NOFOLLOW);

	if (err == 0)
		return PRESENT;
	if (err == -ENOENT)
		return ABSENT;
	tell_error(phases, name, dir, "cannot be looked for", -err);
	return UNKNOWN;
}

static struct outcome out_of_memory(const struct phases *phases, const char *name)
{
	struct outcome outcome = { 0 };

	tell_error(phases, name, name, "cannot be run", ENOMEM);
	status_note_failure(&outcome, FAILURE_MEMORY, 0, NULL);
	return outcome;
}

static void tell_failure(const struct phases *phases, const char *name, const char *dir,
			 const struct outcome *outcome)
{
	struct event event = { .kind = EV_PHASE_FAILED,
			       .phase = name,
			       .path = dir,
			       .status = outcome->status,
			       .signal = outcome->signal };

	if (outcome->interrupted || outcome->no_match)
		event.kind = EV_PHASE_BROKEN_OFF;
	else if (outcome->signal)
		event.kind = EV_PHASE_KILLED;
	event_emit(phases->parts->sinks, &event);
}

/* Runs the scripts of a directory; failed, of failed_phase, is what they are to handle, or NULL. */
static struct outcome run_dir(const struct phases *phases, const char *name, char *dir,
			      const char *failed_phase, const struct outcome *failed)
{
	struct parts *parts = phases->parts;
	char *const *outer = parts->policy.envp;
	int output_fd = ENABLE_CAPTURE && parts->io->has_failed ? JOB_CAPTURED_FD : 0;
	char *const *envp =
		phase_env_make(parts->mem, outer, name, failed_phase, failed, output_fd);
	struct outcome outcome;

	if (!envp)
		return out_of_memory(phases, name);
	choose(phases, !failed);
	parts->policy.envp = envp;
	outcome = parts_run(parts, name, (char *[]){ dir, NULL });
	parts->policy.envp = outer;
	return outcome;
}

static struct outcome try_phase(const struct phases *phases, const char *name)
{
	struct outcome outcome = { 0 };
	char *dir = phase_dir(phases, name);
	enum found found;

	if (!dir)
		return out_of_memory(phases, name);
	emit(phases, EV_PHASE_CHECKED, name, dir);
	found = look_for(phases, name, dir);
	if (found == ABSENT) {
		emit(phases, phases->named ? EV_PHASE_MISSING : EV_PHASE_ABSENT, name, dir);
		return outcome;
	}
	if (found == UNKNOWN) {
		emit(phases, EV_PHASE_UNUSABLE, name, dir);
		status_note_failure(&outcome, FAILURE_DIRECTORY, 0, dir);
		return outcome;
	}
	emit(phases, EV_PHASE_STARTED, name, dir);
	emit(phases, EV_PARTS_STARTED, name, dir);
	outcome = run_dir(phases, name, dir, NULL, NULL);
	if (!status_is_end(&outcome))
		emit(phases, EV_PHASE_COMPLETED, name, dir);
	else
		tell_failure(phases, name, dir, &outcome);
	return outcome;
}

static void run_error_handlers(const struct phases *phases, const char *failed_phase,
			       const struct outcome *failed)
{
	char *dir = phase_dir(phases, phases->error_name);
	struct outcome outcome;

	if (!dir || look_for(phases, phases->error_name, dir) != PRESENT)
		return;
	emit(phases, EV_HANDLERS_CALLED, phases->error_name, dir);
	parts_set_limit(phases->parts, phases->parts->policy.limits.error_ns);
	outcome = run_dir(phases, phases->error_name, dir, failed_phase, failed);
	event_emit(phases->parts->sinks, &(struct event){ .kind = EV_HANDLERS_ENDED,
							  .phase = phases->error_name,
							  .path = dir,
							  .status = outcome.status });
}

static bool is_trusted(const struct phases *phases, const char *name)
{
	char *dir = phase_dir(phases, name);

	switch (dir ? look_for(phases, name, dir) : UNKNOWN) {
	case ABSENT:
		return true;
	case PRESENT:
		return parts_check(phases->parts, name, (char *[]){ dir, NULL }).status == 0;
	default:
		return false;
	}
}

/* Before anything runs; an absent directory is no reason to doubt. */
static bool are_trusted(const struct phases *phases)
{
	bool trusted = true;

	if (!phases->parts->policy.strict)
		return true;
	for (const char *const *name = phases->names; *name; name++)
		trusted = is_trusted(phases, *name) && trusted;
	return (!phases->error_name || is_trusted(phases, phases->error_name)) && trusted;
}

struct outcome phase_run_all(const struct phases *phases)
{
	struct outcome outcome = { .status = !are_trusted(phases) };
	const char *name = NULL;

	if (outcome.status)
		return outcome;
	for (size_t i = 0; phases->names[i] && !status_is_end(&outcome); i++) {
		name = phases->names[i];
		outcome = try_phase(phases, name);
	}
	if (!status_is_end(&outcome) || outcome.interrupted || outcome.no_match ||
	    phases->parts->loop->signal)
		return outcome;
	/* An error handler that fails is not handled. */
	if (phases->error_name && strcmp(name, phases->error_name) != 0)
		run_error_handlers(phases, name, &outcome);
	emit(phases, EV_ABORTED, NULL, NULL);
	return outcome;
}

struct outcome phase_list_all(const struct phases *phases)
{
	struct outcome outcome = { 0 };

	choose(phases, true);
	for (const char *const *name = phases->names; *name && outcome.status == 0; name++) {
		char *dir = phase_dir(phases, *name);
		enum found found;

		if (!dir)
			return out_of_memory(phases, *name);
		found = look_for(phases, *name, dir);
		outcome.status = found == UNKNOWN;
		if (found == ABSENT && phases->named)
			emit(phases, EV_PHASE_MISSING, *name, dir);
		if (found == PRESENT)
			outcome = parts_list(phases->parts, *name, (char *[]){ dir, NULL });
	}
	return outcome;
}
