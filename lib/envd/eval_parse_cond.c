/* SPDX-License-Identifier: Apache-2.0 */
/* The grammar of what is in [[ ]]. */
#include <string.h>

#include "envd/eval_impl.h"

static struct eval_node *read_term(struct parser *p);

/* Returns the word at this place as it is written, which an operator of one byte is as well. */
static struct eval_span raw_word(const char *at)
{
	size_t n = strcspn(at, " \t\n;&|<>()");

	return (struct eval_span){ at, n == 0 && (*at == '<' || *at == '>') ? 1 : n };
}

static bool is_at_word(const struct parser *p, const char *word)
{
	struct eval_span raw = raw_word(p->at);

	return text_equals(word, raw.at, raw.n);
}

/* Reads an operand, if there is one. */
static struct eval_word *read_operand(struct parser *p, enum eval_word_kind kind)
{
	eval_skip_blanks(p, ' ');
	if ((eval_is_meta(*p->at) && kind != EVAL_REGEX) || is_at_word(p, "]]"))
		eval_refuse(p, 1);
	return eval_read_word(p, kind);
}

/* Returns whether the operand at p->at is at its end, and no operator follows. */
static bool ends_primary(const struct parser *p)
{
	return is_at_word(p, "]]") || (*p->at && strchr("&|)", *p->at));
}

/* Reads one operand, a unary operator and its operand, or two operands and their operator. */
static struct eval_node *read_primary(struct parser *p)
{
	struct eval_node *node = eval_new_node(p, EVAL_PRIMARY_NODE);
	struct eval_span first = raw_word(p->at);
	bool is_regex;

	if (first.n == 2 && *first.at == '-' && (first.at[1] < '0' || first.at[1] > '9')) {
		node->op = first;
		p->at += first.n;
		if (!strchr(EVAL_UNARY_OPERATORS, first.at[1])) {
			p->at = first.at;
			eval_refuse(p, first.n);
		}
		node->words = read_operand(p, EVAL_PLAIN);
		return node;
	}
	node->words = read_operand(p, EVAL_PLAIN);
	eval_skip_blanks(p, ' ');
	if (ends_primary(p))
		return node;
	node->op = raw_word(p->at);
	if (!eval_find_operator(node->op))
		eval_refuse(p, node->op.n);
	else
		p->at += node->op.n;
	is_regex = text_equals("=~", node->op.at, node->op.n);
	node->words->next = read_operand(p, is_regex ? EVAL_REGEX : EVAL_PLAIN);
	return node;
}

/* Reads terms that are joined by && or, below that, by ||. */
static struct eval_node *read_joined(struct parser *p, enum eval_joint joint)
{
	char c = joint == EVAL_AND ? '&' : '|';
	struct eval_node *list = eval_new_node(p, EVAL_AND_OR_NODE), **end = &list->body;

	eval_skip_blanks(p, '\n');
	for (;;) {
		*end = joint == EVAL_AND ? read_term(p) : read_joined(p, EVAL_AND);
		(*end)->joint = joint;
		end = &(*end)->next;
		eval_skip_blanks(p, ' ');
		if (*p->at != c || p->at[1] != c)
			return list;
		p->at += 2;
		eval_skip_blanks(p, '\n');
	}
}

static struct eval_node *read_term(struct parser *p)
{
	struct eval_node *node;

	eval_enter_nesting(p);
	if (is_at_word(p, "!")) {
		node = eval_new_node(p, EVAL_NOT_NODE);
		p->at++;
		eval_skip_blanks(p, ' ');
		node->body = read_term(p);
	} else if (*p->at == '(') {
		p->at++;
		node = read_joined(p, EVAL_OR);
		if (*p->at == ')')
			p->at++;
		else
			eval_refuse(p, 1);
	} else {
		node = read_primary(p);
	}
	p->depth--;
	return node;
}

struct eval_node *eval_read_condition(struct parser *p)
{
	struct eval_node *node = read_joined(p, EVAL_OR);

	if (is_at_word(p, "]]"))
		p->at += 2;
	else
		eval_refuse(p, *p->at == '(' || *p->at == ')' ? 1 : raw_word(p->at).n);
	return node;
}
