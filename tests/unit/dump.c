/* SPDX-License-Identifier: Apache-2.0 */
/* eval: what the shells print as `export -p` is read back byte by byte. */
#include "envd/eval.h"

#include <errno.h>
#include <string.h>

#include "unit.h"

/* A line, and the entry of the environment it comes to (NULL: none). */
static const struct {
	const char *line;
	const char *entry;
} cases[] = {
	{ "export A='1'\n", "A=1" },
	{ "export A=''\n", "A=" },
	{ "export A=\n", "A=" },
	{ "export A='it'\"'\"'s'\n", "A=it's" },
	{ "export A='it'\\''s'\n", "A=it's" },
	{ "export A='two\nlines\n'\n", "A=two\nlines\n" },
	{ "export A='$B `c` \\n'\n", "A=$B `c` \\n" },
	{ "export A\n", NULL },
	{ "declare -x A=\"1\"\n", "A=1" },
	{ "declare -x A\n", NULL },
	{ "declare -rx A=\"x y\"\n", "A=x y" },
	{ "declare -x A=\"\\$B \\`c\\` \\\"q\\\" \\\\ \\n it's\n\"\n",
	  "A=$B `c` \"q\" \\ \\n it's\n" },
	{ "declare -x A=$'a\\nb\\tc\\001\\033[0m\\101\\376\\001\\E\\e\\a\\b\\f\\r\\v"
	  "\\\\\\''\n",
	  "A=a\nb\tc\001\033[0mA\xfe\001\033\033\a\b\f\r\v\\'" },
	{ "typeset -x A=plain\n", "A=plain" },
	{ "typeset -x A=$'it\\'s'\n", "A=it's" },
	{ "export A=a\\ b\n", "A=a b" },
	{ "export A_1=x=y\n", "A_1=x=y" },
	{ "declare -ax A=()\n", NULL },
	{ "declare -Ax A=([x y]=\"1\" [z]=$'(\\n')\ndeclare -x B=\"(2)\"\n", "B=(2)" },
	{ "declare -x BASH_ENV=\"1\"\n", "BASH_ENV=1" },
	{ "declare -x SHLVL=\"1\"\ndeclare -x PWD=\"/\"\n", NULL },
};

static const char *const bad[] = {
	"export A='1\n",     "export A=\"1\n",    "export A=$'1",
	"export A=$'\\q'\n", "export A=$'\\",     "export A=1\nhello\n",
	"export A=$B\n",     "export A='1'\n=\n", "export A=`echo 1`\n",
};

static int read_dump(struct vars *vars, const char *dump)
{
	struct eval eval = { .mem = vars->mem, .vars = vars, .mode = EVAL_DUMP };

	return eval_file(&eval, dump);
}

static void check_lines(void)
{
	char *const none[] = { NULL };

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mem mem = { 0 };
		struct vars vars;
		char **envp;

		vars_load(&vars, &mem, none);
		unit_check(read_dump(&vars, cases[i].line) == 0, cases[i].line);
		vars_envp(&vars, &envp);
		unit_check_str(envp[0], cases[i].entry, cases[i].line);
		mem_release(&mem);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct mem mem = { 0 };
		struct vars vars;

		vars_load(&vars, &mem, none);
		unit_check(read_dump(&vars, bad[i]) > 0, bad[i]);
		mem_release(&mem);
	}
}

static void check_changes(void)
{
	char *const base[] = { (char[]){ "KEPT=1" }, (char[]){ "GONE=1" }, (char[]){ "NEW=old" },
			       NULL };
	struct mem mem = { 0 };
	struct vars vars;
	char **envp;

	vars_load(&vars, &mem, base);
	vars.file = 1;
	for (size_t i = 0; i < vars.n; i++)
		if (vars.v[i].export == VARS_EXPORTED)
			vars.v[i].export = VARS_UNCONFIRMED;
	unit_check(read_dump(&vars, "declare -x ADDED=\"2\"\ndeclare -x KEPT=\"1\"\n"
				    "declare -x NEW=\"new\"\ndeclare -x OLDPWD\n") == 0,
		   "a dump of several lines");
	vars_envp(&vars, &envp);
	unit_check_str(envp[0], "KEPT=1", "the first in its place");
	unit_check_str(envp[1], "NEW=new", "a new value in its place");
	unit_check_str(envp[2], "ADDED=2", "a new variable last");
	unit_check(!envp[3], "and no more");
	for (size_t i = 0; i < vars.n; i++)
		unit_check((vars.v[i].file == 1) == (strncmp(vars.v[i].entry, "NEW=", 4) == 0 ||
						     strncmp(vars.v[i].entry, "ADDED=", 6) == 0),
			   "what changed is marked");
	mem_release(&mem);
}

void test_dump(void)
{
	check_lines();
	check_changes();
}
