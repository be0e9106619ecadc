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

	if (!memchr(string, '\0', report->len - *at))
		return NULL;
	*at += strlen(string) + 1;
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

bool envd_read_report(struct envd_run *run)
{
	const char *string;

	while ((string = next_string(&run->report, &run->read))) {
		if (*string == ENVD_PLACE_MARK)
			run->place = (size_t)(string + 1 - run->report.buf);
		else if (!is_function(string))
			read_aspect(run, string);
	}
	return run->n_aspects == (run->n_acks + 1) * ENVD_ASPECTS;
}

/*
 * Returns the string of the report for the function in this entry of an environment: that from
 * before the first file or, if `last` is set, from behind the last one; NULL if there is none.
 */
static const char *find_function(const struct envd_run *run, const char *entry, bool last)
{
	size_t n = strcspn(entry, "=") + 1, at = 0;
	const char *string;
	bool is_last = false;

	while ((string = next_string(&run->report, &at)))
		if (!is_function(string))
			is_last = true;
		else if (is_last == last && strncmp(string, entry, n) == 0)
			return string;
	return NULL;
}

/* Takes over the functions that are exported now. Those that no file changed stay as they were. */
static int take_functions(struct envd *envd, const struct envd_run *run)
{
	struct vars *vars = &envd->vars;
	size_t n = vars->n, at = 0;
	const char *string, *before;
	int err = 0;

	for (struct var *var = vars->v; var < vars->v + n; var++) {
		if (var->export != VARS_RAW || !is_function(var->entry))
			continue;
		before = find_function(run, var->entry, false);
		string = find_function(run, var->entry, true);
		if (!before || !string || strcmp(before, string) != 0)
			*var = (struct var){ .entry = "" };
	}
	while ((string = next_string(&run->report, &at)) && err == 0) {
		if (!is_function(string) || string != find_function(run, string, true))
			continue;
		before = find_function(run, string, false);
		if (!before || strcmp(before, string) != 0)
			err = vars_put_raw(vars, string);
	}
	return err;
}

static int take_exports(struct envd *envd, const char *dump)
{
	struct vars *vars = &envd->vars;
	struct eval eval = { .mem = envd->mem, .vars = vars, .mode = EVAL_DUMP };

	for (struct var *var = vars->v; var < vars->v + vars->n; var++)
		if (var->export == VARS_EXPORTED &&
		    !vars_is_shell_internal(var->entry, vars_name_len(var->entry)))
			var->export = VARS_UNCONFIRMED;
	return eval_file(&eval, dump);
}

/*
 * Says why the shell ended early. Returns the cause, and sets the line if the command that failed
 * is in the file that it had been given; files that this one sources are named in the cause.
 */
static const char *find_cause(struct envd *envd, const struct envd_run *run, int status)
{
	const char *place = run->report.buf + run->place, *path = envd->fault.path, *own;
	struct text cause = { .mem = envd->mem };
	size_t n = strlen(path);
	int64_t line = 0;

	if (run->place == 0 || *place == ':') {
		text_str(&cause, run->place ? "ended" : "ended the shell");
		text_fmt(&cause, " with exit status %d", status);
		return cause.buf;
	}
	/* The program puts ./ before relative paths. */
	own = place + (*path == '/' ? 0 : 2);
	if (strncmp(place, "./", (size_t)(own - place)) == 0 && strncmp(own, path, n) == 0 &&
	    own[n] == ':') {
		(void)text_parse_int(own + n + 1, &line);
		envd->fault.line = (int)line;
		return "a command failed";
	}
	return mem_concat(envd->mem, "a command failed (", place, ")");
}

int envd_take_report(struct envd *envd, int status)
{
	struct envd_run *run = envd->run;
	int err;

	(void)envd_read_report(run);
	if (envd->reached == 0)
		envd->fault.path = envd->path;
	envd->fault.status = status;
	if (status == 0 && run->n_acks == envd->n + 1) {
		err = vars_load(&envd->vars, envd->mem, envd->envp);
		envd->vars.file = 1;
		if (err == 0 && envd->is_bash)
			err = take_functions(envd, run);
		if (err == 0)
			err = take_exports(envd, run->report.buf + run->read);
		return err > 0 ? -EINVAL : err;
	}
	envd->fault.text = run->change ? mem_concat(envd->mem, run->change,
						    ", which scripts could not be given", "") :
					 find_cause(envd, run, status);
	return envd->fault.text ? -EINVAL : -ENOMEM;
}
