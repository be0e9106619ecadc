/* SPDX-License-Identifier: Apache-2.0 */
/* eval: up to three environment files, separated by NULs; each also as a dump. */
#include "envd/eval.h"

#include "fuzz.h"

#define FILES_MAX 3

/* What files come to: the verdict on the last that was read, and the environment or NULL. */
struct result {
	int verdict;
	char **envp;
	struct text output;
};

static void check_verdict(const struct eval *eval, int verdict, const char *file)
{
	fuzz_check(verdict >= 0 && verdict <= EVAL_UNSUPPORTED);
	if (verdict > 0)
		fuzz_check(eval->line >= 1 && eval->line <= text_line(file, file + strlen(file)) &&
			   eval->cause);
}

static struct result evaluate(struct mem *mem, char **files, size_t n, enum eval_mode mode)
{
	/* The result's environment has them too. */
	static char a[] = "A=1", b[] = "B=x  y", e[] = "E=";
	char *const base[] = { a, b, e, NULL };
	struct vars vars;
	struct eval eval = { .mem = mem, .vars = &vars, .mode = mode };
	struct result result = { 0 };

	fuzz_check(vars_load(&vars, mem, base) == 0);
	for (size_t i = 0; i < n && result.verdict == 0; i++) {
		vars.file = (int)i + 1;
		result.verdict = eval_file(&eval, files[i]);
		check_verdict(&eval, result.verdict, files[i]);
	}
	/* What is faulty leaves nothing to take over, and what we gave as it was. */
	if (result.verdict == 0)
		fuzz_check(vars_envp(&vars, &result.envp) == 0);
	fuzz_check(strcmp(base[0], "A=1") == 0 && strcmp(base[1], "B=x  y") == 0 &&
		   !*(base[2] + 2));
	result.output = eval.output;
	return result;
}

static void check_envp(char **envp)
{
	for (char **entry = envp; *entry; entry++) {
		size_t n = vars_name_len(*entry);

		fuzz_check(n > 0 && (*entry)[n] == '=');
		for (char **other = envp; other < entry; other++)
			fuzz_check(strncmp(*entry, *other, n + 1) != 0);
	}
}

static void check_same(const struct result *a, const struct result *b)
{
	char **other = b->envp;

	fuzz_check(a->verdict == b->verdict && a->output.len == b->output.len);
	fuzz_check(!a->envp == !b->envp);
	fuzz_check(a->output.len == 0 || strcmp(a->output.buf, b->output.buf) == 0);
	for (char **entry = a->envp; entry && *entry; entry++, other++)
		fuzz_check(*other && strcmp(*entry, *other) == 0);
	fuzz_check(!other || !*other);
}

static void check(struct mem *mem, char **files, size_t n, enum eval_mode mode)
{
	struct result once = evaluate(mem, files, n, mode);
	struct result again = evaluate(mem, files, n, mode);

	check_same(&once, &again);
	if (once.envp)
		check_envp(once.envp);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem mem = { 0 };
	char *files[FILES_MAX];
	size_t n = fuzz_words(&mem, data, size, files, FILES_MAX);

	check(&mem, files, n, EVAL_FILE);
	check(&mem, files, n, EVAL_DUMP);
	mem_release(&mem);
	return 0;
}
