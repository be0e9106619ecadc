/* SPDX-License-Identifier: Apache-2.0 */
#include "run/phase_env.h"

#include <string.h>

#include "base/text.h"
#include "run/parts.h"
#include "sys/mem.h"

#define PREFIX "OS_REFRESH_CONFIG_"

static const char *const stale[] = { PREFIX "PHASE=", PREFIX "FAILED_" };

static bool is_stale(const char *entry)
{
	for (size_t i = 0; i < sizeof(stale) / sizeof(*stale); i++)
		if (strncmp(entry, stale[i], strlen(stale[i])) == 0)
			return true;
	return false;
}

/* Adds PREFIX name value, where there is a value. */
static int add(struct mem *mem, struct strvec *vars, const char *name, const char *value)
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
	return add(mem, vars, name, buf);
}

static int add_failed_vars(struct mem *mem, struct strvec *vars, const char *phase,
		       const struct outcome *failed)
{
	int err = add(mem, vars, "FAILED_PHASE=", phase);

	if (err == 0)
		err = add(mem, vars, "FAILED_SCRIPT=", failed->path);
	if (err == 0)
		err = add_int_var(mem, vars, "FAILED_STATUS=", failed->status);
	return err ? err : add(mem, vars, "FAILED_REASON=", failed->reason);
}

char *const *phase_env_make(struct mem *mem, char *const *envp, const char *phase,
			  const char *failed_phase, const struct outcome *failed, int output_fd)
{
	struct strvec vars = { 0 };
	int err = 0;

	for (; *envp && err == 0; envp++)
		if (!is_stale(*envp))
			err = strvec_add(mem, &vars, *envp);
	if (err == 0)
		err = add(mem, &vars, "PHASE=", phase);
	if (err == 0 && failed)
		err = add_failed_vars(mem, &vars, failed_phase, failed);
	if (err == 0 && output_fd)
		err = add_int_var(mem, &vars, "FAILED_OUTPUT_FD=", output_fd);
	return err < 0 ? NULL : vars.v;
}
