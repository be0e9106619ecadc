#include "vars.h"

#include <errno.h>
#include <string.h>

#include "text.h"

/* Those of VARS_DEFAULT, of bash, and of all shells; from PWD to _ a shell sets them always. */
static const char names[] =
	"SHELL\0PWD\0OLDPWD\0SHLVL\0_\0DIRSTACK\0EPOCHREALTIME\0EPOCHSECONDS\0EUID\0FUNCNAME\0"
	"GROUPS\0HOSTNAME\0HOSTTYPE\0MACHTYPE\0OPTERR\0OSTYPE\0PIPESTATUS\0POSIXLY_CORRECT\0"
	"RANDOM\0SECONDS\0SHELLOPTS\0SRANDOM\0UID\0"
	"IFS\0LINENO\0OPTARG\0OPTIND\0PPID\0PS1\0PS2\0PS4\0";

/* Places in that list. */
enum { PWD = 1, OLDPWD = 2, UNDERSCORE = 4, IFS = 23 };

bool vars_is_name(char c)
{
	return (unsigned char)((c | 32) - 'a') < 26 || (unsigned char)(c - '0') < 10 || c == '_';
}

size_t vars_name_len(const char *s)
{
	size_t n = 0;

	if ((unsigned char)(*s - '0') >= 10)
		while (vars_is_name(s[n]))
			n++;
	return n;
}

enum vars_kind vars_kind(const char *name, size_t n)
{
	int place = text_index(names, name, n);

	if (strncmp(name, "BASH", 4) == 0 || strncmp(name, "COMP_", 5) == 0)
		return VARS_BASH;
	if (place < OLDPWD)
		return place < 0 ? VARS_PLAIN : VARS_DEFAULT;
	return place < IFS ? VARS_BASH : VARS_SHELL;
}

bool vars_is_the_shells_own(const char *name, size_t n)
{
	return (unsigned)text_index(names, name, n) - PWD <= UNDERSCORE - PWD;
}

static struct var *find(const struct vars *vars, const char *name, size_t n)
{
	for (size_t i = 0; i < vars->n; i++) {
		const char *entry = vars->v[i].entry;

		if (vars->v[i].exported != VARS_RAW && strncmp(entry, name, n) == 0 &&
		    (entry[n] == '=' || entry[n] == '\0'))
			return &vars->v[i];
	}
	return NULL;
}

static int append(struct vars *vars, const char *entry, enum vars_export exported)
{
	struct var *v = mem_grow(vars->mem, vars->v, &vars->cap, vars->n + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	vars->v = v;
	v[vars->n++] = (struct var){ entry, vars->file, (char)exported };
	return 0;
}

int vars_load(struct vars *vars, struct mem *mem, char *const *envp)
{
	static const char defaults[] =
		"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\0TERM=dumb\0";
	int err = 0;

	*vars = (struct vars){ .mem = mem };
	for (; *envp && err == 0; envp++) {
		size_t n = vars_name_len(*envp);

		err = n > 0 && (*envp)[n] == '=' ? vars_put(vars, *envp, true) :
						   append(vars, *envp, VARS_RAW);
	}
	/* NOLINTNEXTLINE(clang-analyzer-core.uninitialized.Branch): strings lie behind NULs, too */
	for (const char *entry = defaults; *entry && err == 0; entry += strlen(entry) + 1)
		if (!find(vars, entry, 4))
			err = append(vars, entry, VARS_LOCAL);
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

	if (!var)
		return append(vars, entry, exported);
	if (entry[n] != '=')
		entry = var->entry;
	if (strcmp(entry, var->entry) != 0 || var->exported < (char)exported)
		var->file = vars->file;
	var->entry = entry;
	if (exported)
		var->exported = VARS_EXPORTED;
	return 0;
}

void vars_unset(struct vars *vars, const char *name, size_t n)
{
	struct var *var = find(vars, name, n);

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
		if (var->exported == VARS_RAW ||
		    (var->exported == VARS_EXPORTED && strchr(var->entry, '=')))
			*envp++ = (char *)var->entry;
	return 0;
}
