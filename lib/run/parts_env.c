/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the environment of a set of scripts from the directory environment.d beside its directory,
 * if the dialect has that, and reports what the files set and what is wrong with them. envd does
 * the work.
 */
#include <errno.h>
#include <unistd.h>

#include "base/text.h"
#include "envd/envd.h"
#include "job/loop.h"
#include "run/parts_impl.h"
#include "run/script_io.h"
#include "sys/path.h"

#define UNUSABLE "cannot be used"

/* Bytes that are printed at a time. */
#define PRINT_SIZE 16384

/* Reports the names of the variables that this file set; files count from 1. */
static void emit_names(const struct part_set *set, const struct envd *envd, int file)
{
	struct text names = { .mem = envd->mem };

	for (const struct var *var = envd->vars.v; var < envd->vars.v + envd->vars.n; var++) {
		if (var->file != file)
			continue;
		if (names.len > 0)
			text_char(&names, ' ');
		text_add(&names, var->entry, text_until(var->entry, "="));
	}
	if (names.len > 0)
		parts_emit_text(set, EV_ENV_SET,
				envd->shell ? envd->path : envd->files[file - 1].part->path,
				names.buf);
}

/* Reports every variable that was set: first the names of each file, then the values. */
static void emit_variables(const struct part_set *set, const struct envd *envd)
{
	for (int file = 1; file <= (int)envd->n; file++)
		emit_names(set, envd, file);
	for (const struct var *var = envd->vars.v; var < envd->vars.v + envd->vars.n; var++)
		if (var->file > 0)
			parts_emit_text(set, EV_ENV_VALUE, envd->path, var->entry);
}

/*
 * Reports the error of the environment. If the deadline passed, there is another event for that; a
 * signal to us has one elsewhere.
 */
static void emit_fault(const struct part_set *set, const struct envd_fault *fault, int err)
{
	struct event event = { .kind = EV_ENV_FAILED,
			       .path = fault->path,
			       .text = fault->text,
			       .number = fault->line };

	if (err == -ETIME)
		event.text = "a shell was still reading it at the time limit";
	if (err == -EINVAL || err == -ETIME)
		event.kind = fault->line ? EV_ENV_WRONG : EV_ENV_REFUSED;
	else
		event.error = -err;
	if (err != -ECANCELED)
		parts_emit(set, &event);
}

/* Fails the set by the error of its environment; for a deadline, note_timeout has done so. */
static void fail_environment(struct part_set *set, const struct envd_fault *fault, int err)
{
	if (err != -ETIME)
		status_note_environment(&set->outcome, fault->status, fault->path);
	set->outcome.interrupted = err == -ECANCELED;
	emit_fault(set, fault, err);
}

/*
 * Error handlers have to run even if environment.d is what has failed. Then they get the
 * environment that we were given. Returns whether this set does without environment.d; it cannot go
 * on after its deadline or a signal to us.
 */
static bool does_without(const struct part_set *set, const struct envd *envd, int err)
{
	if (set->parts->policy.environment == PARTS_ENV_NEEDED || err == -ETIME ||
	    err == -ECANCELED)
		return false;
	if (err < 0)
		emit_fault(set, &envd->fault, err);
	if (envd->path)
		parts_emit_text(
			set, EV_ENV_REFUSED, envd->path,
			"ignored, so that error handlers run; they get the caller's environment");
	return true;
}

/* Reads the files, and reports those that other users could have written. */
static int read_files(struct part_set *set, struct envd *envd)
{
	int err = envd_read(envd, set->dirfd, set->dirs[0]);

	if (envd->path)
		parts_check_trust(set, envd->path);
	for (size_t i = 0; i < envd->n; i++)
		if (envd->files[i].part->is_doubtful)
			parts_check_trust(set, envd->files[i].part->path);
	return err;
}

/* Reports that a file was evaluated, and what bash would have complained about in it. */
static void emit_file(const struct part_set *set, const struct envd *envd, size_t file)
{
	const struct envd_file *f = &envd->files[file];

	parts_emit_text(set, EV_ENV_FILE, f->logged_path, NULL);
	if (f->warning)
		parts_emit(set, &(struct event){ .kind = EV_ENV_WARNED,
						 .path = f->part->path,
						 .number = f->warning_line,
						 .text = f->warning });
}

/* Writes to stdout. Returns 0 or -errno, which is -ECANCELED if a signal asks us to end. */
static int print(const struct part_set *set, const char *bytes, size_t n)
{
	struct parts *parts = set->parts;
	struct output *out = parts->io->out[STDOUT_FILENO];
	size_t size;

	for (; n > 0; bytes += size, n -= size) {
		size = n < PRINT_SIZE ? n : PRINT_SIZE;
		output_add(out, bytes, size, true);
		loop_drain(parts->loop);
	}
	return parts->loop->signal ? -ECANCELED : -out->error;
}

/*
 * Evaluates the files. Then reports each that was begun and writes to stdout what it printed: only
 * now is it known that no shell has to read them all again.
 */
static int evaluate(const struct part_set *set, struct envd *envd)
{
	int err = envd_evaluate(envd), printed = 0;
	size_t begin = 0;

	for (size_t i = 0; i < envd->reached && printed == 0; i++) {
		size_t end = envd->files[i].output_end;

		emit_file(set, envd, i);
		if (set->parts->purpose == PARTS_RUN)
			printed = print(set, envd->output.buf + begin, end - begin);
		begin = end;
	}
	if (err < 0 || printed == 0)
		return err;
	envd->fault.text = "prints to stdout, which cannot be written";
	return printed;
}

/* Fails the set because its deadline has passed while a shell sources this file. */
static void note_timeout(struct part_set *set, const char *path)
{
	status_note_failure(&set->outcome, FAILURE_TIMEOUT, 0, path);
	set->outcome.environment_hung = true;
	parts_fail_timeout(set, NULL);
}

/* Lets a shell source the files. */
static int source(struct part_set *set, struct envd *envd)
{
	int news;

	while ((news = envd_source(envd, set->parts->loop)) > 0)
		if (news == ENVD_LATE)
			note_timeout(set, envd->fault.path);
		else
			parts_emit_text(set, EV_ENV_FILE,
					envd->files[envd->reached - 1].logged_path, NULL);
	return news;
}

static int make_environment(struct part_set *set, struct envd *envd)
{
	int err = evaluate(set, envd);

	if (ENABLE_ENVIRONMENT_SHELL && err == 0 && envd->shell && set->parts->purpose == PARTS_RUN)
		err = source(set, envd);
	if (err == 0)
		emit_variables(set, envd);
	return err;
}

/* Reports that there are files that would count in another build. */
static void warn_of_ignored(const struct part_set *set)
{
	struct stat st;

	if (sys_stat(set->dirfd, "../environment.d", &st, 0) < 0 || !S_ISDIR(st.st_mode))
		return;
	parts_emit_text(
		set, EV_ENV_WARNED, NULL,
		"environment.d beside it is ignored, because this build has no ENVIRONMENT_D");
}

bool parts_make_environment(struct part_set *set)
{
	const struct parts *parts = set->parts;
	struct envd envd = { .mem = parts->mem,
			     .envp = parts->policy.envp,
			     .stop = &parts->stop,
			     .grace = limits_grace(&parts->policy.limits),
			     .fault.text = UNUSABLE };
	bool unused = parts->policy.environment == PARTS_ENV_UNUSED;
	int err;

	set->envp = parts->policy.envp;
	if (!ENABLE_ENVIRONMENT_D && DIALECT_DIB_BUILT_IN && parts->dialect.environment_d)
		warn_of_ignored(set);
	if (!ENABLE_ENVIRONMENT_D || !parts->dialect.environment_d)
		return true;
	err = read_files(set, &envd);
	if (parts->purpose == PARTS_TRUST || (parts->purpose == PARTS_RUN && set->refused))
		return false;
	if (err == 0 && !unused)
		err = make_environment(set, &envd);
	if (err == 0 && !unused) {
		set->envp = envd.envp;
		return true;
	}
	if (err == -EINTR) {
		parts_stop(set);
		return false;
	}
	if (does_without(set, &envd, err))
		return true;
	fail_environment(set, &envd.fault, err);
	return false;
}
