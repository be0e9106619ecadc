#include "envd_shell.h"

#include <errno.h>
#include <string.h>

#include "envd.h"
#include "pool.h"
#include "shdump.h"
#include "vars.h"

/*
 * Where the shell tells us: its state, which no file may change, for scripts would not see it; a
 * line MARK per file begun; a line STATE and the state again; a line EXPORTS and its exports; a
 * line END.
 */
#define TELL_FD 3
#define TELL_STATE "{ umask; pwd; } >&3\n"
#define MARK "@\n"
#define STATE "!\n"
#define EXPORTS "=\n"
#define END "\n@.\n"

struct shell_job {
	struct job job;
	struct text *answer;
	bool done;
};

static void on_news(struct job *job, enum job_news news)
{
	struct shell_job *shell_job = job->owner;

	shell_job->done = news == JOB_DONE;
}

static bool take_answer(struct job *job, int as, const char *bytes, size_t n)
{
	struct shell_job *shell_job = job->owner;

	(void)as;
	text_add(shell_job->answer, bytes, n);
	return true;
}

static void add_quoted(struct text *program, const char *s)
{
	text_char(program, '\'');
	for (; *s; s++) {
		if (*s == '\'')
			text_str(program, "'\\'");
		text_char(program, *s);
	}
	text_char(program, '\'');
}

static void add_program(struct text *program, const struct envd *envd)
{
	text_str(program, envd->is_bash ? "set -eu -o pipefail\n" : "set -eu\n");
	text_str(program, TELL_STATE);
	for (size_t i = 0; i < envd->n; i++) {
		text_str(program, "echo @ >&3\n. ");
		/* A path without a slash in front may begin like an option. */
		add_quoted(program, envd->files[i].path[0] == '/' ? "" : "./");
		add_quoted(program, envd->files[i].path);
		text_char(program, '\n');
	}
	text_str(program, "echo ! >&3\n" TELL_STATE "echo = >&3\n"
			  "export -p >&3\necho >&3\necho @. >&3\n");
}

static int run_shell(struct envd *envd, struct pool *pool, struct job *job, struct text *answer)
{
	struct shell_job shell_job = { .job = *job, .answer = answer };
	int sig = 0;

	shell_job.job.take = take_answer;
	shell_job.job.notify = on_news;
	shell_job.job.owner = &shell_job;
	if (pool_start(pool, &shell_job.job) < 0)
		return -shell_job.job.failure.error;
	while (!shell_job.done)
		sig = pool_turn(pool);
	*job = shell_job.job;
	if (sig)
		return -EINTR;
	if (job->timed_out)
		return -ETIME;
	if (job->failure.stage != PROC_STARTED)
		return -job->failure.error;
	envd->fault.status = proc_exit_status(job->wait_status);
	return 0;
}

/* Takes a line, or several, that stand at *at. */
static bool take(const char **at, const char *lines, size_t n)
{
	if (strncmp(*at, lines, n) != 0)
		return false;
	*at += n;
	return true;
}

/* The length of the state at the beginning: two lines, up to the first mark. */
static size_t state_length(const char *text)
{
	const char *at = text;

	while (*at && strncmp(at, "\n" MARK, strlen("\n" MARK)) != 0)
		at++;
	return (size_t)(at - text) + (*at != '\0');
}

static int fail_in_file(struct envd *envd, const char *what)
{
	size_t file = envd->reached > 0 ? envd->reached - 1 : 0;

	envd->fault.path = envd->files[file].path;
	envd->fault.what = what;
	if (envd->fault.status == 0)
		envd->fault.status = 1;
	return -EINVAL;
}

static int take_exports(struct envd *envd, const char *text, struct vars *vars)
{
	int err = vars_load(vars, envd->mem, envd->base_envp);

	vars->file = 1;
	if (err == 0)
		err = shdump_read(vars, text);
	if (err == -EINVAL)
		return fail_in_file(envd, "its shell printed no environment");
	return err;
}

/* If the last line is END, cuts it off. */
static bool ends_with_end(struct text *answer)
{
	size_t end = answer->len - strlen(END);

	if (answer->len < strlen(END) || strcmp(answer->buf + end, END) != 0)
		return false;
	answer->buf[end] = '\0';
	return true;
}

static int read_answer(struct envd *envd, struct text *answer, struct vars *ret_vars)
{
	const char *at = answer->buf;
	size_t state = state_length(at);

	if (answer->cut)
		return fail_in_file(envd, "its environment is too large");
	at += state;
	for (envd->reached = 0; take(&at, MARK, strlen(MARK)) && envd->reached < envd->n;)
		envd->reached++;
	if (envd->fault.status != 0)
		return fail_in_file(envd, "a command failed");
	if (!ends_with_end(answer) || !take(&at, STATE, strlen(STATE)))
		return fail_in_file(envd, "its shell told no environment: exit, which would leave "
					  "all scripts out, or descriptor 3 taken");
	if (!take(&at, answer->buf, state) || !take(&at, EXPORTS, strlen(EXPORTS)))
		return fail_in_file(envd, "changes the umask or the working directory, which "
					  "scripts would not see");
	return take_exports(envd, at, ret_vars);
}

int envd_run_shell(struct envd *envd, struct pool *pool, struct vars *ret_vars)
{
	struct text program = { .mem = envd->mem }, answer = { .mem = envd->mem };
	char option[] = "-c", name[] = "environment.d";
	char *argv[] = { NULL, (char *)envd->shell, option, NULL, name, NULL };
	struct job job = {
		.spec = { .path = envd->shell, .argv = argv, .envp = envd->base_envp },
		.deadline_ns = envd->deadline_ns,
		.streams = { { .as = TELL_FD } },
	};
	int err;

	text_str(&answer, ""); /* so that there is a buffer */
	add_program(&program, envd);
	argv[3] = program.buf;
	err = program.cut ? -ENOMEM : run_shell(envd, pool, &job, &answer);
	if (err == 0)
		err = read_answer(envd, &answer, ret_vars);
	return err;
}
