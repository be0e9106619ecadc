/* SPDX-License-Identifier: Apache-2.0 */
/* vars: an environment in, the same one out but for what was changed. */
#include "envd/vars.h"

#include <errno.h>
#include <string.h>

#include "base/text.h"
#include "unit.h"

static void check_envp(const struct vars *vars, const char *const *want, const char *what)
{
	char **envp;

	unit_check(vars_envp(vars, &envp) == 0, what);
	for (; *want && *envp; want++, envp++)
		unit_check_str(*envp, *want, what);
	unit_check(!*want && !*envp, what);
}

static void check_table(void)
{
	char a[] = "A=1", odd[] = "BASH_FUNC_x%%=() { :; }", no_value[] = "NONE", a2[] = "A=2";
	char digit[] = "1=x", b[] = "B=";
	char *const base[] = { a, odd, no_value, a2, digit, b, NULL };
	struct mem mem = { 0 };
	struct vars vars;

	unit_check(vars_load(&vars, &mem, base) == 0, "load");
	check_envp(&vars, (const char *const[]){ "A=2", odd, "1=x", "B=", NULL }, "as loaded");
	unit_check_str(vars_get(&vars, "A", 1), "2", "the last of two counts");
	unit_check_str(vars_get(&vars, "B", 1), "", "empty is set");
	unit_check_str(vars_get(&vars, "NONE", 4), NULL, "what is no assignment is no variable");
	unit_check_str(vars_get(&vars, "TERM", 4), "dumb", "bash's own default");
	vars.file = 1;
	vars_put(&vars, "C=3", false);
	vars_put(&vars, "B=new", false);
	vars_put(&vars, "D", true);
	vars_put(&vars, "E=5", true);
	check_envp(&vars, (const char *const[]){ "A=2", odd, "1=x", "B=new", "E=5", NULL },
		   "only what is exported and set");
	vars.file = 2;
	vars_put(&vars, "C", true);
	vars_put(&vars, "E", true);
	vars_put(&vars, "D=4", false);
	vars_unset(&vars, "A", 1);
	vars_unset(&vars, "NO_SUCH", 7);
	check_envp(&vars, (const char *const[]){ odd, "1=x", "B=new", "C=3", "D=4", "E=5", NULL },
		   "exported later, assigned later, unset");
	for (size_t i = 0; i < vars.n; i++)
		if (vars.v[i].file > 0)
			unit_check(vars.v[i].file == (strchr("CD", *vars.v[i].entry) ? 2 : 1),
				   "the file that changed it");
	mem_release(&mem);
}

/* A table of many variables is slow; so there is a limit. */
static void check_limit(void)
{
	char *const none[] = { NULL };
	struct mem mem = { 0 };
	struct vars vars;
	char buf[16];
	int err = vars_load(&vars, &mem, none), n = 0;

	for (; err == 0; n++) {
		struct text name = TEXT_OVER(buf);

		text_fmt(&name, "A%d=", n);
		err = vars_put(&vars, mem_dup(&mem, buf, name.len), true);
	}
	unit_check(err == -E2BIG && n > 9000 && n < 11000, "too many variables");
	unit_check(vars_put(&vars, "A1=2", false) == 0, "others can still be assigned");
	mem_release(&mem);
}

void test_vars(void)
{
	check_table();
	unit_check(vars_name_len("aZ_09=") == 5 && vars_name_len("9a") == 0 &&
			   vars_name_len("") == 0 && vars_name_len("_") == 1 &&
			   vars_name_len("a-b") == 1 && vars_name_len("\xc3\xa9") == 0 &&
			   vars_name_len("a[") == 1,
		   "names");
	unit_check(
		vars_kind("UID", 3) == VARS_SHELL && vars_kind("UIDS", 4) == VARS_PLAIN &&
			vars_kind("UI", 2) == VARS_PLAIN && vars_kind("BASH_X", 6) == VARS_SHELL &&
			vars_kind("IFS=", 3) == VARS_SHELL &&
			vars_kind("PWD", 3) == VARS_INTERNAL && vars_kind("PS4", 3) == VARS_SHELL &&
			vars_kind("SHELL", 5) == VARS_SHELL &&
			vars_kind("OLDPWD", 6) == VARS_INTERNAL &&
			vars_kind("_", 1) == VARS_INTERNAL &&
			vars_kind("COMP_LINE", 9) == VARS_SHELL &&
			vars_kind("COMP", 4) == VARS_PLAIN && vars_kind("PPID", 4) == VARS_SHELL &&
			vars_kind("", 0) == VARS_PLAIN && vars_kind("DIRSTACK", 8) == VARS_SHELL,
		"kinds");
	check_limit();
}
