/* SPDX-License-Identifier: Apache-2.0 */
/* Making strings of words: expansions, the splitting into fields, and patterns. */
#include <errno.h>
#include <string.h>

#include "base/class.h"
#include "envd/eval_impl.h"
#include "sys/signals.h"
#include "sys/util.h"

/* A field, or another string, while it is made of the parts of a word. */
struct field {
	struct text text;
	bool exists;     /* even if it is empty, because it has quotes */
	bool is_split;   /* as in struct eval_word */
	bool is_pattern; /* \ goes before each quoted byte that may be special in a pattern */
};

/*
 * Counts a search for a variable, which is what can take long. Now and then, this is the time to
 * find out whether the evaluation has to stop.
 */
static void count_search(struct runner *r)
{
	struct eval *eval = r->eval;

	if (eval->stop && ++eval->searches % 256 == 0 && sys_must_stop(eval->stop))
		eval_check(r, -EINTR);
}

/* Ends the runner because the variable has no value, with the message of ${NAME?message} if any. */
static void fail_not_set(struct runner *r, const struct eval_part *part, const char *message)
{
	struct text *cause = &r->fault.cause;

	if (!eval_fail(&r->fault, 1, "", part->text))
		return;
	text_str(cause, part->has_colon ? " is empty or not set" : " is not set");
	if (*message) {
		text_str(cause, ": ");
		text_str(cause, message);
	}
}

/* Returns the current field, which is over. */
static char *take_field(struct runner *r, struct field *field)
{
	struct text *text = &field->text;

	text_str(text, ""); /* It must have a buffer even if it is empty. */
	if (text->truncated)
		eval_check(r, -ENOMEM);
	field->exists = false;
	return text->buf;
}

static void end_field(struct runner *r, struct field *field)
{
	if (field->exists || field->text.len > 0)
		eval_check(r, strvec_add(r->eval->mem, &r->args, take_field(r, field)));
	field->text = (struct text){ .mem = r->eval->mem };
}

/* Adds a byte of the file or of a variable, and splits where it is unquoted. */
static void add_byte(struct runner *r, struct field *field, char c, bool is_quoted)
{
	if (is_quoted) {
		if (field->is_pattern && !vars_is_name(c))
			text_char(&field->text, '\\');
	} else if (field->is_split && strchr(" \t\n", c)) {
		end_field(r, field);
		return;
	} else if (field->is_split && strchr("*?[", c)) {
		eval_unsupported(r, "with a pattern for file names");
	} else if (field->is_pattern && c == '\\') {
		eval_unsupported(r, "with a backslash in a pattern");
	}
	text_char(&field->text, c);
}

static void add_bytes(struct runner *r, struct field *field, struct eval_span bytes, bool is_quoted)
{
	for (size_t i = 0; i < bytes.n; i++)
		add_byte(r, field, bytes.at[i], is_quoted);
}

static void add_parts(struct runner *r, struct field *field, const struct eval_part *part);

const char *eval_expand_parts(struct runner *r, const struct eval_part *parts, bool is_pattern)
{
	struct field field = { .text.mem = r->eval->mem, .is_pattern = is_pattern };
	const char *string;

	add_parts(r, &field, parts);
	string = take_field(r, &field);
	return string ? string : "";
}

/* Returns the value that ${NAME=word} has assigned, or fails by ${NAME?word}. */
static const char *assign_or_fail(struct runner *r, const struct eval_part *part)
{
	size_t n = part->text.n;
	const char *string = eval_expand_parts(r, part->word, false);
	char *name;

	if (part->op == '?') {
		fail_not_set(r, part, string);
		return NULL;
	}
	name = mem_dup(r->eval->mem, part->text.at, n);
	string = name ? mem_concat(r->eval->mem, name, "=", string) : NULL;
	eval_assign(r, string, false);
	return string ? string + n + 1 : NULL;
}

/* Returns whether the case of letters is certain to be that of C. */
static bool is_c_locale(const struct runner *r)
{
	static const char names[][9] = { "LC_ALL", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < countof(names); i++) {
		const char *value = vars_get(r->eval->vars, names[i], strlen(names[i]));

		if (value && *value && (value[0] != 'C' || (value[1] && value[1] != '.')))
			return false;
	}
	return true;
}

/* Returns the value in small letters or, for ^, in capital ones. */
static const char *change_case(struct runner *r, const char *value, char op)
{
	char *copy = mem_dup(r->eval->mem, value, strlen(value));

	if (!is_c_locale(r) || !class_has_all(value, EVAL_ASCII))
		eval_unsupported(r, "with another case of letters");
	if (!copy)
		eval_check(r, -ENOMEM);
	for (char *c = copy; c && *c; c++)
		if (op == ',' ? *c >= 'A' && *c <= 'Z' : *c >= 'a' && *c <= 'z')
			*c ^= 'a' ^ 'A';
	return copy;
}

/*
 * Adds the value of ${NAME} or ${NAME-word}. The operators - = ? use their word if the variable has
 * no value, and + uses its word if the variable has one.
 */
static void add_expansion(struct runner *r, struct field *field, const struct eval_part *part)
{
	const char *value = vars_get(r->eval->vars, part->text.at, part->text.n);
	bool has_value = value && (*value || !part->has_colon);

	count_search(r);
	/* A shell sets these itself. */
	if (vars_kind(part->text.at, part->text.n) != VARS_PLAIN) {
		eval_fail(&r->fault, EVAL_UNSUPPORTED, "$", part->text);
		return;
	}
	if (part->op == '+' || (part->op == '-' && !has_value)) {
		if (has_value == (part->op == '+'))
			add_parts(r, field, part->word);
		return;
	}
	if (!has_value && (part->op == '=' || part->op == '?'))
		value = assign_or_fail(r, part);
	else if (!value)
		fail_not_set(r, part, "");
	else if (part->op == ',' || part->op == '^')
		value = change_case(r, value, part->op);
	if (value)
		add_bytes(r, field, (struct eval_span){ value, strlen(value) }, part->is_quoted);
}

static void add_parts(struct runner *r, struct field *field, const struct eval_part *part)
{
	for (; part && r->fault.verdict == 0; part = part->next) {
		field->exists |= part->is_quoted;
		if (part->op)
			add_expansion(r, field, part);
		else
			add_bytes(r, field, part->text, part->is_quoted);
	}
}

void eval_expand_words(struct runner *r, const struct eval_word *words)
{
	r->args.n = 0;
	for (; words && r->fault.verdict == 0; words = words->next) {
		struct field field = { .text.mem = r->eval->mem,
				       .exists = !words->is_split,
				       .is_split = words->is_split };

		add_parts(r, &field, words->parts);
		end_field(r, &field);
	}
	eval_check(r, strvec_add(r->eval->mem, &r->args, NULL));
	r->args.n--;
}

void eval_assign(struct runner *r, const char *entry, bool exported)
{
	count_search(r);
	eval_check(r, entry ? vars_put(r->eval->vars, entry, exported) : -ENOMEM);
}
