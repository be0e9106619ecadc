#include <errno.h>
#include <unistd.h>

#include "envd/envd.h"
#include "run/parts_impl.h"
#include "sys/write.h"

#define UNUSABLE "cannot be used"

static void emit_text(const struct set *set, enum event_kind kind, const char *path,
		      const char *text)
{
	parts_emit(set, &(struct event){ .kind = kind, .path = path, .text = text });
}

static void tell_files(const struct set *set, const struct envd *envd)
{
	for (size_t i = 0; i < envd->reached; i++)
		emit_text(set, EV_ENV_FILE, envd->files[i].path, NULL);
}

/* The names that the file of this number set. */
static void tell_names(const struct set *set, const struct envd *envd, int file)
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

static void tell_variables(const struct set *set, const struct envd *envd)
{
	for (int file = 1; file <= (int)envd->n; file++)
		tell_names(set, envd, file);
	for (const struct var *var = envd->vars.v; var < envd->vars.v + envd->vars.n; var++)
		if (var->file > 0)
			emit_text(set, EV_ENV_VALUE, envd->path, var->entry);
}

/* The time limit is a failure of its own; a signal to us is none of the environment's. */
static void fail_environment(struct set *set, struct event *fault, int err)
{
	if (err == -ETIME)
		status_note_failure(&set->outcome, FAILURE_TIMEOUT, 0, fault->path);
	else
		status_note_environment(&set->outcome, fault->status, fault->path);
	set->outcome.interrupted = err == -ECANCELED;
	fault->error = -err;
	fault->kind = err != -EINVAL ? EV_ENV_FAILED :
		      fault->number  ? EV_ENV_WRONG :
				       EV_ENV_REFUSED;
	if (err == -ETIME) {
		parts_fail_timeout(set, NULL);
		fault->text = "the shell that read it was still running";
		fault->kind = EV_ENV_REFUSED;
	}
	if (err != -ECANCELED)
		parts_emit(set, fault);
}

static int read_files(struct set *set, struct envd *envd)
{
	int err = envd_read(envd, set->dirfd, set->dirs[0]);

	parts_report_insecure(set, envd->path, envd->insecure);
	for (size_t i = 0; i < envd->n; i++)
		parts_report_insecure(set, envd->files[i].path, envd->files[i].insecure);
	return err;
}

void parts_check_environment(struct set *set)
{
	struct envd envd = { .mem = set->parts->mem };

	if (ENABLE_ENVIRONMENT_D && set->parts->dialect.environment_d)
		(void)read_files(set, &envd);
}

bool parts_make_environment(struct set *set)
{
	const struct parts *parts = set->parts;
	struct envd *envd;
	int err, printed = 0;

	set->envp = parts->policy.envp;
	if (!ENABLE_ENVIRONMENT_D || !parts->dialect.environment_d)
		return true;
	envd = mem_alloc(parts->mem, sizeof(*envd));
	if (!envd) {
		fail_environment(set, &(struct event){ .text = UNUSABLE }, -ENOMEM);
		return false;
	}
	envd->mem = parts->mem;
	envd->envp = set->envp;
	envd->deadline_ns = parts->deadline_ns;
	envd->grace_ns = parts->policy.limits.grace_ns;
	envd->fault.text = UNUSABLE;
	err = read_files(set, envd);
	if (set->refused)
		return false;
	if (err == 0)
		err = envd_evaluate(envd);
	tell_files(set, envd);
	if (envd->output.len > 0)
		printed = sys_write_all(STDOUT_FILENO, envd->output.buf, envd->output.len);
	if (err == 0 && printed < 0) {
		err = printed;
		envd->fault.text = "prints what cannot be written";
	}
	if (ENABLE_ENVIRONMENT_SHELL && err == 0 && envd->shell)
		err = envd_source(envd, parts->loop);
	if (err < 0)
		fail_environment(set, &envd->fault, err);
	else
		tell_variables(set, envd);
	set->envp = envd->envp;
	return err == 0;
}
