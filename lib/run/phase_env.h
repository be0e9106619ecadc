/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phase_env: what the environment tells the scripts of a phase: OS_REFRESH_CONFIG_PHASE, and to the
 * error handlers OS_REFRESH_CONFIG_FAILED_PHASE, _SCRIPT, _STATUS, _REASON and _OUTPUT_FD. What
 * an outer run has left of these is taken out.
 */
#ifndef PHASE_ENV_H
#define PHASE_ENV_H

struct mem;
struct outcome;

/*
 * A copy of envp with the phase in it, and with what failed, where failed is not NULL; output_fd
 * is where they can read what it printed, or 0. Returns NULL when out of memory.
 */
char *const *phase_env_make(struct mem *mem, char *const *envp, const char *phase,
			  const char *failed_phase, const struct outcome *failed, int output_fd);

#endif
