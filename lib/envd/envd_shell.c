/* SPDX-License-Identifier: Apache-2.0 */
#include "envd/envd_impl.h"

#include <errno.h>
#include <string.h>

#include "envd/envd.h"
#include "envd/eval.h"
#include "job/loop.h"
#include "sys/process.h"

/*
 * The descriptor on which the shell reports: a line @ before each file; at the end a line =, if the
 * state that an environment cannot carry is as before; and then its exports.
 */
#define REPORT_FD 3
#define FILE_MARK "@\n"
#define STATE_MARK "=\n"
#define SAVE_STATE "_refreshbox=$(umask; pwd)\n"
#define REPORT_ALL "[ \"$_refreshbox\" = \"$(umask; pwd)\" ] && echo = >&3\nexport -p >&3"

struct shell_run {
	struct job job;
	bool has_ended;
	int error; /* -errno of reading the answer, or 0 */
	char *argv[6];
	struct text program;
	struct text answer;
};

static void note_end(struct job *job)
{
	struct shell_run *run = job->owner;

	run->has_ended = true;
}

static bool take_answer(struct job *job, int as, const char *bytes, ssize_t n)
{
	struct shell_run *run = job->owner;

	(void)as;
	if (n < 0)
		run->error = (int)n;
	else
		text_add(&run->answer, bytes, (size_t)n);
	return true;
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

		/* ./ keeps the shell from searching PATH or seeing an option. */
		text_str(program, *path == '/' ? "echo @ >&3\n. '" : "echo @ >&3\n. './");
		add_quoted(program, path);
		text_str(program, "'\n");
	}
	text_str(program, REPORT_ALL);
}

/* Returns the exit status of the shell, or -errno. */
static int run_shell(struct loop *loop, struct shell_run *run)
{
	int sig = 0, err = loop_start(loop, &run->job);

	if (err < 0)
		return err;
	while (!run->has_ended)
		sig = loop_step(loop);
	if (sig)
		return -ECANCELED;
	if (run->job.result.timed_out)
		return -ETIME;
	if (run->error < 0)
		return run->error;
	if (run->answer.truncated)
		return -ENOMEM;
	if (run->job.result.failure.stage != SPAWN_STARTED)
		return -run->job.result.failure.error;
	return sys_exit_status(run->job.result.wait_status);
}

static int take_exports(struct envd *envd, const char *dump)
{
	struct vars *vars = &envd->vars;
	struct eval eval = { .mem = envd->mem, .vars = vars, .mode = EVAL_DUMP };
	int err = vars_load(vars, envd->mem, envd->envp);

	vars->file = 1;
	for (struct var *var = vars->v; var < vars->v + vars->n; var++)
		if (var->export == VARS_EXPORTED &&
		    !vars_is_shell_internal(var->entry, vars_name_len(var->entry)))
			var->export = VARS_UNCONFIRMED;
	return err < 0 ? err : eval_file(&eval, dump);
}

static int read_answer(struct envd *envd, const char *at, int status)
{
	const struct envd_file *file = envd->files;
	int err = 1;

	for (size_t n = 0; n < envd->n && strncmp(at, FILE_MARK, 2) == 0; at += 2)
		file = &envd->files[n++];
	envd->fault.path = file->path;
	envd->fault.status = status;
	if (status == 0 && strncmp(at, STATE_MARK, 2) == 0)
		err = take_exports(envd, at + 2);
	if (err <= 0)
		return err;
	envd->fault.text = status ? "a command failed" :
				    "exits, or changes the umask, the working directory or "
				    "descriptor 3";
	return -EINVAL;
}

int envd_run_shell(struct envd *envd, struct loop *loop)
{
	struct shell_run *run = mem_alloc(envd->mem, sizeof(*run));
	int status;

	if (!run)
		return -ENOMEM;
	run->program.mem = run->answer.mem = envd->mem;
	text_str(&run->answer, ""); /* It must have a buffer even if nothing comes. */
	add_program(&run->program, envd);
	if (run->program.truncated)
		return -ENOMEM;
	run->argv[1] = (char *)envd->shell;
	run->argv[2] = (char *)"-c";
	run->argv[3] = run->program.buf;
	run->argv[4] = (char *)"environment.d";
	run->job.spec.path = envd->shell;
	run->job.spec.argv = run->argv;
	run->job.spec.envp = envd->envp;
	run->job.deadline_ns = envd->deadline_ns;
	run->job.grace = envd->grace;
	run->job.streams[0].as = REPORT_FD;
	run->job.on_output = take_answer;
	run->job.on_exit = note_end;
	run->job.owner = run;
	status = run_shell(loop, run);
	return status < 0 ? status : read_answer(envd, run->answer.buf, status);
}
