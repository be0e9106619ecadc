/* SPDX-License-Identifier: Apache-2.0 */
/* Making strings of words: expansions, the splitting into fields, and patterns. */
#include <string.h>

#include "envd/eval_impl.h"
#include "sys/util.h"

static void fail_no_value(struct runner *r, const struct eval_part *part)
{
	eval_fail(&r->fault, 1, "no value for ", part->text);
}

/* Returns a copy of the current field from this index on, or NULL, having ended the runner. */
static char *copy_field(struct runner *r, size_t from)
{
	char *copy = mem_dup(r->eval->mem, r->field.buf + from, r->field.len - from);

	if (!copy || r->field.truncated)
		eval_no_memory(r);
	return copy;
}

static void end_field(struct runner *r)
{
	if ((r->is_field || r->field.len > 0) &&
	    strvec_add(r->eval->mem, &r->args, copy_field(r, 0)) < 0)
		eval_no_memory(r);
	r->is_field = false;
	r->field.len = 0;
}

/* Adds a byte of the file or of a variable, and splits where it is unquoted. */
static void add_byte(struct runner *r, char c, bool is_quoted)
{
	if (r->is_split && !is_quoted && strchr(" \t\n", c)) {
		end_field(r);
		return;
	}
	if (r->is_split && !is_quoted && strchr("*?[", c))
		eval_unsupported(r, "with a pattern for file names");
	if (r->is_pattern && !is_quoted && c == '\\')
		eval_unsupported(r, "with a backslash in a pattern");
	if (r->is_pattern && is_quoted && !vars_is_name(c))
		text_char(&r->field, '\\');
	text_char(&r->field, c);
}

static void add_bytes(struct runner *r, struct eval_span bytes, bool is_quoted)
{
	for (size_t i = 0; i < bytes.n; i++)
		add_byte(r, bytes.at[i], is_quoted);
}

static void add_parts(struct runner *r, const struct eval_part *part);

/* Returns what the parts come to as one string. The current field stays as it is. */
static const char *expand_aside(struct runner *r, const struct eval_part *parts, bool is_pattern)
{
	size_t mark = r->field.len;
	bool is_field = r->is_field, was_split = r->is_split, was_pattern = r->is_pattern;
	const char *string;

	r->is_split = false;
	r->is_pattern = is_pattern;
	add_parts(r, parts);
	string = copy_field(r, mark);
	r->field.len = mark;
	r->is_field = is_field;
	r->is_split = was_split;
	r->is_pattern = was_pattern;
	return string ? string : "";
}

/* Returns the value that ${NAME=word} has assigned, or fails by ${NAME?word}. */
static const char *assign_or_fail(struct runner *r, const struct eval_part *part)
{
	size_t n = part->text.n;
	const char *string = expand_aside(r, part->word, false);
	char *name;

	if (part->op == '?') {
		fail_no_value(r, part);
		text_str(&r->fault.cause, ": ");
		text_str(&r->fault.cause, string);
		return NULL;
	}
	name = mem_dup(r->eval->mem, part->text.at, n);
	string = name ? mem_concat(r->eval->mem, name, "=", string) : NULL;
	eval_assign(r, string, false);
	return string ? string + n + 1 : NULL;
}

/* Returns whether we know the value; we do not for variables that a shell sets itself. */
static bool is_value_known(const struct eval_part *part, const char *value)
{
	enum vars_kind kind = vars_kind(part->text.at, part->text.n);

	return kind == VARS_PLAIN || (kind == VARS_DEFAULT && value);
}

bool eval_is_c_locale(const struct runner *r)
{
	static const char *const names[] = { "LC_ALL", "LC_COLLATE", "LC_CTYPE", "LANG" };

	for (size_t i = 0; i < countof(names); i++) {
		const char *value = vars_get(r->eval->vars, names[i], strlen(names[i]));

		if (value && *value && strcmp(value, "POSIX") != 0 &&
		    (value[0] != 'C' || (value[1] && value[1] != '.')))
			return false;
	}
	return true;
}

/* Returns the value in small letters or, for ^, in capital ones. */
static const char *change_case(struct runner *r, const char *value, char op)
{
	size_t n = strlen(value);
	char *copy = mem_dup(r->eval->mem, value, n);

	if (!eval_is_c_locale(r))
		eval_unsupported(r, "with another case of letters");
	if (!copy)
		eval_no_memory(r);
	for (size_t i = 0; copy && i < n; i++) {
		bool is_capital = copy[i] >= 'A' && copy[i] <= 'Z';

		if (op == ',' ? is_capital : copy[i] >= 'a' && copy[i] <= 'z')
			copy[i] ^= 'a' ^ 'A';
		else if (copy[i] & 0x80)
			eval_unsupported(r, "with another case of letters");
	}
	return copy;
}

/*
 * ${NAME-word} and so on: - = ? use the word if there is no value, and + if there is one.
 */
static void add_expansion(struct runner *r, const struct eval_part *part)
{
	const char *value = vars_get(r->eval->vars, part->text.at, part->text.n);
	bool has_value = value && (*value || !part->has_colon);

	if (!is_value_known(part, value)) {
		eval_fail(&r->fault, EVAL_UNSUPPORTED, "$", part->text);
		return;
	}
	if (part->op == '+' || (part->op == '-' && !has_value)) {
		if (has_value == (part->op == '+'))
			add_parts(r, part->word);
		return;
	}
	if (!has_value && (part->op == '=' || part->op == '?'))
		value = assign_or_fail(r, part);
	else if (!value)
		fail_no_value(r, part);
	else if (part->op == ',' || part->op == '^')
		value = change_case(r, value, part->op);
	if (value)
		add_bytes(r, (struct eval_span){ value, strlen(value) }, part->is_quoted);
}

static void add_parts(struct runner *r, const struct eval_part *part)
{
	for (; part && r->fault.verdict == 0; part = part->next) {
		r->is_field |= part->is_quoted;
		if (part->op)
			add_expansion(r, part);
		else
			add_bytes(r, part->text, part->is_quoted);
	}
}

void eval_expand_words(struct runner *r, const struct eval_word *words)
{
	r->args.n = 0;
	for (; words && r->fault.verdict == 0; words = words->next) {
		r->is_split = words->is_split;
		add_parts(r, words->parts);
		end_field(r);
	}
	if (strvec_add(r->eval->mem, &r->args, NULL) < 0)
		eval_no_memory(r);
	else
		r->args.n--;
}

const char *eval_expand_word(struct runner *r, const struct eval_word *word, bool is_pattern)
{
	return expand_aside(r, word->parts, is_pattern);
}

void eval_assign(struct runner *r, const char *entry, bool exported)
{
	if (!entry || vars_put(r->eval->vars, entry, exported) < 0)
		eval_no_memory(r);
}
