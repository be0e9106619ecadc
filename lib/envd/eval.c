/* SPDX-License-Identifier: Apache-2.0 */
#include "envd/eval.h"

#include <errno.h>

#include "envd/eval_impl.h"

int eval_file(struct eval *eval, const char *buf)
{
	struct parser p = { .eval = eval, .at = buf };
	struct runner r = { .eval = eval };
	const struct eval_fault *fault = &p.fault;
	struct eval_node *list;

	p.fault.file = r.fault.file = r.warning.file = buf;
	p.fault.cause.mem = r.fault.cause.mem = r.warning.cause.mem = eval->mem;
	eval->output.mem = eval->mem;
	list = eval_parse(&p);
	/* Where there is a syntax error, a shell executes the lines before it. */
	if (fault->verdict >= 0 && fault->verdict != EVAL_UNSUPPORTED) {
		eval_run_file(&r, list, fault->verdict == 0);
		if (r.fault.verdict != 0)
			fault = &r.fault;
	}
	eval->warning = r.warning.cause.buf;
	eval->warning_line = r.warning.line;
	if (fault->cause.truncated || eval->output.truncated)
		return -ENOMEM;
	if (fault->verdict == 0 || fault->verdict == EVAL_RETURN)
		return 0;
	eval->line = fault->line;
	eval->cause = fault->cause.buf;
	return fault->verdict;
}
