/* SPDX-License-Identifier: Apache-2.0 */
/* Expansions: $NAME, ${NAME} and ${NAME:-word} with the operators - = ? and +. */
#include <string.h>

#include "envd/eval_impl.h"

/* An expansion, $NAME or ${NAME...}. */
struct expansion {
	const char *start; /* its $ */
	const char *name;
	size_t name_len;
	const char *end; /* behind the name, or behind the operator if it has one */
	int quoting;
	bool colon; /* an empty value counts as none, as in ${NAME:-word} */
	char op;    /* - = ? or +, which are followed by a word; or } for none */
};

static void fail_no_value(struct parser *p, const struct expansion *exp)
{
	p->at = exp->name;
	eval_fail(p, 1, "no value for ", exp->name_len);
}

/*
 * Reads the word of an expansion, and the } behind it. The expansions of an unused word are
 * skipped.
 */
static void read_expansion_word(struct parser *p, const struct expansion *exp, bool is_used)
{
	eval_enter_nesting(p);
	p->skip += !is_used;
	eval_read_part(p, (exp->quoting & IN_QUOTES) | IN_EXPANSION);
	p->skip -= !is_used;
	p->depth--;
	if (*p->at == '\0')
		eval_fail_unterminated(p, exp->start, 2);
	else
		p->at++;
}

/*
 * Executes ${NAME=word} or ${NAME?word}; the text is "NAME=word" or "NAME: word". Returns the value
 * to expand to, or NULL if there is none.
 */
static const char *assign_or_fail(struct parser *p, const struct expansion *exp, const char *text)
{
	if (exp->op == '=') {
		eval_assign(p, text, false);
		return text ? text + exp->name_len + 1 : NULL;
	}
	fail_no_value(p, exp);
	if (text)
		text_str(&p->eval->cause, text + exp->name_len);
	return NULL;
}

/*
 * Expands where the word does not become part of ours: it is unused, or is assigned, or says what
 * is wrong. `value` is what an expansion with an unused word comes to, or NULL.
 */
static void expand_into_buffer(struct parser *p, const struct expansion *exp, const char *value,
			       bool is_used)
{
	/* Our own word, to which we return afterwards. */
	size_t mark = p->word.len;
	bool has_quotes = p->has_quotes;
	enum eval_word_kind kind = p->kind;

	p->kind = EVAL_PLAIN;
	text_add(&p->word, exp->name, exp->name_len);
	text_str(&p->word, exp->op == '?' ? ": " : "=");
	read_expansion_word(p, exp, is_used);
	p->kind = kind;
	p->has_quotes = has_quotes;
	if (p->skip == 0 && is_used)
		value = assign_or_fail(p, exp, eval_copy_word(p, mark));
	p->word.len = mark;
	if (value)
		eval_add_value(p, value, exp->quoting);
}

/*
 * Expands ${NAME-word} and so on: - = ? use the word if there is no value, and + if there is one.
 */
static void expand_with_word(struct parser *p, const struct expansion *exp, const char *value)
{
	bool has_value = value && (*value || !exp->colon);
	bool is_used = has_value == (exp->op == '+');
	bool is_expanded_to = is_used && exp->op != '=' && exp->op != '?';

	if (is_expanded_to)
		read_expansion_word(p, exp, is_used);
	else
		expand_into_buffer(p, exp, has_value && exp->op != '+' ? value : NULL, is_used);
}

/*
 * Returns whether a shell, which removes the backslash and newline of a continued line, or bash,
 * which removes a nested quote, sees more of the name $NAME than stands before this place.
 */
static bool is_name_continued(const char *at, int quoting)
{
	if (at[0] == '\\' && at[1] == '\n')
		at++;
	else if (!(at[0] == '"' && quoting & (IN_EXPANSION | IN_INNER_QUOTES)) &&
		 !(at[0] == '\\' && quoting & IN_INNER_QUOTES))
		return false;
	return vars_is_name(at[1]) || at[1] == '\\' || at[1] == '"';
}

/* Returns whether $ and this byte mean something; bash's $" and $' do not directly in quotes. */
static bool is_special_after_dollar(char c, int quoting)
{
	if (c == '"' || c == '\'')
		return quoting != IN_QUOTES;
	return c && strchr("(0123456789@*#?-$![\\", c);
}

/* Reads a $ that neither a name nor a brace follows. */
static void add_dollar(struct parser *p, int quoting)
{
	char next = p->at[1];

	if (next == '\'' && !(quoting & IN_QUOTES))
		eval_add_ansi_quoted(p);
	else if (is_special_after_dollar(next, quoting))
		eval_unsupported(p, 2);
	else if (!(quoting & IN_QUOTES) && p->kind == EVAL_ARGUMENT)
		/* Bash does not split an expansion that such a $ follows directly. */
		eval_unsupported(p, 1);
	else
		text_char(&p->word, *p->at++);
}

/* Reads $NAME. Returns false if it is not an expansion, or not supported. */
static bool read_plain_name(struct parser *p, struct expansion *exp)
{
	exp->name = exp->start + 1;
	exp->name_len = vars_name_len(exp->name);
	exp->end = exp->name + exp->name_len;
	if (exp->name_len == 0)
		add_dollar(p, exp->quoting);
	else if (is_name_continued(exp->end, exp->quoting))
		eval_unsupported(p, exp->name_len + 2);
	else
		return true;
	return false;
}

static bool is_operator(const struct expansion *exp)
{
	return strchr("-=+?", exp->op) || (exp->op == '}' && !exp->colon);
}

/* Reads ${NAME} or ${NAME:- up to its word. Returns false if it is not supported. */
static bool read_braced_name(struct parser *p, struct expansion *exp)
{
	const char *at = exp->start + 2;

	exp->name = at;
	exp->name_len = vars_name_len(at);
	at += exp->name_len;
	exp->colon = *at == ':';
	at += exp->colon;
	exp->op = *at;
	exp->end = at + 1;
	if (!exp->op)
		eval_fail_unterminated(p, exp->start, 2);
	else if (exp->name_len == 0 || !is_operator(exp))
		eval_unsupported(p, (size_t)(exp->end - exp->start));
	else
		return true;
	return false;
}

/*
 * Returns whether we know the value of the variable. We do not know what a shell gives to those
 * that it sets itself.
 */
static bool is_value_known(const struct parser *p, const struct expansion *exp, const char *value)
{
	enum vars_kind kind = vars_kind(exp->name, exp->name_len);

	return p->skip > 0 || kind == VARS_PLAIN || (kind == VARS_DEFAULT && value);
}

void eval_expand(struct parser *p, int quoting)
{
	struct expansion exp = { .start = p->at, .quoting = quoting, .op = '}' };
	const char *value;

	if (p->at[1] == '{' ? !read_braced_name(p, &exp) : !read_plain_name(p, &exp))
		return;
	value = p->skip > 0 ? NULL : vars_get(p->eval->vars, exp.name, exp.name_len);
	if (!is_value_known(p, &exp, value)) {
		eval_unsupported(p, (size_t)(exp.end - exp.start));
		return;
	}
	p->at = exp.end;
	if (exp.op != '}')
		expand_with_word(p, &exp, value);
	else if (value)
		eval_add_value(p, value, quoting);
	else if (p->skip == 0)
		fail_no_value(p, &exp);
}
