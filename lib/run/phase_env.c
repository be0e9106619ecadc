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

/* Adds the variable PREFIX name value; the name ends in "=". It adds none if the value is NULL. */
static int add_var(struct mem *mem, struct strvec *vars, const char *name, const char *value)
{
	char *entry;

	if (!value)
		return 0;
	entry = mem_concat(mem, PREFIX, name, value);
	return entry ? strvec_add(mem, vars, entry) : -1;
}

static int add_int_var(struct mem *mem, struct strvec *vars, const char *name, int value)
{
	char buf[16];
	struct text text = TEXT_OVER(buf);

	text_fmt(&text, "%d", value);
	return add_var(mem, vars, name, buf);
}

static int add_failed_vars(struct mem *mem, struct strvec *vars, const char *phase,
			   const struct outcome *failed)
{
	int err = add_var(mem, vars, "FAILED_PHASE=", phase);

	if (err == 0)
		err = add_var(mem, vars, "FAILED_SCRIPT=", failed->path);
	if (err == 0)
		err = add_int_var(mem, vars, "FAILED_STATUS=", failed->status);
	return err ? err : add_var(mem, vars, "FAILED_REASON=", failed->reason);
}

char *const *phase_env_make(struct mem *mem, char *const *envp, const char *phase,
			    const char *failed_phase, const struct outcome *failed, int output_fd)
{
	struct strvec vars = { 0 };
	int err = 0;

	for (; *envp && err == 0; envp++)
		if (!is_from_outer_run(*envp))
			err = strvec_add(mem, &vars, *envp);
	if (err == 0)
		err = add_var(mem, &vars, "PHASE=", phase);
	if (err == 0 && failed)
		err = add_failed_vars(mem, &vars, failed_phase, failed);
	if (err == 0 && output_fd)
		err = add_int_var(mem, &vars, OUTPUT_FD, output_fd);
	return err < 0 ? NULL : vars.v;
}

char *const *phase_env_without_output(struct mem *mem, char *const *envp)
{
	struct strvec vars = { 0 };
	int err = 0;

	for (; *envp && err == 0; envp++)
		if (strncmp(*envp, PREFIX OUTPUT_FD, strlen(PREFIX OUTPUT_FD)) != 0)
			err = strvec_add(mem, &vars, *envp);
	return err < 0 ? NULL : vars.v;
}
