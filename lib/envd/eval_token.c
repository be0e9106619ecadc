/* SPDX-License-Identifier: Apache-2.0 */
/* The functions that both grammars use: for blanks, reserved words, new nodes, and && and ||. */
#include <string.h>

#include "envd/eval_impl.h"
#include "sys/util.h"

static const char command_names[][8] = {
	[EVAL_THEN] = "then",
	[EVAL_ELIF] = "elif",
	[EVAL_ELSE] = "else",
	[EVAL_FI] = "fi",
	[EVAL_ESAC] = "esac",
	[EVAL_CLOSE] = "}",
	[EVAL_NOT] = "!",
	[EVAL_IF] = "if",
	[EVAL_CASE] = "case",
	[EVAL_OPEN] = "{",
	[EVAL_CONDITION] = "[[",
	[EVAL_TRUE] = "true",
	[EVAL_COLON] = ":",
	[EVAL_FALSE] = "false",
	[EVAL_EXPORT] = "export",
	[EVAL_DECLARE] = "declare",
	[EVAL_TYPESET] = "typeset",
	[EVAL_UNSET] = "unset",
	[EVAL_ECHO] = "echo",
	[EVAL_BRACKET] = "[",
	[EVAL_TEST] = "test",
	[EVAL_SET] = "set",
	[EVAL_RETURN_COMMAND] = "return",
	[EVAL_EXIT] = "exit",
};

void eval_skip_blanks(struct parser *p, char also)
{
	for (;;) {
		const char *at = p->at;

		if (*at == ' ' || *at == '\t' || *at == also)
			p->at++;
		else if (*at == '\\' && at[1] == '\n')
			p->at += 2;
		else if (*at == '#')
			p->at += text_until(at, "\n");
		else
			return;
	}
}

bool eval_is_meta(char c)
{
	return strchr(EVAL_META, c);
}

size_t eval_raw_len(const char *at)
{
	return text_until(at, "=" EVAL_META);
}

struct eval_node *eval_new_node(struct parser *p, enum eval_command command)
{
	struct eval_node *node = eval_alloc(p, sizeof(*node));

	node->command = command;
	node->name = (struct eval_span){ p->at, eval_raw_len(p->at) };
	return node;
}

bool eval_is_assignment(const char *at)
{
	size_t n = vars_name_len(at);

	return n > 0 && at[n + (at[n] == '+')] == '=';
}

enum eval_command eval_command_at(const char *at)
{
	size_t n = eval_raw_len(at);

	if (eval_is_assignment(at))
		return EVAL_ASSIGNMENT;
	for (unsigned i = 0; i < countof(command_names) && at[n] != '='; i++)
		if (text_equals(command_names[i], at, n))
			return (enum eval_command)i;
	return EVAL_UNKNOWN;
}

bool eval_take_word(struct parser *p, enum eval_command word)
{
	if (eval_command_at(p->at) != word)
		return false;
	p->at += eval_raw_len(p->at);
	return true;
}

/* Reads the ! before a command, or all of them if there are more. */
static struct eval_span read_negation(struct parser *p)
{
	struct eval_span negation = { p->at, 0 };

	while (eval_take_word(p, EVAL_NOT)) {
		/* To bash, a second one takes back all that the first does. */
		negation.n = !negation.n;
		eval_skip_blanks(p, ' ');
		if (strchr("\n;&|)", *p->at))
			eval_refuse(p, 1);
	}
	return negation;
}

/* Reads && or ||, if there is one, and what may be before the next command. */
static enum eval_joint read_joint(struct parser *p)
{
	char c = *p->at;

	if ((c != '&' && c != '|') || p->at[1] != c)
		return EVAL_ALWAYS;
	p->at += 2;
	eval_skip_blanks(p, '\n');
	return c == '&' ? EVAL_AND : EVAL_OR;
}

struct eval_node **eval_read_chain(struct parser *p, struct eval_node **end,
				   struct eval_node *(*read)(struct parser *p), bool in_condition)
{
	enum eval_joint joint = EVAL_ALWAYS, next;

	eval_skip_blanks(p, '\n');
	eval_enter_nesting(p);
	do {
		struct eval_span negation = read_negation(p);
		struct eval_node *node = read(p);

		node->negation = negation;
		node->joint = joint;
		*end = node;
		end = &node->next;
		next = read_joint(p);
		if (in_condition && joint == EVAL_OR && next == EVAL_AND)
			eval_refuse(p, 1);
		joint = next;
	} while (joint != EVAL_ALWAYS);
	p->depth--;
	return end;
}
