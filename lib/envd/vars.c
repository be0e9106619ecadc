/* SPDX-License-Identifier: Apache-2.0 */
#include "envd/vars.h"

#include <errno.h>
#include <string.h>

#include "base/class.h"
#include "base/text.h"
#include "sys/util.h"

/* These names mean something to shells, and so do all that begin with BASH or COMP_. */
#define INTERNAL_NAMES 4 /* the first, which are VARS_INTERNAL */
/* clang-format off */
static const char shell_names[][14] = {
	"OLDPWD", "PWD", "SHLVL", "_",
	"DIRSTACK", "EPOCHREALTIME", "EPOCHSECONDS", "EUID", "FUNCNAME", "GROUPS", "HOSTNAME",
	"HISTCMD", "HOSTTYPE", "IFS", "LINENO", "MACHTYPE", "OPTERR",
	"OPTIND", "OSTYPE", "PIPESTATUS", "PPID", "PS1", "PS2", "PS4",
	"RANDOM", "SECONDS", "SHELL", "SHELLOPTS", "SRANDOM", "UID",
};
/* clang-format on */

/* To find one variable among very many takes long; nobody has so many. */
#define VARS_MAX 10000

/* The variables that bash gives a value, if the environment has none, without exporting it. */
static const char *const defaults[] = {
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"TERM=dumb",
};

bool vars_is_name(char c)
{
	return class_has("azAZ09__", c);
}

size_t vars_name_len(const char *s)
{
	size_t n = 0;

	if (*s < '0' || *s > '9')
		while (vars_is_name(s[n]))
			n++;
	return n;
}

enum vars_kind vars_kind(const char *name, size_t n)
{
	for (size_t i = 0; i < countof(shell_names); i++)
		if (text_equals(shell_names[i], name, n))
			return i < INTERNAL_NAMES ? VARS_INTERNAL : VARS_SHELL;
	if (strncmp(name, "BASH", 4) == 0 || strncmp(name, "COMP_", 5) == 0)
		return VARS_SHELL;
	return VARS_PLAIN;
}

static struct var *find_var(const struct vars *vars, const char *name, size_t n)
{
	for (size_t i = 0; i < vars->n; i++) {
		const char *entry = vars->v[i].entry;

		if (strncmp(entry, name, n) == 0 && (entry[n] == '=' || entry[n] == '\0'))
			return &vars->v[i];
	}
	return NULL;
}

static int append_var(struct vars *vars, const char *entry, enum vars_export export)
{
	struct var *v = mem_reserve(vars->mem, vars->v, &vars->cap, vars->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	if (vars->n == VARS_MAX)
		return -E2BIG;
	vars->v = v;
	v[vars->n++] = (struct var){ entry, vars->file, export };
	return 0;
}

int vars_load(struct vars *vars, struct mem *mem, char *const *envp)
{
	int err = 0;

	*vars = (struct vars){ .mem = mem };
	for (; *envp && err == 0; envp++)
		if (strchr(*envp, '='))
			err = vars_put(vars, *envp, true);
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
	size_t n = text_until(entry, "=");
	struct var *var = find_var(vars, entry, n);

	if (!var)
		return append_var(vars, entry, exported ? VARS_EXPORTED : VARS_LOCAL);
	/* A declaration keeps the value. */
	if (entry[n] != '=')
		entry = var->entry;
	if (strcmp(entry, var->entry) != 0 || (exported && var->export == VARS_LOCAL))
		var->file = vars->file;
	var->entry = entry;
	if (exported)
		var->export = VARS_EXPORTED;
	return 0;
}

void vars_unset(struct vars *vars, const char *name, size_t n)
{
	struct var *var = find_var(vars, name, n);

	if (var)
		*var = (struct var){ .entry = "" };
}

int vars_envp(const struct vars *vars, char ***ret_envp)
{
	char **envp = mem_alloc(vars->mem, (vars->n + 1) * sizeof(*envp));

	*ret_envp = envp;
	if (!envp)
		return -ENOMEM;
	for (const struct var *var = vars->v; var < vars->v + vars->n; var++)
		if (var->export == VARS_EXPORTED && strchr(var->entry, '='))
			*envp++ = (char *)var->entry;
	return 0;
}
