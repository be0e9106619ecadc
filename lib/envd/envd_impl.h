/* SPDX-License-Identifier: Apache-2.0 */
/*
 * envd_shell, private to envd: lets a real shell source the files that the evaluator does not
 * support. The shell then prints its exported variables, and only those come back from it.
 */
#ifndef ENVD_IMPL_H
#define ENVD_IMPL_H

struct envd;
struct loop;

/*
 * Lets envd->shell source all files, and fills envd->vars with the environment that they leave;
 * what they changed has the number of file 1. Returns the same as envd_source.
 */
int envd_run_shell(struct envd *envd, struct loop *loop);

#endif
