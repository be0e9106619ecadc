#include "envd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "envd_shell.h"
#include "eval.h"
#include "proc.h"
#include "scan.h"
#include "shscan.h"
#include "sys.h"
#include "vars.h"

#define READ_SIZE 4096

static const struct scan_rule file_rule = { .names = SCAN_NAMES_ENVIRONMENT, .order = SCAN_BYTES };

static int fail(struct envd *envd, const char *path, const char *what, int err)
{
	envd->fault = (struct envd_fault){ .path = path, .what = what, .status = 1 };
	return err;
}

static int fail_at(struct envd *envd, size_t file, const struct eval *eval, const char *what)
{
	envd->reached = file + 1;
	envd->fault = (struct envd_fault){ .path = envd->files[file].path,
					   .line = eval->line,
					   .what = what,
					   .status = eval->status };
	return what ? -EINVAL : -ENOMEM;
}

static int read_all(struct mem *mem, int fd, struct text *ret_text)
{
	char buf[READ_SIZE];
	ssize_t n;

	ret_text->mem = mem;
	text_add(ret_text, "", 0);
	while ((n = sys_read(fd, buf, sizeof(buf))) > 0)
		text_add(ret_text, buf, (size_t)n);
	return n < 0 ? (int)n : ret_text->cut ? -ENOMEM : 0;
}

static int add_file(struct envd *envd, int dirfd, const struct part *part)
{
	struct envd_file *file = mem_grow(envd->mem, envd->files, &envd->cap, envd->n + 1,
					  sizeof(*file));
	struct text text = { 0 };
	int fd, err;

	if (!file)
		return -ENOMEM;
	envd->files = file;
	file += envd->n++;
	*file = (struct envd_file){ .path = part->path };
	fd = sys_open(dirfd, part->name, O_RDONLY, 0);
	err = fd < 0 ? fd : read_all(envd->mem, fd, &text);
	sys_close(fd);
	file->buf = text.buf;
	file->size = text.len;
	return err;
}

static int add_files(struct envd *envd, int dirfd)
{
	struct part_list list = { 0 };
	int err = scan_dir(envd->mem, dirfd, envd->path, &file_rule, &list);

	if (err < 0)
		return fail(envd, envd->path, "cannot be read", err);
	scan_sort(&file_rule, &list);
	for (size_t i = 0; i < list.n; i++) {
		const struct part *part = &list.v[i];

		if (part->verdict == SCAN_FAILED)
			return fail(envd, part->path, "cannot be looked at", -part->error);
		if (part->verdict == SCAN_KEPT)
			err = add_file(envd, dirfd, part);
		if (err < 0)
			return fail(envd, part->path, "cannot be read", err);
	}
	return 0;
}

int envd_read(struct envd *envd, int dirfd, const char *dir)
{
	struct stat st;
	int fd, err;

	envd->envp = envd->base_envp;
	/* Only what is not there at all, or is a plain file, counts as no environment.d. */
	if (sys_stat(dirfd, "../environment.d", &st, AT_SYMLINK_NOFOLLOW) == -ENOENT)
		return 0;
	envd->path = mem_join(envd->mem, dir, "/../environment.d", "");
	if (!envd->path)
		return fail(envd, dir, "cannot be read", -ENOMEM);
	if (S_ISREG(st.st_mode))
		return 0;
	fd = sys_open(dirfd, "../environment.d", O_RDONLY | O_DIRECTORY, 0);
	if (fd < 0)
		return fail(envd, envd->path, "cannot be opened", fd);
	err = add_files(envd, fd);
	sys_close(fd);
	return err;
}

static int add_name(struct envd *envd, const struct var *var, struct text *names)
{
	names->mem = envd->mem;
	if (names->len > 0)
		text_char(names, ' ');
	text_add(names, var->entry, var->name_len);
	return names->cut ? -ENOMEM : strvec_add(envd->mem, &envd->values, (char *)var->entry);
}

static int take(struct envd *envd, const struct vars *vars)
{
	char **envp;
	int err = vars_envp(vars, &envp);

	for (size_t i = 0; i < vars->n && err == 0; i++) {
		const struct var *var = &vars->v[i];

		if (var->file > 0)
			err = add_name(envd, var,
				       envd->shell ? &envd->names :
						     &envd->files[var->file - 1].names);
	}
	if (err < 0)
		return fail(envd, envd->path, "cannot be used", err);
	envd->envp = envp;
	envd->reached = envd->n;
	return 0;
}

/* No shell can do what the evaluator cannot: that is an error of the file it stands in. */
static int fail_for_want(struct envd *envd, size_t file, struct eval *eval, const char *of)
{
	eval->status = 1;
	return fail_at(envd, file, eval,
		       mem_join(envd->mem, of, ", and there is none: ", eval->what));
}

static const char *find_shell(bool *ret_is_bash)
{
	const char *const *shell = proc_shells;

	while (*shell && sys_access(AT_FDCWD, *shell, X_OK) < 0)
		shell++;
	*ret_is_bash = *shell && shell[1];
	return *shell;
}

/* The files from `file` on hold something beyond the evaluator, of which eval tells. */
static int choose_shell(struct envd *envd, size_t file, struct eval *eval)
{
	const char *shell = ENABLE_ENVIRONMENT_SHELL ? find_shell(&envd->is_bash) : NULL;

	if (!shell)
		return fail_for_want(envd, file, eval, "needs a shell");
	for (size_t i = 0; i < envd->n && !envd->is_bash; i++)
		if (shscan_bash_only(envd->files[i].buf, &eval->line, &eval->what))
			return fail_for_want(envd, i, eval, "needs bash");
	envd->shell = shell;
	envd->reached = envd->n;
	return 0;
}

static int check_bytes(struct envd *envd, struct eval *eval)
{
	for (size_t i = 0; i < envd->n; i++)
		if (eval_check_bytes(eval, envd->files[i].buf, envd->files[i].size) != EVAL_OK) {
			eval->status = 1;
			return fail_at(envd, i, eval, eval->what);
		}
	return 0;
}

static int evaluate_files(struct envd *envd, struct vars *vars)
{
	struct eval eval = { .mem = envd->mem, .vars = vars, .output.mem = envd->mem };
	int err = check_bytes(envd, &eval);

	for (size_t i = 0; i < envd->n && err == 0; i++) {
		vars->file = (int)i + 1;
		err = eval_file(&eval, envd->files[i].buf);
		if (err == EVAL_BEYOND)
			return choose_shell(envd, i, &eval);
		if (err != EVAL_OK)
			err = fail_at(envd, i, &eval, err < 0 ? NULL : eval.what);
	}
	envd->output = eval.output;
	return err < 0 ? err : take(envd, vars);
}

int envd_evaluate(struct envd *envd)
{
	struct vars vars = { 0 };
	int err;

	if (envd->n == 0)
		return 0;
	/* Who fails without saying where fails for want of memory or of a process. */
	envd->fault = (struct envd_fault){ .path = envd->path, .status = 1 };
	err = vars_load(&vars, envd->mem, envd->base_envp);
	return err < 0 ? err : evaluate_files(envd, &vars);
}

int envd_source(struct envd *envd, struct pool *pool)
{
	struct vars vars = { 0 };
	int err = envd_run_shell(envd, pool, &vars);

	return err < 0 ? err : take(envd, &vars);
}
