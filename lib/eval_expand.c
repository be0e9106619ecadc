/* Expansions: $NAME, ${NAME} and ${NAME:-word} with its kin. */
#include "eval_walk.h"

#include <errno.h>
#include <string.h>

struct expansion {
	const char *start; /* its $ */
	const char *name;
	size_t name_len;
	int how;
	bool colon; /* an empty value is as good as none */
	char op;    /* - = ? or +; 0 without a word */
};

/* Is the value made or obeyed by a shell, so that only that shell knows it? */
static bool is_shells_own(const struct expansion *exp, const char *value)
{
	enum vars_kind kind = vars_kind(exp->name, exp->name_len);

	return kind == VARS_DEFAULT ? !value : kind != VARS_PLAIN;
}

static void not_set(struct walk *walk, const struct expansion *exp)
{
	walk->at = exp->start;
	walk_fail(walk, EVAL_FAILED, exp->colon ? "unset or empty variable " : "unset variable ",
		  exp->name, exp->name_len);
}

/*
 * Reads the word behind the current field, unsplit, and takes it off again. With a separator, it is
 * live, and the result is NAME, separator, word; else, and out of memory, it is NULL.
 */
static const char *read_aside(struct walk *walk, const struct expansion *exp, int how,
			      const char *separator)
{
	struct mem *mem = walk->eval->mem;
	struct walk was = *walk;
	const char *name, *word = NULL;

	walk->live = separator;
	walk->kind &= ~WORD_SPLIT;
	walk_part(walk, how);
	if (separator && !walk->word.cut) {
		name = mem_dup(mem, exp->name, exp->name_len);
		word = mem_dup(mem, walk->word.buf + was.word.len, walk->word.len - was.word.len);
		word = name && word ? mem_join(mem, name, separator, word) : NULL;
	}
	walk->live = was.live;
	walk->kind = was.kind;
	walk->begun = was.begun;
	walk->unknown = was.unknown;
	walk->word.len = was.word.len;
	return word;
}

static void assign(struct walk *walk, const struct expansion *exp, int how)
{
	const char *entry = read_aside(walk, exp, how, "=");

	walk_put(walk, entry, false);
	if (walk->err == 0)
		walk_add_value(walk, entry + exp->name_len + 1, exp->how);
}

static void fail_with_word(struct walk *walk, const struct expansion *exp, int how)
{
	const char *message = read_aside(walk, exp, how, ": ");

	if (walk->err == 0 && message && message[exp->name_len + 2] == '\0') {
		not_set(walk, exp);
		return;
	}
	walk->at = exp->start;
	walk_fail(walk, message ? EVAL_FAILED : -ENOMEM, message ? message : "", "", 0);
}

/* Expands, and reads the word of the expansion whether it is used or not. */
static void expand_by(struct walk *walk, const struct expansion *exp, const char *value)
{
	int how = (exp->how & WALK_QUOTED) | WALK_INNER;
	bool has = value && (*value || !exp->colon);

	if (!walk->live || has != (exp->op == '+'))
		read_aside(walk, exp, how, NULL);
	else if (exp->op == '=')
		assign(walk, exp, how);
	else if (exp->op == '?')
		fail_with_word(walk, exp, how);
	else
		walk_part(walk, how);
	if (*walk->at == '\0') {
		walk->at = exp->start;
		walk_fail(walk, EVAL_SYNTAX, "unterminated ${", "", 0);
		return;
	}
	walk->at++;
	if (walk->live && has && exp->op != '+')
		walk_add_value(walk, value, exp->how);
}

static void expand(struct walk *walk, const struct expansion *exp)
{
	const char *value = vars_get(walk->eval->vars, exp->name, exp->name_len);

	if (is_shells_own(exp, value)) {
		walk->at = exp->start;
		walk_fail(walk, EVAL_BEYOND, "$", exp->name, exp->name_len);
		return;
	}
	walk->unknown |= !walk->live;
	if (exp->op) {
		if (++walk->depth > WALK_DEPTH_MAX)
			walk_beyond(walk, "expansions nested too deeply");
		expand_by(walk, exp, value);
		walk->depth--;
	} else if (walk->live && value) {
		walk_add_value(walk, value, exp->how);
	} else if (walk->live) {
		not_set(walk, exp);
	}
}

static void expand_braces(struct walk *walk, int how)
{
	const char *start = walk->at, *op;
	struct expansion exp = { .start = start, .name = start + 2, .how = how };

	exp.name_len = vars_name_len(exp.name);
	op = exp.name + exp.name_len;
	if (exp.name_len > 0 && *op == '}') {
		walk->at = op + 1;
		expand(walk, &exp);
		return;
	}
	exp.colon = *op == ':';
	op += exp.colon;
	if (exp.name_len > 0 && *op != '\0' && strchr("-=+?", *op)) {
		exp.op = *op;
		walk->at = op + 1;
		expand(walk, &exp);
	} else if (*op == '\0') {
		walk_fail(walk, EVAL_SYNTAX, "unterminated ${", "", 0);
	} else {
		walk_fail(walk, EVAL_BEYOND, "expansion ", start, (size_t)(op + 1 - start));
	}
}

/*
 * After $NAME: does a shell, taking away a line continuation or bash nested quotes first, see more
 * of the name than stands here?
 */
static bool is_name_continued(const char *at, int how)
{
	if (at[0] == '\\' && at[1] == '\n')
		at++;
	else if (!(at[0] == '"' && how & (WALK_INNER | WALK_NESTED)) &&
		 !(at[0] == '\\' && how & WALK_NESTED))
		return false;
	return vars_name_len(at + 1) > 0 || memchr("0123456789\\\"", at[1], 12);
}

void walk_expand(struct walk *walk, int how)
{
	const char *start = walk->at, *next = start + 1;
	struct expansion exp = { .start = start, .name = next, .how = how };
	/* Within double quotes proper, $' and $" are no quotes of bash. */
	const char *specials = &"\"'0123456789@*#?-$!["[how == WALK_QUOTED ? 2 : 0];

	exp.name_len = vars_name_len(next);
	if (*next == '{') {
		expand_braces(walk, how);
	} else if (*next == '(') {
		walk_beyond(walk, next[1] == '(' ? "arithmetic" : "command substitution");
	} else if (exp.name_len > 0) {
		walk->at = next + exp.name_len;
		if (is_name_continued(walk->at, how))
			walk_beyond(walk, "interrupted name of a variable");
		expand(walk, &exp);
	} else if (next[0] == '\\' && next[1] == '\n') {
		walk_beyond(walk, "line continuation after $");
	} else if (*next != '\0' && strchr(specials, *next)) {
		walk_fail(walk, EVAL_BEYOND, "", start, 2);
	} else if (!(how & WALK_QUOTED) && (walk->kind & WORD_SPLIT)) {
		/* An odd thing: behind an expansion such a $ keeps bash from splitting it. */
		walk_beyond(walk, "lone $");
	} else {
		text_char(&walk->word, *walk->at++);
	}
}
