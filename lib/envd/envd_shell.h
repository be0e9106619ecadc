/*
 * envd_shell, private to envd: the files that only a real shell understands. The shell sources
 * every file and prints the environment it ended up with; nothing but variables comes back from
 * it.
 */
#ifndef ENVD_SHELL_H
#define ENVD_SHELL_H

struct envd;
struct pool;

/*
 * Has all files of envd sourced by envd->shell, and fills envd->vars with the environment as
 * they leave it; what they changed counts as file 1. Returns as envd_source.
 */
int envd_run_shell(struct envd *envd, struct pool *pool);

#endif
