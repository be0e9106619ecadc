/* SPDX-License-Identifier: Apache-2.0 */
/* The primaries of [[ ]], and the patterns that it has in common with `case`. */
#include <string.h>

#include "base/glob.h"
#include "envd/eval_impl.h"

/* Variables that name others are followed so far in an arithmetic operand. */
#define NAMES_MAX 10

#define DIGITS "0123456789"

static bool is_ascii(const char *s)
{
	while (*s && !(*s & 0x80))
		s++;
	return !*s;
}

/* Returns the length of a set such as [a-z_] that means the same to bash, in every locale, or 0. */
static size_t plain_set_len(const char *set)
{
	const char *at = set + 1;

	at += *at == '!' || *at == '^';
	do {
		if (!vars_is_name(*at))
			return 0;
		if (at[1] == '-' && vars_is_name(at[2]))
			at += 2;
	} while (*++at != ']');
	return (size_t)(at + 1 - set);
}

/* Returns whether the pattern means to glob_matches what it means to bash. */
static bool is_plain_pattern(const char *pattern, bool ascii)
{
	for (; *pattern; pattern++) {
		size_t n = *pattern == '[' ? plain_set_len(pattern) : 1;

		if (n == 0 || (strchr("[?", *pattern) && !ascii))
			return false;
		/* These are patterns of bash's own in [[ ]]. */
		if (strchr("?*+@!", *pattern) && pattern[1] == '(')
			return false;
		pattern += *pattern == '\\' ? 1 : n - 1;
	}
	return true;
}

bool eval_matches(struct runner *r, const char *string, const struct eval_word *word)
{
	const char *pattern = eval_expand_word(r, word, true);

	if (!is_plain_pattern(pattern, is_ascii(string)))
		eval_unsupported(r, pattern);
	return r->fault.verdict == 0 && glob_matches(pattern, string);
}

/*
 * Appends a literal alternative to the text, up to its end, and moves *at there. Returns false if
 * it has anything that may be special in a regular expression.
 */
static bool add_alternative(struct text *text, const char **at, const char *end)
{
	for (; *at < end && **at != '|'; ++*at) {
		bool is_quoted = **at == '\\';

		*at += is_quoted;
		if (**at & 0x80 || !(is_quoted || vars_is_name(**at) || strchr("-/:,=@%", **at)))
			return false;
		text_char(text, **at);
	}
	return true;
}

/*
 * Returns whether the string matches the word as an extended regular expression, of which we know
 * alternatives of ordinary characters: "a", a|b, (a|b).
 */
static bool contains(struct runner *r, const char *string, const struct eval_word *word)
{
	const char *regex = eval_expand_word(r, word, true);
	size_t n = strlen(regex);
	bool is_group = n > 2 && regex[0] == '(' && regex[n - 1] == ')';
	const char *at = regex + is_group, *end = regex + n - is_group;
	bool found = n == 0;

	for (bool has_more = n > 0; has_more; at++) {
		struct text literal = { .mem = r->eval->mem };

		if (!add_alternative(&literal, &at, end) || literal.len == 0) {
			eval_unsupported(r, regex);
			return false;
		}
		found = found || strstr(string, literal.buf);
		has_more = at < end;
	}
	return found;
}

/*
 * Returns the value of an arithmetic expression, of which we know decimal numbers and the names of
 * variables that hold such.
 */
static int64_t evaluate_number(struct runner *r, const char *s)
{
	int64_t value = 0;

	for (int i = 0; s && *s && i < NAMES_MAX; i++) {
		size_t n = vars_name_len(s);
		const char *digits = s + (*s == '-');

		if (digits[strspn(digits, DIGITS)] == '\0' && strlen(digits) < 18 &&
		    *digits >= (digits[1] ? '1' : '0')) {
			text_parse_int(s, &value);
			return value;
		}
		if (n == 0 || s[n] || vars_kind(s, n) != VARS_PLAIN)
			break;
		s = vars_get(r->eval->vars, s, n);
	}
	if (!s || *s)
		eval_unsupported(r, "with such a number");
	return 0;
}

/* Returns the order of two strings, if that is certain. That of digits is, in every locale. */
static int collate(struct runner *r, const char *a, const char *b)
{
	if ((a[strspn(a, DIGITS)] || b[strspn(b, DIGITS)]) && !eval_is_c_locale(r))
		eval_unsupported(r, "with < or >");
	return strcmp(a, b);
}

static int run_binary(struct runner *r, const struct eval_operator *op,
		      const struct eval_word *words)
{
	const char *left = eval_expand_word(r, words, false), *right;

	if (op->orders == 0)
		return !contains(r, left, words->next);
	if (*op->name == '=')
		return !eval_matches(r, left, words->next);
	if (*op->name == '!')
		return eval_matches(r, left, words->next);
	right = eval_expand_word(r, words->next, false);
	if (!op->of_numbers)
		return !eval_order_holds(op, collate(r, left, right), 0);
	return !eval_order_holds(op, evaluate_number(r, left), evaluate_number(r, right));
}

int eval_run_primary(struct runner *r, const struct eval_node *node)
{
	const char *operand;

	if (node->words->next)
		return run_binary(r, eval_find_operator(node->op), node->words);
	operand = eval_expand_word(r, node->words, false);
	if (node->op.n == 0)
		return !*operand;
	return !eval_holds_unary(r, node->op.at[1], operand);
}
