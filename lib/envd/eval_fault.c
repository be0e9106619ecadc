/* SPDX-License-Identifier: Apache-2.0 */
/* How the parser and the runner stop, and what they say. */
#include <errno.h>

#include "envd/eval_impl.h"

/* Commands and expansions that are nested more deeply than this are unsupported. */
#define DEPTH_MAX 50

bool eval_fail(struct eval_fault *fault, int verdict, const char *what, struct eval_span place)
{
	if (fault->verdict != 0)
		return false;
	fault->verdict = verdict;
	fault->line = text_line(fault->file, place.at);
	text_str(&fault->cause, what);
	text_add(&fault->cause, place.at, place.n);
	return true;
}

void eval_stop(struct parser *p, int verdict, const char *what, size_t n)
{
	eval_fail(&p->fault, verdict, what, (struct eval_span){ p->at, n });
	p->at = "";
}

void eval_refuse(struct parser *p, size_t n)
{
	eval_stop(p, EVAL_UNSUPPORTED, "", n ? n : 1);
}

void eval_enter_nesting(struct parser *p)
{
	if (++p->depth > DEPTH_MAX)
		eval_stop(p, EVAL_UNSUPPORTED, "too deeply nested ", 2);
}

void *eval_alloc(struct parser *p, size_t size)
{
	void *memory = mem_alloc(p->eval->mem, size);

	if (memory)
		return memory;
	eval_stop(p, -ENOMEM, "", 0);
	return &p->spare;
}

void eval_check(struct runner *r, int err)
{
	if (err < 0)
		eval_fail(&r->fault, err, "", r->command);
}

void eval_check_status(struct runner *r)
{
	const char *at = r->command.at;

	if (r->status != 0 &&
	    eval_fail(&r->fault, r->status, "'", (struct eval_span){ at, text_until(at, "\n;") }))
		text_fmt(&r->fault.cause, "' failed with exit status %d", r->status);
}

void eval_fail_argument(struct runner *r, int verdict, const char *what, const char *arg)
{
	struct text *cause = &r->fault.cause;

	if (eval_fail(&r->fault, verdict, what, r->command) && arg) {
		text_char(cause, ' ');
		text_str(cause, arg);
	}
}

void eval_unsupported(struct runner *r, const char *arg)
{
	eval_fail_argument(r, EVAL_UNSUPPORTED, "", arg);
}

size_t eval_check_name(struct runner *r, const char *name)
{
	size_t n = vars_name_len(name);

	if (n == 0 || name[n] || vars_kind(name, n) != VARS_PLAIN)
		eval_unsupported(r, name);
	return n;
}
