/* SPDX-License-Identifier: Apache-2.0 */
/* What all of the parser needs: blanks, the ends of words, and new nodes. */
#include <errno.h>
#include <string.h>

#include "envd/eval_impl.h"

void eval_skip_blanks(struct parser *p, char also)
{
	for (;;) {
		const char *at = p->at;

		if (*at == ' ' || *at == '\t' || *at == also)
			p->at++;
		else if (*at == '\\' && at[1] == '\n')
			p->at += 2;
		else if (*at == '#')
			p->at += strcspn(at, "\n");
		else
			return;
	}
}

bool eval_is_meta(char c)
{
	return strchr(" \t\n;&|<>()", c);
}

size_t eval_raw_len(const char *at)
{
	return strcspn(at, "= \t\n;&|<>()");
}

struct eval_node *eval_new_node(struct parser *p, enum eval_kind kind)
{
	struct eval_node *node = mem_alloc(p->eval->mem, sizeof(*node));

	if (!node) {
		eval_stop(p, -ENOMEM, "", 0);
		node = &p->spare_node;
	}
	node->kind = kind;
	node->name = (struct eval_span){ p->at, eval_raw_len(p->at) };
	return node;
}
