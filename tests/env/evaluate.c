/* SPDX-License-Identifier: Apache-2.0 */
/*
 * env-eval: evaluates each file that is named on a line of standard input, in our own environment,
 * and prints the verdict, then "LINE: CAUSE", the output and every variable of the environment that
 * the file leaves, each with a NUL after it, and an empty string after all.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "envd/eval.h"

static void print_environment(const struct vars *vars)
{
	char **envp;

	if (vars_envp(vars, &envp) == 0)
		for (; *envp; envp++)
			printf("%s%c", *envp, '\0');
}

static void evaluate(struct mem *mem, const char *path)
{
	struct vars vars;
	struct eval eval = { .mem = mem, .vars = &vars };
	struct text file = { .mem = mem };
	int verdict, fd = open(path, O_RDONLY);

	if (fd < 0 || text_read(&file, fd, SIZE_MAX) < 0 || vars_load(&vars, mem, environ) < 0) {
		perror(path);
		return;
	}
	close(fd);
	vars.file = 1;
	verdict = eval_file(&eval, file.buf);
	printf("%d%c%d: %s%c%s%c", verdict, '\0', eval.line, eval.cause ? eval.cause : "", '\0',
	       eval.output.buf ? eval.output.buf : "", '\0');
	if (verdict == 0)
		print_environment(&vars);
	putchar('\0');
}

int main(void)
{
	char path[PATH_MAX];

	while (fgets(path, sizeof(path), stdin)) {
		struct mem mem = { 0 };

		path[strcspn(path, "\n")] = '\0';
		evaluate(&mem, path);
		mem_release(&mem);
	}
	return 0;
}
