/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the environment of a set of scripts from the directory environment.d beside its directory,
 * if the dialect has that, and reports what the files set and what is wrong with them. envd does
 * the work.
 */
#include <errno.h>
#include <unistd.h>

#include "envd/envd.h"
#include "envd/eval.h"
#include "run/parts_impl.h"
#include "sys/write.h"

#define UNUSABLE "cannot be used"

static void emit_text(const struct part_set *set, enum event_kind kind, const char *path,
		      const char *text)
{
	parts_emit(set, &(struct event){ .kind = kind, .path = path, .text = text });
}

/* Reports the names of the variables that this file set; files count from 1. */
static void emit_names(const struct part_set *set, const struct envd *envd, int file)
{
	struct text names = { .mem = envd->mem };

	for (const struct var *var = envd->vars.v; var < envd->vars.v + envd->vars.n; var++) {
		if (var->file != file)
			continue;
		if (names.len > 0)
			text_char(&names, ' ');
		text_add(&names, var->entry, vars_name_len(var->entry));
	}
	if (names.len > 0)
		emit_text(set, EV_ENV_SET, envd->shell ? envd->path : envd->files[file - 1].path,
			  names.buf);
}

/* Reports every variable that was set: first the names of each file, then the values. */
static void emit_variables(const struct part_set *set, const struct envd *envd)
{
	for (int file = 1; file <= (int)envd->n; file++)
		emit_names(set, envd, file);
	for (const struct var *var = envd->vars.v; var < envd->vars.v + envd->vars.n; var++)
		if (var->file > 0)
			emit_text(set, EV_ENV_VALUE, envd->path, var->entry);
}

/*
 * Fails the set by the error of its environment. If the deadline passed, the set has timed out as
 * well; a signal to us has an event elsewhere.
 */
static void fail_environment(struct part_set *set, const struct envd_fault *fault, int err)
{
	struct event event = { .kind = EV_ENV_FAILED,
			       .path = fault->path,
			       .text = fault->text,
			       .number = fault->line,
			       .error = -err };

	if (err == -EINVAL)
		event.kind = fault->line ? EV_ENV_WRONG : EV_ENV_REFUSED;
	if (err == -ETIME) {
		status_note_failure(&set->outcome, FAILURE_TIMEOUT, 0, fault->path);
		parts_fail_timeout(set, NULL);
		event.kind = EV_ENV_REFUSED;
		event.text = "the shell that read it was still running";
	} else {
		status_note_environment(&set->outcome, fault->status, fault->path);
	}
	set->outcome.interrupted = err == -ECANCELED;
	if (err != -ECANCELED)
		parts_emit(set, &event);
}

/* Reads the files, and reports those that other users could have written. */
static int read_files(struct part_set *set, struct envd *envd)
{
	int err = envd_read(envd, set->dirfd, set->dirs[0]);

	if (envd->path)
		parts_check_trust(set, envd->path);
	for (size_t i = 0; i < envd->n; i++)
		if (envd->files[i].is_doubtful)
			parts_check_trust(set, envd->files[i].path);
	return err;
}

void parts_check_environment(struct part_set *set)
{
	struct envd envd = { .mem = set->parts->mem };

	if (ENABLE_ENVIRONMENT_D && set->parts->dialect.environment_d)
		(void)read_files(set, &envd);
}

/* Reports that a file was evaluated, and what bash would have complained about in it. */
static void emit_file(const struct part_set *set, const struct envd *envd, size_t file)
{
	const char *path = envd->files[file].path;
	const struct eval_warning *warning = envd->shell ? NULL : envd->files[file].warnings;

	emit_text(set, EV_ENV_FILE, path, NULL);
	for (; warning; warning = warning->next)
		parts_emit(set, &(struct event){ .kind = EV_ENV_WARNED,
						 .path = path,
						 .number = warning->line,
						 .text = warning->text });
}

/* Evaluates the files, reports those that were begun, and writes to stdout what they printed. */
static int evaluate(const struct part_set *set, struct envd *envd)
{
	int err = envd_evaluate(envd), printed = 0;

	for (size_t i = 0; i < envd->reached; i++)
		emit_file(set, envd, i);
	if (envd->output.len > 0)
		printed = sys_write_all(STDOUT_FILENO, envd->output.buf, envd->output.len);
	if (err < 0 || printed == 0)
		return err;
	envd->fault.text = "prints what cannot be written";
	return printed;
}

static int make_environment(const struct part_set *set, struct envd *envd)
{
	int err = evaluate(set, envd);

	if (ENABLE_ENVIRONMENT_SHELL && err == 0 && envd->shell)
		err = envd_source(envd, set->parts->loop);
	if (err == 0)
		emit_variables(set, envd);
	return err;
}

bool parts_make_environment(struct part_set *set)
{
	const struct parts *parts = set->parts;
	const struct envd_fault no_memory = { .text = UNUSABLE };
	struct envd *envd;
	int err;

	set->envp = parts->policy.envp;
	if (!ENABLE_ENVIRONMENT_D || !parts->dialect.environment_d)
		return true;
	envd = mem_alloc(parts->mem, sizeof(*envd));
	if (!envd) {
		fail_environment(set, &no_memory, -ENOMEM);
		return false;
	}
	*envd = (struct envd){ .mem = parts->mem,
			       .envp = set->envp,
			       .deadline_ns = parts->deadline_ns,
			       .grace = limits_grace(&parts->policy.limits),
			       .fault.text = UNUSABLE };
	err = read_files(set, envd);
	if (set->refused)
		return false;
	if (err == 0)
		err = make_environment(set, envd);
	if (err < 0)
		fail_environment(set, &envd->fault, err);
	set->envp = envd->envp;
	return err == 0;
}
