/* SPDX-License-Identifier: Apache-2.0 */
/* Reads what a shell that sources environment.d reports. */
#include <errno.h>
#include <string.h>

#include "envd/envd_impl.h"
#include "envd/eval.h"

/* Returns the next whole string of the report, and moves *at behind it; or NULL. */
static const char *next_string(const struct text *report, size_t *at)
{
	const char *string = report->buf + *at;
	size_t end = *at + strlen(string);

	/* The NUL behind the last byte is that of the text. */
	if (end == report->len)
		return NULL;
	*at = end + 1;
	return string;
}

static bool is_function(const char *entry)
{
	return strncmp(entry, ENVD_FUNCTION_PREFIX, strlen(ENVD_FUNCTION_PREFIX)) == 0;
}

/* Compares the state of the shell with that before the first file. */
static void read_aspect(struct envd_run *run, const char *string)
{
	size_t aspect = run->n_aspects % ENVD_ASPECTS;

	if (run->n_aspects < ENVD_ASPECTS)
		run->initial[aspect] = (size_t)(string - run->report.buf);
	else if (strcmp(string, run->report.buf + run->initial[aspect]) != 0 && !run->change)
		run->change = envd_aspects[aspect].change;
	run->n_aspects++;
}

size_t envd_read_report(struct envd_run *run)
{
	const char *string;

	while ((string = next_string(&run->report, &run->read))) {
		if (*string == ENVD_PLACE_MARK)
			run->place = (size_t)(string + 1 - run->report.buf);
		else if (!is_function(string))
			read_aspect(run, string);
	}
	return run->n_aspects / ENVD_ASPECTS;
}

/* Takes over what the shell exports. Nothing else stays, but for names that shells do not know. */
static int take_exports(struct envd *envd, const struct envd_run *run)
{
	struct vars *vars = &envd->vars;
	struct eval eval = { .mem = envd->mem, .vars = vars, .mode = EVAL_DUMP };
	const char *string;
	size_t at = 0;
	int err = vars_load(vars, envd->mem, envd->envp);

	vars->file = 1;
	for (struct var *var = vars->v; var < vars->v + vars->n; var++) {
		size_t n = vars_name_len(var->entry);

		if (var->export == VARS_EXPORTED && vars_kind(var->entry, n) != VARS_INTERNAL &&
		    (var->entry[n] == '=' || (envd->is_bash && is_function(var->entry))))
			var->export = VARS_UNCONFIRMED;
	}
	while (err == 0 && (string = next_string(&run->report, &at)))
		if (is_function(string))
			err = vars_put(vars, string, true);
	return err < 0 ? err : eval_file(&eval, run->report.buf + run->read);
}

/* Says why the shell ended early: with file and line, if it is known where a command failed. */
static const char *find_cause(struct envd *envd, const struct envd_run *run, int status)
{
	struct text cause = { .mem = envd->mem };

	if (run->change)
		return mem_concat(envd->mem, run->change, ", which cannot be handed on to scripts",
				  "");
	if (run->place > 0)
		return mem_concat(envd->mem, "failed at ", run->report.buf + run->place, "");
	text_fmt(&cause,
		 "ended the shell with exit status %d (exit, an unset variable or a syntax error?)",
		 status);
	return cause.truncated ? NULL : cause.buf;
}

int envd_take_report(struct envd *envd, int status)
{
	struct envd_run *run = envd->run;
	bool is_whole = envd_read_report(run) == envd->n + 1;
	int err;

	if (envd->reached == 0)
		envd->fault.path = envd->path;
	envd->fault.status = status;
	if (status == 0 && is_whole && !run->change) {
		err = take_exports(envd, run);
		return err > 0 ? -EINVAL : err;
	}
	envd->fault.text = find_cause(envd, run, status);
	return envd->fault.text ? -EINVAL : -ENOMEM;
}
