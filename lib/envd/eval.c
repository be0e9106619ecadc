/* SPDX-License-Identifier: Apache-2.0 */
#include "envd/eval.h"

#include <errno.h>

#include "envd/eval_impl.h"

int eval_file(struct eval *eval, const char *buf)
{
	struct parser p = { .eval = eval, .buf = buf, .at = buf, .fault.cause.mem = eval->mem };
	struct runner r = {
		.eval = eval, .buf = buf, .field.mem = eval->mem, .fault.cause.mem = eval->mem
	};
	struct eval_node *list = eval_parse(&p);
	const struct eval_fault *fault = &p.fault;

	eval->output.mem = eval->mem;
	eval->warnings = NULL;
	/* Where there is a syntax error, a shell executes the lines before it. */
	if (fault->verdict >= 0 && fault->verdict != EVAL_UNSUPPORTED) {
		eval_run_file(&r, list, fault->verdict == 0);
		if (r.fault.verdict != 0)
			fault = &r.fault;
	}
	if (fault->verdict == 0 || fault->verdict == EVAL_RETURN)
		return eval->output.truncated ? -ENOMEM : 0;
	if (fault->verdict < 0 || fault->cause.truncated || eval->output.truncated)
		return -ENOMEM;
	eval->line = text_line(buf, fault->at);
	eval->cause = fault->cause;
	return fault->verdict;
}
