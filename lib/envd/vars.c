/* SPDX-License-Identifier: Apache-2.0 */
#include "envd/vars.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "sys/util.h"

/* The names of each kind. VARS_SHELL are also all that begin with BASH or COMP_. */
static const char *const default_names[] = { "SHELL", NULL };
/* clang-format off */
static const char *const shell_names[] = {
	"DIRSTACK", "EPOCHREALTIME", "EPOCHSECONDS", "EUID", "FUNCNAME", "GROUPS", "HOSTNAME",
	"HISTCMD", "HOSTTYPE", "IFS", "LINENO", "MACHTYPE", "OLDPWD", "OPTARG", "OPTERR",
	"OPTIND", "OSTYPE", "PIPESTATUS", "POSIXLY_CORRECT", "PPID", "PS1", "PS2", "PS4", "PWD",
	"RANDOM", "SECONDS", "SHELLOPTS", "SHLVL", "SRANDOM", "UID", "_", NULL
};
/* clang-format on */

/* See vars_is_shell_internal. */
static const char *const internal_names[] = { "OLDPWD", "PWD", "SHLVL", "_", NULL };

/* The variables that bash gives a value, if the environment has none, without exporting it. */
static const char *const defaults[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"TERM=dumb",
};

bool vars_is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

size_t vars_name_len(const char *s)
{
	size_t n = 0;

	if (*s < '0' || *s > '9')
		while (vars_is_name(s[n]))
			n++;
	return n;
}

static bool is_one_of(const char *const *names, const char *name, size_t n)
{
	while (*names && !text_equals(*names, name, n))
		names++;
	return *names;
}

enum vars_kind vars_kind(const char *name, size_t n)
{
	if (strncmp(name, "BASH", 4) == 0 || strncmp(name, "COMP_", 5) == 0 ||
	    is_one_of(shell_names, name, n))
		return VARS_SHELL;
	return is_one_of(default_names, name, n) ? VARS_DEFAULT : VARS_PLAIN;
}

bool vars_is_shell_internal(const char *name, size_t n)
{
	return is_one_of(internal_names, name, n);
}

static struct var *find_var(const struct vars *vars, const char *name, size_t n)
{
	for (size_t i = 0; i < vars->n; i++) {
		const char *entry = vars->v[i].entry;

		if (vars->v[i].export != VARS_RAW && strncmp(entry, name, n) == 0 &&
		    (entry[n] == '=' || entry[n] == '\0'))
			return &vars->v[i];
	}
	return NULL;
}

static int append_var(struct vars *vars, const char *entry, enum vars_export export)
{
	struct var *v = mem_reserve(vars->mem, vars->v, &vars->cap, vars->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	vars->v = v;
	v[vars->n++] = (struct var){ entry, vars->file, export };
	return 0;
}

int vars_put_raw(struct vars *vars, const char *entry)
{
	return append_var(vars, entry, VARS_RAW);
}

int vars_load(struct vars *vars, struct mem *mem, char *const *envp)
{
	int err = 0;

	*vars = (struct vars){ .mem = mem };
	for (; *envp && err == 0; envp++) {
		size_t n = vars_name_len(*envp);

		err = n > 0 && (*envp)[n] == '=' ? vars_put(vars, *envp, true) :
						   vars_put_raw(vars, *envp);
	}
	for (size_t i = 0; i < countof(defaults) && err == 0; i++)
		if (!find_var(vars, defaults[i], vars_name_len(defaults[i])))
			err = append_var(vars, defaults[i], VARS_LOCAL);
	return err;
}

const char *vars_get(const struct vars *vars, const char *name, size_t n)
{
	const struct var *var = find_var(vars, name, n);

	return var && var->entry[n] == '=' ? var->entry + n + 1 : NULL;
}

int vars_put(struct vars *vars, const char *entry, bool exported)
{
	size_t n = vars_name_len(entry);
	struct var *var = find_var(vars, entry, n);

	if (!var)
		return append_var(vars, entry, exported ? VARS_EXPORTED : VARS_LOCAL);
	/* A declaration keeps the value. */
	if (entry[n] != '=')
		entry = var->entry;
	if (strcmp(entry, var->entry) != 0 || (exported && var->export == VARS_LOCAL))
		var->file = vars->file;
	var->entry = entry;
	if (exported && var->export != VARS_TEMPORARY)
		var->export = VARS_EXPORTED;
	return 0;
}

int vars_put_temporary(struct vars *vars, const char *entry)
{
	struct var *var = find_var(vars, entry, vars_name_len(entry));

	if (var && var->export == VARS_TEMPORARY)
		return vars_put(vars, entry, false);
	if (var && var->export == VARS_EXPORTED && strchr(var->entry, '='))
		var->export = VARS_RAW;
	else if (var)
		*var = (struct var){ .entry = "" };
	return append_var(vars, entry, VARS_TEMPORARY);
}

void vars_unset(struct vars *vars, const char *name, size_t n)
{
	struct var *var = find_var(vars, name, n);

	if (var && var->export == VARS_TEMPORARY)
		var->entry = name;
	else if (var)
		*var = (struct var){ .entry = "" };
}

int vars_envp(const struct vars *vars, char ***ret_envp)
{
	char **envp = mem_alloc(vars->mem, (vars->n + 1) * sizeof(*envp));

	*ret_envp = envp;
	if (!envp)
		return -ENOMEM;
	for (const struct var *var = vars->v; var < vars->v + vars->n; var++)
		if (var->export == VARS_RAW ||
		    (var->export == VARS_EXPORTED && strchr(var->entry, '=')))
			*envp++ = (char *)var->entry;
	return 0;
}
