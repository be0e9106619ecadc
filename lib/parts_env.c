#include <errno.h>
#include <unistd.h>

#include "envd.h"
#include "parts_set.h"
#include "sys.h"

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

static void tell_variables(const struct set *set, const struct envd *envd)
{
	for (size_t i = 0; i < envd->reached; i++)
		if (envd->files[i].names.len > 0)
			emit_text(set, EV_ENV_SET, envd->files[i].path, envd->files[i].names.buf);
	if (envd->names.len > 0)
		emit_text(set, EV_ENV_SET, envd->path, envd->names.buf);
	for (size_t i = 0; i < envd->values.n; i++)
		emit_text(set, EV_ENV_VALUE, envd->path, envd->values.v[i]);
}

static void fail_environment(struct set *set, const struct envd *envd, int err)
{
	const struct envd_fault *fault = &envd->fault;
	struct event event = { .kind = EV_ENV_FAILED,
			       .path = fault->path,
			       .number = fault->line,
			       .text = fault->what ? fault->what : "cannot be used",
			       .error = -err };

	if (err == -ETIME) {
		parts_fail_timeout(set, NULL);
		return;
	}
	if (err == -EINVAL)
		event.kind = fault->line ? EV_ENV_WRONG : EV_ENV_REFUSED;
	set->outcome.interrupted = err == -EINTR;
	set->outcome.status = fault->status ? fault->status : 1;
	if (!set->outcome.interrupted)
		parts_emit(set, &event);
}

bool parts_make_environment(struct set *set)
{
	struct envd envd = { .mem = set->parts->mem,
			     .base_envp = set->parts->envp,
			     .deadline_ns = set->parts->deadline_ns };
	int err, printed = 0;

	set->envp = set->parts->envp;
	if (!ENABLE_ENVIRONMENT_D || !set->parts->dialect.environment_d)
		return true;
	err = envd_read(&envd, set->dirfd, set->dirs[0]);
	if (err == 0)
		err = envd_evaluate(&envd);
	tell_files(set, &envd);
	if (envd.output.len > 0)
		printed = sys_write_all(STDOUT_FILENO, envd.output.buf, envd.output.len);
	if (err == 0 && printed < 0) {
		err = printed;
		envd.fault.what = "prints what cannot be written";
	}
	if (ENABLE_ENVIRONMENT_SHELL && err == 0 && envd.shell)
		err = envd_source(&envd, set->parts->pool);
	tell_variables(set, &envd);
	if (err < 0)
		fail_environment(set, &envd, err);
	set->envp = envd.envp;
	return err == 0;
}
