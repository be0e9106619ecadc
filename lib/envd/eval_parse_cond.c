/* SPDX-License-Identifier: Apache-2.0 */
/* The grammar of what is in [[ ]]. */
#include <string.h>

#include "envd/eval_impl.h"

/* Returns the word at this place as it is written, which an operator of one byte is as well. */
static struct eval_span raw_word(const char *at)
{
	size_t n = text_until(at, EVAL_META);

	return (struct eval_span){ at, n == 0 && (*at == '<' || *at == '>') ? 1 : n };
}

static bool is_at_word(const struct parser *p, const char *word)
{
	struct eval_span raw = raw_word(p->at);

	return text_equals(word, raw.at, raw.n);
}

struct eval_word **eval_read_operand(struct parser *p, struct eval_word **end)
{
	eval_skip_blanks(p, ' ');
	if (eval_is_meta(*p->at) || is_at_word(p, "]]"))
		eval_refuse(p, 1);
	end = eval_read_word(p, end, false);
	eval_skip_blanks(p, ' ');
	return end;
}

/* Reads an operator in the same way, as the word that it is. */
static struct eval_word **read_operator(struct parser *p, struct eval_word **end,
					struct eval_span op)
{
	struct eval_word *word = *end = eval_alloc(p, sizeof(*word));

	word->parts = eval_alloc(p, sizeof(*word->parts));
	word->parts->text = op;
	if (*p->at)
		p->at += op.n;
	return &word->next;
}

/* Reads the right side of =~, of which (a|b) becomes several words. */
static void read_regex(struct parser *p, struct eval_word **end)
{
	eval_skip_blanks(p, ' ');
	if (*p->at != '(') {
		eval_read_operand(p, end);
		return;
	}
	do {
		p->at++;
		end = eval_read_word(p, end, false);
	} while (*p->at == '|');
	if (*p->at != ')' || !eval_is_meta(p->at[1]) || p->at[1] == '(')
		eval_refuse(p, 1);
	else
		p->at++;
	eval_skip_blanks(p, ' ');
}

/* Reads one operand, an operator and its operand, or two operands and their operator. */
static struct eval_node *read_primary(struct parser *p)
{
	struct eval_node *node = eval_new_node(p, EVAL_PRIMARY);
	struct eval_span op = raw_word(p->at);
	struct eval_word **end = &node->words;

	if (op.n == 2 && *op.at == '-' && !strchr("0123456789", op.at[1])) {
		if (!strchr(EVAL_UNARY_OPERATORS, op.at[1]))
			eval_refuse(p, op.n);
		eval_read_operand(p, read_operator(p, end, op));
		return node;
	}
	end = eval_read_operand(p, end);
	op = raw_word(p->at);
	if (is_at_word(p, "=~"))
		read_regex(p, read_operator(p, end, op));
	else if (eval_is_operator(op))
		eval_read_operand(p, read_operator(p, end, op));
	return node;
}

/* Reads an operand of && and ||. */
static struct eval_node *read_term(struct parser *p)
{
	struct eval_node *node;

	if (*p->at != '(')
		return read_primary(p);
	node = eval_new_node(p, EVAL_OPEN);
	p->at++;
	eval_read_chain(p, &node->body, read_term, true);
	if (*p->at == ')')
		p->at++;
	else
		eval_refuse(p, 1);
	eval_skip_blanks(p, ' ');
	return node;
}

void eval_read_condition(struct parser *p, struct eval_node *node)
{
	size_t n;

	eval_read_chain(p, &node->body, read_term, true);
	n = raw_word(p->at).n;
	if (is_at_word(p, "]]"))
		p->at += n;
	else
		eval_refuse(p, n);
}
