/* SPDX-License-Identifier: Apache-2.0 */
/* How the parser and the runner stop, and what they say. */
#include <errno.h>

#include "envd/eval_impl.h"

/* Commands and expansions that are nested more deeply than this are unsupported. */
#define DEPTH_MAX 50

/* More warnings of a file than these say nothing new. */
#define WARNINGS_MAX 20

void eval_fail(struct eval_fault *fault, int verdict, const char *what, struct eval_span place)
{
	if (fault->verdict != 0)
		return;
	fault->verdict = verdict;
	fault->at = place.at;
	text_str(&fault->cause, what);
	text_add(&fault->cause, place.at, place.n);
}

void eval_stop(struct parser *p, int verdict, const char *what, size_t n)
{
	eval_fail(&p->fault, verdict, what, (struct eval_span){ p->at, n });
	p->at = "";
}

void eval_refuse(struct parser *p, size_t n)
{
	eval_stop(p, EVAL_UNSUPPORTED, "", n);
}

void eval_enter_nesting(struct parser *p)
{
	if (++p->depth > DEPTH_MAX)
		eval_stop(p, EVAL_UNSUPPORTED, "too deeply nested ", 2);
}

void eval_no_memory(struct runner *r)
{
	eval_fail(&r->fault, -ENOMEM, "", r->command);
}

void eval_fail_command(struct runner *r, int verdict, const char *arg)
{
	struct text *cause = &r->fault.cause;

	if (r->fault.verdict != 0)
		return;
	eval_fail(&r->fault, verdict, verdict == EVAL_UNSUPPORTED ? "" : "failed: ", r->command);
	if (arg) {
		text_char(cause, ' ');
		text_str(cause, arg);
	}
}

void eval_unsupported(struct runner *r, const char *arg)
{
	eval_fail_command(r, EVAL_UNSUPPORTED, arg);
}

int eval_warn(struct runner *r, const char *arg, const char *complaint)
{
	struct eval_warning **end = &r->eval->warnings;
	struct eval_warning *warning;
	struct text text = { .mem = r->eval->mem };
	int n = 0;

	for (; *end; end = &(*end)->next)
		n++;
	if (r->fault.verdict != 0 || n == WARNINGS_MAX)
		return 2;
	warning = mem_alloc(r->eval->mem, sizeof(*warning));
	text_add(&text, r->command.at, r->command.n);
	text_str(&text, " fails: ");
	if (arg) {
		text_str(&text, arg);
		text_char(&text, ' ');
	}
	text_str(&text, complaint);
	if (!warning || text.truncated) {
		eval_no_memory(r);
		return 2;
	}
	*warning = (struct eval_warning){ .text = text.buf,
					  .line = text_line(r->buf, r->command.at) };
	*end = warning;
	return 2;
}
