#include "vars.h"

#include <errno.h>
#include <string.h>

static const char shell_names[] = "IFS\0LINENO\0OLDPWD\0OPTARG\0OPTIND\0PPID\0PS1\0PS2\0PS4\0";
static const char bash_names[] =
	"_\0DIRSTACK\0EPOCHREALTIME\0EPOCHSECONDS\0EUID\0FUNCNAME\0GROUPS\0HOSTNAME\0HOSTTYPE\0"
	"MACHTYPE\0OPTERR\0OSTYPE\0PIPESTATUS\0POSIXLY_CORRECT\0RANDOM\0SECONDS\0SHELLOPTS\0SHLVL\0"
	"SRANDOM\0UID\0";

static bool is_one_of(const char *names, const char *name, size_t n)
{
	for (; *names; names += strlen(names) + 1)
		if (strncmp(names, name, n) == 0 && names[n] == '\0')
			return true;
	return false;
}

size_t vars_name_len(const char *s)
{
	for (size_t n = 0;; n++) {
		unsigned char letter = (unsigned char)((s[n] | 32) - 'a');
		unsigned char digit = (unsigned char)(s[n] - '0');

		if (letter >= 26 && s[n] != '_' && (n == 0 || digit >= 10))
			return n;
	}
}

enum vars_kind vars_kind(const char *name, size_t n)
{
	if (is_one_of("PWD\0SHELL\0", name, n))
		return VARS_DEFAULT;
	if (is_one_of(shell_names, name, n))
		return VARS_SHELL;
	if (strncmp(name, "BASH", 4) == 0 || strncmp(name, "COMP_", 5) == 0 ||
	    is_one_of(bash_names, name, n))
		return VARS_BASH;
	return VARS_PLAIN;
}

static struct var *find(const struct vars *vars, const char *name, size_t n)
{
	for (size_t i = 0; i < vars->n; i++)
		if (vars->v[i].name_len == n && memcmp(vars->v[i].entry, name, n) == 0)
			return &vars->v[i];
	return NULL;
}

static int append(struct vars *vars, struct var var)
{
	struct var *v = mem_grow(vars->mem, vars->v, &vars->cap, vars->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	vars->v = v;
	vars->v[vars->n++] = var;
	return 0;
}

static int load_entry(struct vars *vars, const char *entry)
{
	size_t n = vars_name_len(entry);

	if (n == 0 || entry[n] != '=')
		return append(vars, (struct var){ .entry = entry, .exported = true });
	return vars_put(vars, entry, true);
}

static int load_default(struct vars *vars, const char *entry)
{
	return find(vars, entry, vars_name_len(entry)) ? 0 : vars_put(vars, entry, false);
}

int vars_load(struct vars *vars, struct mem *mem, char *const *envp)
{
	int err = 0;

	*vars = (struct vars){ .mem = mem };
	for (; *envp && err == 0; envp++)
		err = load_entry(vars, *envp);
	if (err == 0)
		err = load_default(vars, "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:"
					 "/sbin:/bin");
	if (err == 0)
		err = load_default(vars, "TERM=dumb");
	return err;
}

const char *vars_get(const struct vars *vars, const char *name, size_t n)
{
	const struct var *var = find(vars, name, n);

	return var && var->entry[n] == '=' ? var->entry + n + 1 : NULL;
}

int vars_put(struct vars *vars, const char *entry, bool exported)
{
	size_t n = vars_name_len(entry);
	struct var *var = find(vars, entry, n);
	struct var new = {
		.entry = entry, .name_len = n, .exported = exported, .file = vars->file
	};

	if (!var)
		return append(vars, new);
	if (entry[n] != '=' && (var->exported || !exported))
		return 0;
	new.exported |= var->exported;
	if (entry[n] != '=')
		new.entry = var->entry;
	*var = new;
	return 0;
}

void vars_unset(struct vars *vars, const char *name, size_t n)
{
	struct var *var = find(vars, name, n);

	if (!var)
		return;
	memmove(var, var + 1, (size_t)(vars->v + vars->n - (var + 1)) * sizeof(*var));
	vars->n--;
}

int vars_envp(const struct vars *vars, char ***ret_envp)
{
	char **envp = mem_alloc(vars->mem, (vars->n + 1) * sizeof(*envp));
	size_t n = 0;

	if (!envp)
		return -ENOMEM;
	for (size_t i = 0; i < vars->n; i++) {
		const struct var *var = &vars->v[i];

		if (var->exported && (var->name_len == 0 || var->entry[var->name_len] == '='))
			envp[n++] = (char *)var->entry;
	}
	*ret_envp = envp;
	return 0;
}
