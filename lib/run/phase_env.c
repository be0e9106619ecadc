/* SPDX-License-Identifier: Apache-2.0 */
#include "run/phase_env.h"

#include <string.h>

#include "base/text.h"
#include "run/parts.h"
#include "sys/mem.h"
#include "sys/util.h"

#define PREFIX "OS_REFRESH_CONFIG_"
#define OUTPUT_FD "FAILED_OUTPUT_FD="

/* The beginnings of the variables that an outer run may have left. */
static const char *const outer_prefixes[] = { PREFIX "PHASE=", PREFIX "FAILED_" };

static bool is_from_outer_run(const char *entry)
{
	for (size_t i = 0; i < countof(outer_prefixes); i++)
		if (strncmp(entry, outer_prefixes[i], strlen(outer_prefixes[i])) == 0)
			return true;
	return false;
}

/* An environment that is being made. */
struct phase_env {
	struct mem *mem;
	struct strvec vars;
	bool failed; /* there was no memory for all of it */
};

static void add_env_entry(struct phase_env *env, char *entry)
{
	if (!entry || strvec_add(env->mem, &env->vars, entry) < 0)
		env->failed = true;
}

/* Adds the variable PREFIX name value; the name ends in "=". It adds none if the value is NULL. */
static void add_var(struct phase_env *env, const char *name, const char *value)
{
	if (value)
		add_env_entry(env, mem_concat(env->mem, PREFIX, name, value));
}

static void add_int_var(struct phase_env *env, const char *name, int value)
{
	char buf[16];
	struct text text = TEXT_OVER(buf);

	text_fmt(&text, "%d", value);
	add_var(env, name, buf);
}

char *const *phase_env_make(struct mem *mem, char *const *envp, const char *phase,
			    const char *failed_phase, const struct outcome *failed, int output_fd)
{
	struct phase_env env = { .mem = mem };

	for (; *envp; envp++)
		if (!is_from_outer_run(*envp))
			add_env_entry(&env, *envp);
	add_var(&env, "PHASE=", phase);
	add_var(&env, "FAILED_PHASE=", failed_phase);
	if (failed) {
		add_var(&env, "FAILED_SCRIPT=", failed->path);
		add_int_var(&env, "FAILED_STATUS=", failed->status);
		add_var(&env, "FAILED_REASON=", failed->reason);
	}
	if (output_fd)
		add_int_var(&env, OUTPUT_FD, output_fd);
	return env.failed ? NULL : env.vars.v;
}

char *const *phase_env_without_output(struct mem *mem, char *const *envp)
{
	struct phase_env env = { .mem = mem };

	for (; *envp; envp++)
		if (strncmp(*envp, PREFIX OUTPUT_FD, strlen(PREFIX OUTPUT_FD)) != 0)
			add_env_entry(&env, *envp);
	return env.failed ? NULL : env.vars.v;
}
