#include "envd_shell.h"

#include <errno.h>
#include <string.h>

#include "envd.h"
#include "eval.h"
#include "pool.h"
#include "vars.h"

/*
 * Where the shell tells us: a line @ per file begun; a line = if at the end the state that scripts
 * would not see is as before; its exports.
 */
#define TELL_FD 3
#define BEGUN "@\n"
#define WELL "=\n"
#define SAVE_STATE "_refreshbox=$(umask; pwd)\n"
#define TELL_ALL "[ \"$_refreshbox\" = \"$(umask; pwd)\" ] && echo = >&3\nexport -p >&3"

static void on_news(struct job *job, enum job_news news)
{
	bool *done = job->owner;

	*done = news == JOB_DONE;
}

static void add_quoted(struct text *program, const char *s)
{
	for (; *s; s++)
		if (*s == '\'')
			text_str(program, "'\\''");
		else
			text_char(program, *s);
}

static void add_program(struct text *program, const struct envd *envd)
{
	text_str(program,
		 envd->is_bash ? "set -eu -o pipefail\n" SAVE_STATE : "set -eu\n" SAVE_STATE);
	for (size_t i = 0; i < envd->n; i++) {
		const char *path = envd->files[i].path;

		/* A path without a slash in front may begin like an option. */
		text_str(program, *path == '/' ? "echo @ >&3\n. '" : "echo @ >&3\n. './");
		add_quoted(program, path);
		text_str(program, "'\n");
	}
	text_str(program, TELL_ALL);
}

/* Returns the exit status of the shell, or -errno. */
static int run_shell(struct pool *pool, struct job *job)
{
	bool done = false;
	int sig = 0, err;

	job->notify = on_news;
	job->owner = &done;
	err = pool_start(pool, job);
	if (err < 0)
		return err;
	while (!done)
		sig = pool_turn(pool);
	if (sig)
		return -EINTR;
	if (job->timed_out)
		return -ETIME;
	if (job->failure.stage != PROC_STARTED)
		return -job->failure.error;
	return proc_exit_status(job->wait_status);
}

static int take_exports(struct envd *envd, const char *dump, struct vars *vars)
{
	struct eval eval = { .mem = envd->mem, .vars = vars, .is_dump = true };
	int err = vars_load(vars, envd->mem, envd->base_envp);

	vars->file = 1;
	for (struct var *var = vars->v; var < vars->v + vars->n; var++)
		if (var->exported == VARS_EXPORTED &&
		    !vars_is_the_shells_own(var->entry, vars_name_len(var->entry)))
			var->exported = VARS_STALE;
	return err < 0 ? err : eval_file(&eval, dump);
}

static int read_answer(struct envd *envd, const char *at, struct vars *ret_vars)
{
	size_t begun = 0;
	int err = 1;

	for (; begun < envd->n && strncmp(at, BEGUN, 2) == 0; at += 2)
		begun++;
	envd->fault.path = envd->files[begun > 0 ? begun - 1 : 0].path;
	envd->fault.what = "a command failed";
	if (envd->fault.status != 0)
		return -EINVAL;
	envd->fault.what = "exits, or changes the umask, the working directory or descriptor 3";
	if (strncmp(at, WELL, 2) == 0)
		err = take_exports(envd, at + 2, ret_vars);
	return err > 0 ? -EINVAL : err;
}

int envd_run_shell(struct envd *envd, struct pool *pool, struct vars *ret_vars)
{
	struct text program = { .mem = envd->mem }, answer = { .mem = envd->mem };
	char *argv[] = { NULL, (char *)envd->shell,         (char[]){ "-c" },
			 NULL, (char[]){ "environment.d" }, NULL };
	struct job job = {
		.spec = { .path = envd->shell, .argv = argv, .envp = envd->base_envp },
		.deadline_ns = envd->deadline_ns,
		.capture = &answer,
		.capture_as = TELL_FD,
	};
	int err;

	text_str(&answer, ""); /* so that there is a buffer */
	add_program(&program, envd);
	argv[3] = program.buf;
	err = program.cut ? -ENOMEM : run_shell(pool, &job);
	if (answer.cut)
		err = -ENOMEM;
	if (err < 0)
		return err;
	envd->fault.status = err;
	return read_answer(envd, answer.buf, ret_vars);
}
