/* SPDX-License-Identifier: Apache-2.0 */
/*
 * phase_env: adds to the environment of scripts the variable OS_REFRESH_CONFIG_PHASE with the name
 * of their phase and, for error handlers, OS_REFRESH_CONFIG_FAILED_PHASE, _SCRIPT, _STATUS, _REASON
 * and _OUTPUT_FD, which describe the failure. Variables of these names that we were started with
 * are removed: they come from an outer run, whose script started us.
 */
#ifndef PHASE_ENV_H
#define PHASE_ENV_H

struct mem;
struct outcome;

/*
 * Returns a copy of envp with the variable for the phase and, if `failed` is not NULL, those for
 * the failure of failed_phase; there is no variable for a value that is NULL. output_fd is the
 * descriptor from which the scripts can read the output of the failed one, or 0. The copy is in
 * `mem` and borrows strings of envp. Returns NULL if there is no memory.
 */
char *const *phase_env_make(struct mem *mem, char *const *envp, const char *phase,
			    const char *failed_phase, const struct outcome *failed, int output_fd);

/* Returns such a copy of envp without the variable for output_fd, or NULL. */
char *const *phase_env_without_output(struct mem *mem, char *const *envp);

#endif
