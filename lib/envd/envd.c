/* SPDX-License-Identifier: Apache-2.0 */
#include "envd/envd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "envd/envd_impl.h"
#include "envd/eval.h"
#include "job/spawn.h"
#include "scan/scan.h"
#include "scan/script.h"
#include "sys/fd.h"
#include "sys/path.h"

/* A larger file is refused: it does not hold settings, and reading it could use up the memory. */
#define FILE_MAX (2 << 20)

static const struct scan_rule file_rule = { .names = SCAN_NAMES_ENVIRONMENT, .order = SCAN_BYTES };

static int add_file(struct envd *envd, int dirfd, const struct part *part)
{
	struct envd_file *file = &envd->files[envd->n++];
	int fd, err;

	file->part = part;
	file->logged_path = mem_concat(envd->mem, envd->dir, "/../environment.d/", part->name);
	if (!file->logged_path)
		return -ENOMEM;
	file->text.mem = envd->mem;
	fd = sys_open(dirfd, part->name, O_RDONLY, 0);
	err = fd < 0 ? fd : text_read(&file->text, fd, FILE_MAX);
	sys_close(fd);
	return err;
}

static int add_files(struct envd *envd, int dirfd)
{
	struct part_list list = { 0 };
	int err = scan_dir(envd->mem, dirfd, envd->path, &file_rule, &list);

	if (err < 0)
		return err;
	scan_sort(&file_rule, &list);
	envd->files = mem_alloc(envd->mem, list.n * sizeof(*envd->files));
	if (!envd->files)
		return -ENOMEM;
	for (size_t i = 0; err == 0 && i < list.n; i++) {
		const struct part *part = &list.v[i];

		envd->fault.path = part->path;
		if (part->verdict == SCAN_FAILED)
			err = -part->error;
		else if (part->verdict == SCAN_KEPT)
			err = add_file(envd, dirfd, part);
	}
	return err;
}

/*
 * Returns the path of environment.d beside `dir`, or NULL. It is that from the parent of `dir`, but
 * for a link, whose own parent is not that of what it leads to.
 */
static char *path_beside(struct mem *mem, const char *dir)
{
	const char *slash = strrchr(dir, '/'), *name = slash ? slash + 1 : dir;
	struct stat st = { 0 };
	char *parent;

	if (!*name || *name == '.' || sys_stat(AT_FDCWD, dir, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
	    !S_ISDIR(st.st_mode))
		return mem_concat(mem, dir, "/../environment.d", "");
	parent = mem_dup(mem, dir, (size_t)(name - dir));
	return parent ? mem_concat(mem, parent, "environment.d", "") : NULL;
}

int envd_read(struct envd *envd, int dirfd, const char *dir)
{
	struct stat st = { 0 };
	int fd, err;

	envd->dir = dir;
	/*
	 * As with dib-run-parts, a missing environment.d is not an error, nor is a file in its
	 * place.
	 */
	if (sys_stat(dirfd, "../environment.d", &st, AT_SYMLINK_NOFOLLOW) == -ENOENT ||
	    S_ISREG(st.st_mode))
		return 0;
	envd->fault.path = envd->path = path_beside(envd->mem, dir);
	if (!envd->path) {
		envd->fault.path = dir;
		return -ENOMEM;
	}
	fd = sys_open(dirfd, "../environment.d", O_RDONLY | O_DIRECTORY, 0);
	err = fd < 0 ? fd : add_files(envd, fd);
	sys_close(fd);
	return err;
}

/* Takes over the environment that the variables make, unless there was an error. */
static int take_environment(struct envd *envd, int err)
{
	char **envp;

	if (err < 0)
		return err;
	envd->fault.path = envd->path;
	err = vars_envp(&envd->vars, &envp);
	if (err == 0) {
		envd->envp = envp;
		envd->reached = envd->n;
	}
	return err;
}

/* Notes that the file of this index is the next one. Returns its text. */
static struct text *begin_file(struct envd *envd, size_t file)
{
	envd->reached = file + 1;
	envd->fault.path = envd->files[file].part->path;
	return &envd->files[file].text;
}

/*
 * Returns whether the author of each file says, by its first line, that it is for every POSIX
 * shell. The texts are not needed after this.
 */
static bool are_for_any_shell(const struct envd *envd)
{
	for (size_t i = 0; i < envd->n; i++) {
		const char *interpreter = script_interpreter(envd->files[i].text.buf);

		if (!interpreter || strcmp(interpreter, "/bin/sh") != 0)
			return false;
	}
	return true;
}

/* Chooses a shell for what the evaluator does not support; fails if none may read it. */
static int choose_shell(struct envd *envd, const struct eval *eval)
{
	const char *const *shell = ENABLE_ENVIRONMENT_SHELL ? spawn_find_shell() : NULL;
	const char *ways_out = " (install bash, or write it without this)", *cause;

	if (shell && *shell) {
		/* All shells of spawn_shells but the last are bash. */
		envd->is_bash = shell[1];
		if (envd->is_bash || are_for_any_shell(envd)) {
			envd->shell = *shell;
			envd->reached = 0;
			return 0;
		}
		ways_out = " (install bash, write it without this, or begin every file with "
			   "#!/bin/sh)";
	}
	cause = mem_concat(envd->mem, "needs bash, and there is none: ", eval->cause, ways_out);
	if (!cause)
		return -ENOMEM;
	envd->fault.line = eval->line;
	envd->fault.text = cause;
	return -EINVAL;
}

/*
 * Finds what is an error for each shell and for us: NUL bytes, and carriage returns at the ends of
 * lines.
 */
static int check_bytes(struct envd *envd, const struct text *text)
{
	const char *at = text->buf;

	while ((*at && *at != '\r') || (*at == '\r' && at[1] && at[1] != '\n'))
		at++;
	if (at == text->buf + text->len)
		return 0;
	envd->fault.line = text_line(text->buf, at);
	envd->fault.text = *at ? "line ends in a carriage return (DOS file?)" :
				 "line has a NUL byte";
	return -EINVAL;
}

int envd_evaluate(struct envd *envd)
{
	struct eval eval = { .mem = envd->mem, .vars = &envd->vars, .stop = envd->stop };
	int err = 0;

	if (envd->n == 0)
		return 0;
	for (size_t i = 0; i < envd->n && err == 0; i++)
		err = check_bytes(envd, begin_file(envd, i));
	if (err == 0)
		err = vars_load(&envd->vars, envd->mem, envd->envp);
	for (size_t i = 0; i < envd->n && err == 0; i++) {
		envd->vars.file = (int)i + 1;
		err = eval_file(&eval, begin_file(envd, i)->buf);
		envd->files[i].warning = eval.warning;
		envd->files[i].warning_line = eval.warning_line;
		envd->files[i].output_end = eval.output.len;
	}
	envd->output = eval.output;
	if (err > 0) {
		if (err == EVAL_UNSUPPORTED)
			return choose_shell(envd, &eval);
		envd->fault.line = eval.line;
		envd->fault.status = err;
		envd->fault.text = eval.cause;
		err = -EINVAL;
	}
	return take_environment(envd, err);
}

int envd_source(struct envd *envd, struct loop *loop)
{
	int err = envd_run_shell(envd, loop);

	return err > 0 ? err : take_environment(envd, err);
}
