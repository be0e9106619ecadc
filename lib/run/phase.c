/* SPDX-License-Identifier: Apache-2.0 */
#include "run/phase.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "base/text.h"
#include "job/loop.h"
#include "report/event.h"
#include "run/phase_env.h"
#include "run/script_io.h"
#include "sys/fd.h"
#include "sys/mem.h"
#include "sys/path.h"

const char *const phase_names[] = { "pre-configure", "configure", "post-configure", "migration",
				    NULL };
const char phase_error_name[] = "error";
const char *const phase_all_names[] = { "pre-configure", "configure",      "post-configure",
					"migration",     phase_error_name, NULL };

const char *phase_find(const char *word)
{
	size_t n = strlen(word);

	if (n > 2 && strcmp(word + n - 2, ".d") == 0)
		n -= 2;
	for (const char *const *name = phase_all_names; *name; name++)
		if (text_equals(*name, word, n))
			return *name;
	return NULL;
}

/* This struct names a phase and its directory, which is NULL if there was no memory for it. */
struct phase {
	const struct phases *phases;
	const char *name;
	char *dir;
};

static struct phase find_phase(const struct phases *phases, const char *name)
{
	const char *base = phases->base;
	bool no_slash = !*base || base[strlen(base) - 1] == '/';
	char *file = mem_concat(phases->parts->mem, no_slash ? "" : "/", name, ".d");

	return (struct phase){ phases, name,
			       file ? mem_concat(phases->parts->mem, base, file, "") : NULL };
}

static void emit(const struct phases *phases, const struct event *event)
{
	event_emit(phases->parts->sinks, event);
	loop_write(phases->parts->loop);
}

/* A phase begins and ends in a run alone; a list says what is missing, too. */
static void emit_phase(const struct phase *phase, enum event_kind kind,
		       const struct outcome *outcome)
{
	enum parts_purpose purpose = phase->phases->parts->purpose;

	if (purpose != PARTS_RUN && (purpose == PARTS_TRUST || kind != EV_PHASE_MISSING))
		return;
	emit(phase->phases, &(struct event){ .kind = kind,
					     .phase = phase->name,
					     .path = phase->dir,
					     .status = outcome->status,
					     .signal = outcome->signal,
					     .error = kind == EV_PHASE_MISSING ? ENOENT : 0 });
}

static void emit_phase_error(const struct phases *phases, const char *name, const char *path,
			     const char *text, int error)
{
	emit(phases, &(struct event){ .kind = EV_PARTS_FAILED,
				      .phase = name,
				      .path = path,
				      .text = text,
				      .error = error });
}

/*
 * Looks for the directory of the phase. Returns 0, -ENOENT, or another -errno, which it reports. A
 * link to nothing counts as a directory, so that the work on it fails and it is not skipped.
 */
static int find_phase_dir(const struct phase *phase)
{
	struct stat st;
	int err = sys_stat(AT_FDCWD, phase->dir, &st, AT_SYMLINK_NOFOLLOW);

	if (err < 0 && err != -ENOENT)
		emit_phase_error(phase->phases, phase->name, phase->dir, "cannot be examined",
				 -err);
	return err;
}

static struct outcome phase_out_of_memory(const struct phases *phases, const char *name)
{
	struct outcome outcome = { 0 };

	emit_phase_error(phases, name, name, "cannot be run", ENOMEM);
	status_note_failure(&outcome, FAILURE_MEMORY, 0, NULL);
	return outcome;
}

/* Returns which event reports the end of a phase. */
static enum event_kind end_event(const struct outcome *outcome)
{
	if (!status_is_end(outcome))
		return EV_PHASE_COMPLETED;
	if (outcome->interrupted || outcome->no_match)
		return EV_PHASE_BROKEN_OFF;
	return outcome->signal ? EV_PHASE_KILLED : EV_PHASE_FAILED;
}

/*
 * Does the work on the scripts of the directory of a phase. For error handlers, `failed` is what
 * came of failed_phase; it is NULL otherwise.
 */
static struct outcome run_dir(const struct phase *phase, const char *failed_phase,
			      const struct outcome *failed)
{
	struct parts *parts = phase->phases->parts;
	char *const *outer = parts->policy.envp;
	int output_fd = ENABLE_CAPTURE && parts->io->has_failed ? JOB_CAPTURED_FD : 0;
	char *const *envp = phase_env_make(parts->mem, outer, phase->name, failed_phase, failed,
					   output_fd);
	struct outcome outcome;

	if (!envp)
		return phase_out_of_memory(phase->phases, phase->name);
	parts->policy.envp = envp;
	if (failed)
		parts->policy.environment = failed->environment_hung ? PARTS_ENV_UNUSED :
								       PARTS_ENV_IF_USABLE;
	outcome = parts_work(parts, phase->name, (char *[]){ phase->dir, NULL });
	/* `from` is for the first phase alone. */
	parts->dialect.scan.from = NULL;
	parts->policy.envp = outer;
	return outcome;
}

static struct outcome try_phase(const struct phases *phases, const char *name)
{
	struct phase phase = find_phase(phases, name);
	struct outcome outcome = { 0 };
	int err;

	if (!phase.dir)
		return phase_out_of_memory(phases, name);
	emit_phase(&phase, EV_PHASE_CHECKED, &outcome);
	err = find_phase_dir(&phase);
	if (err == -ENOENT) {
		emit_phase(&phase, phases->named ? EV_PHASE_MISSING : EV_PHASE_ABSENT, &outcome);
	} else if (err < 0) {
		emit_phase(&phase, EV_PHASE_UNUSABLE, &outcome);
		status_note_failure(&outcome, FAILURE_DIRECTORY, 0, phase.dir);
	} else {
		emit_phase(&phase, EV_PHASE_STARTED, &outcome);
		emit_phase(&phase, EV_PARTS_STARTED, &outcome);
		outcome = run_dir(&phase, NULL, NULL);
		emit_phase(&phase, end_event(&outcome), &outcome);
	}
	return outcome;
}

static void run_error_handlers(const struct phases *phases, const char *failed_phase,
			       const struct outcome *failed)
{
	struct phase phase = find_phase(phases, phases->error_name);
	struct parts *parts = phases->parts;
	struct outcome outcome = { 0 };

	if (!phase.dir || find_phase_dir(&phase) < 0)
		return;
	emit_phase(&phase, EV_HANDLERS_CALLED, &outcome);
	/* The filters of the user are not for error handlers. */
	parts->dialect.scan.only = parts->dialect.scan.from = NULL;
	parts_set_limit(parts, parts->policy.limits.error_ns);
	outcome = run_dir(&phase, failed_phase, failed);
	emit_phase(&phase, EV_HANDLERS_ENDED, &outcome);
}

/*
 * With a strict policy, checks all phases and the error handlers before anything runs. A phase
 * without a directory is not a risk.
 */
static bool are_phases_secure(const struct phases *phases)
{
	struct parts *parts = phases->parts;
	bool secure = true;

	if (!parts->policy.strict)
		return true;
	parts->purpose = PARTS_TRUST;
	for (const char *const *name = phases->names; *name; name++)
		secure = try_phase(phases, *name).status == 0 && secure;
	if (phases->error_name)
		secure = try_phase(phases, phases->error_name).status == 0 && secure;
	parts->purpose = PARTS_RUN;
	return secure;
}

/* A signal to us, or a choice that matches no script, is nothing that error handlers can handle. */
static void handle_failure(const struct phases *phases, const char *name,
			   const struct outcome *outcome)
{
	if (outcome->interrupted || outcome->no_match || phases->parts->loop->signal)
		return;
	/* The failure of error handlers that are run as a phase has no handlers. */
	if (phases->error_name && strcmp(name, phases->error_name) != 0)
		run_error_handlers(phases, name, outcome);
	emit(phases, &(struct event){ .kind = EV_ABORTED });
}

/* Reports the names in the base directory that look like phases, and are none. */
static void check_base_names(const struct phases *phases)
{
	struct parts *parts = phases->parts;
	const char *base = *phases->base ? phases->base : ".";
	struct part_list list = { 0 };
	int fd = sys_open(AT_FDCWD, base, O_RDONLY | O_DIRECTORY, 0);
	int err = scan_dir(parts->mem, fd, base, &parts->dialect.scan, &list);

	sys_close(fd);
	if (err < 0)
		emit_phase_error(phases, NULL, base, "cannot be read", -err);
	scan_sort(&parts->dialect.scan, &list);
	for (const struct part *part = list.v; part < list.v + list.n; part++) {
		const char *end = strrchr(part->name, '.');

		if (end && strcmp(end, ".d") == 0 && *part->name != '.' &&
		    strcmp(part->name, "environment.d") != 0 && !phase_find(part->name))
			emit_phase_error(phases, NULL, part->path,
					 "it is not a phase, so nothing in it runs", 0);
	}
}

struct outcome phase_work(const struct phases *phases)
{
	struct parts *parts = phases->parts;
	enum parts_purpose purpose = parts->purpose;
	struct outcome outcome = { 0 };

	if (ENABLE_CHECK && purpose == PARTS_CHECK && !phases->named)
		check_base_names(phases);
	if (purpose == PARTS_RUN && !are_phases_secure(phases)) {
		status_note_failure(&outcome, FAILURE_INSECURE, 0, NULL);
		return outcome;
	}
	parts->dialect.scan.only = phases->only;
	parts->dialect.scan.from = phases->from;
	for (const char *const *name = phases->names; *name; name++) {
		outcome = try_phase(phases, *name);
		if (!status_is_end(&outcome))
			continue;
		if (purpose == PARTS_RUN)
			handle_failure(phases, *name, &outcome);
		break;
	}
	return outcome;
}
