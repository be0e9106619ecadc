/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tests of [ ] and [[ ]], and the patterns of the latter and of `case`. In [ ] the number of
 * arguments tells what they are, by the rules of POSIX.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/class.h"
#include "base/glob.h"
#include "envd/eval_impl.h"
#include "sys/path.h"
#include "sys/util.h"

/* The orders of two operands, as flags. */
enum order { LESS = 1, EQUAL = 2, GREATER = 4 };

/* Comparisons of strings, by their bytes, and, if a - begins the name, of integers. */
static const struct operator
{
	char name[4];
	unsigned char orders; /* it holds for any of these */
}
operators[] = {
	{ "=", EQUAL },          { "==", EQUAL },    { "!=", LESS | GREATER },   { "<", LESS },
	{ ">", GREATER },        { "-eq", EQUAL },   { "-ne", LESS | GREATER },  { "-lt", LESS },
	{ "-le", LESS | EQUAL }, { "-gt", GREATER }, { "-ge", GREATER | EQUAL },
};

#define DIGITS "0123456789"

static const struct operator* find_operator(const char *name, size_t n)
{
	for (size_t i = 0; i < countof(operators); i++)
		if (text_equals(operators[i].name, name, n))
			return &operators[i];
	return NULL;
}

bool eval_is_operator(struct eval_span name)
{
	return find_operator(name.at, name.n);
}

bool eval_read_decimal(const char *s, int64_t *ret_value)
{
	const char *digits = s + (*s == '-');
	size_t n = text_span(digits, DIGITS);

	return n > 0 && n < 18 && !digits[n] && (*digits != '0' || n == 1) &&
	       text_parse_int(s, ret_value);
}

/*
 * Reads a number. Returns false if [ ] complains that this is none, as it does where real files
 * compare the name of a release with a number.
 */
static bool read_number(struct runner *r, const char *s, int64_t *ret_value)
{
	struct eval_fault *warning = &r->warning;

	if (eval_read_decimal(s, ret_value))
		return true;
	/* [[ ]] evaluates it as arithmetic, and [ ] knows more numbers than we do. */
	if (*r->command.at != '[' || r->command.n > 1 ||
	    (*s && !s[text_span(s, DIGITS "+- \t\n\v\f\r")]))
		eval_unsupported(r, "with such a number");
	if (r->fault.verdict == 0 && eval_fail(warning, 2, "", r->command)) {
		text_str(&warning->cause, " fails: ");
		text_str(&warning->cause, s);
		text_str(&warning->cause, " is not a number");
	}
	return false;
}

/* Returns the exit status of a comparison. */
static int compare(struct runner *r, const struct operator* op, const char *a, const char *b)
{
	int64_t x, y = 0;

	if (*op->name != '-')
		x = strcmp(a, b);
	else if (!read_number(r, a, &x) || !read_number(r, b, &y))
		return 2;
	return !(op->orders & (x < y ? LESS : x > y ? GREATER : EQUAL));
}

/* Returns whether the test by one of EVAL_UNARY_OPERATORS succeeds. */
static bool test_unary(struct runner *r, char letter, const char *arg)
{
	struct stat st;

	if (letter == 'z' || letter == 'n')
		return (letter == 'z') == !*arg;
	if (letter == 'v')
		return vars_get(r->eval->vars, arg, eval_check_name(r, arg));
	if (letter == 'x')
		return sys_access(AT_FDCWD, arg, X_OK) == 0;
	return sys_stat(AT_FDCWD, arg, &st, 0) == 0 &&
	       (letter == 'e' || (letter == 'f' ? S_ISREG(st.st_mode) : S_ISDIR(st.st_mode)));
}

static bool is_unary(const char *word)
{
	return word[0] == '-' && word[1] && strchr(EVAL_UNARY_OPERATORS, word[1]) && !word[2];
}

/* Returns whether more than four arguments begin with this word in another meaning. */
static bool is_prefix(const char *word)
{
	return (*word == '!' || *word == '(') && !word[1];
}

int eval_test(struct runner *r, char **v, size_t n)
{
	const struct operator* op = n >= 3 ? find_operator(v[1], strlen(v[1])) : NULL;
	int status, rest;

	if (n < 2)
		return n == 0 || !**v;
	if (op && n == 3)
		return compare(r, op, v[0], v[2]);
	if (n == 2 && is_unary(v[0]))
		return !test_unary(r, v[0][1], v[1]);
	if (strcmp(v[0], "!") == 0 && n <= 4) {
		status = eval_test(r, v + 1, n - 1);
		return status > 1 ? status : !status;
	}
	if (op && n > 6 && strcmp(v[3], "-o") == 0 && !is_prefix(v[0]) && !is_prefix(v[4])) {
		/* As in bash, all is executed. */
		status = eval_test(r, v, 3);
		rest = eval_test(r, v + 4, n - 4);
		return status > 1 || rest > 1 ? 2 : status && rest;
	}
	eval_unsupported(r, "with such arguments");
	return 2;
}

/* Returns whether the pattern means to glob_matches what it means to bash, whose own are x(y). */
static bool is_plain_pattern(const char *pattern, const char *string)
{
	for (; *pattern; pattern++) {
		if (strchr("[(", *pattern) ||
		    (*pattern == '?' && !class_has_all(string, EVAL_ASCII)))
			return false;
		pattern += *pattern == '\\';
	}
	return true;
}

bool eval_matches(struct runner *r, const char *string, const struct eval_word *word)
{
	const char *pattern = eval_expand_parts(r, word->parts, true);

	if (!is_plain_pattern(pattern, string))
		eval_unsupported(r, pattern);
	return r->fault.verdict == 0 && glob_matches(pattern, string);
}

/*
 * Returns whether one of the words, regular expressions without specials, is in the string. What is
 * special in a pattern for glob_matches is among those.
 */
static bool contains(struct runner *r, const char *string, const struct eval_word *words)
{
	bool found = false;

	for (; words; words = words->next) {
		const char *word = eval_expand_parts(r, words->parts, false);
		const char *pattern = mem_concat(r->eval->mem, "*", word, "*");

		if (!class_has_all(word, EVAL_ASCII) || word[text_until(word, ".*+?[]{}^$()|\\")])
			eval_unsupported(r, word);
		if (!pattern)
			eval_check(r, -ENOMEM);
		found = found || (pattern && glob_matches(pattern, string));
	}
	return found;
}

/* Returns whether the order of the two strings is the same in every locale. */
static bool are_digits(char *const *v)
{
	return class_has_all(v[0], "09") && class_has_all(v[2], "09");
}

int eval_test_primary(struct runner *r, const struct eval_word *words)
{
	const struct eval_word *op = words->next;
	const char *name = op && op->next ? op->parts->text.at : "";

	if (*name == '=' || *name == '!') {
		const char *string = eval_expand_parts(r, words->parts, false);

		if (name[1] == '~')
			return !contains(r, string, op->next);
		return eval_matches(r, string, op->next) != (*name == '=');
	}
	eval_expand_words(r, words);
	if (r->fault.verdict != 0)
		return 2;
	if ((*name == '<' || *name == '>') && !are_digits(r->args.v))
		eval_unsupported(r, "with < or >");
	return eval_test(r, r->args.v, r->args.n);
}
