/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command `test`, or [ ]: the rules of POSIX, which go by the number of arguments, for up to
 * four of them, and terms that are joined by -a and -o.
 */
#include <string.h>

#include "envd/eval_impl.h"
#include "sys/util.h"

/* Words that have a meaning to bash's `test` that we do not know. */
static const char *const unsupported_words[] = { "-a", "-o", "-nt", "-ot", "-ef", "=~", "(", "!" };

static bool is_unsupported_word(const char *word)
{
	for (size_t i = 0; i < countof(unsupported_words); i++)
		if (strcmp(word, unsupported_words[i]) == 0)
			return true;
	return false;
}

static const struct eval_operator *find_operator(const char *word)
{
	return is_unsupported_word(word) ?
		       NULL :
		       eval_find_operator((struct eval_span){ word, strlen(word) });
}

static bool read_number(struct runner *r, const char *s, int64_t *ret_value)
{
	bool is_number = eval_read_integer(s, ret_value);

	if (!is_number)
		eval_warn(r, s, "is not a number");
	return is_number;
}

static int compare(struct runner *r, const struct eval_operator *op, char *const *v)
{
	int64_t a, b;

	if (!op->of_numbers)
		return !eval_order_holds(op, strcmp(v[0], v[2]), 0);
	if (!read_number(r, v[0], &a) || !read_number(r, v[2], &b))
		return 2;
	/* text_parse_int stops at the limits, where a shell refuses. */
	if (a == INT64_MAX || a == INT64_MIN || b == INT64_MAX || b == INT64_MIN)
		eval_unsupported(r, "with such a number");
	return !eval_order_holds(op, a, b);
}

static int test_unary(struct runner *r, char *const *v)
{
	if (v[0][0] == '-' && v[0][1] && !v[0][2]) {
		if (strchr(EVAL_UNARY_OPERATORS, v[0][1]))
			return !eval_holds_unary(r, v[0][1], v[1]);
		eval_unsupported(r, v[0]);
	}
	return eval_warn(r, v[0], "does not belong here");
}

/* Executes the term at v, of which n words are left. *ret_len is its length. */
static int test_term(struct runner *r, char **v, size_t n, size_t *ret_len)
{
	const struct eval_operator *op = n > 2 ? find_operator(v[1]) : NULL;

	*ret_len = op ? 3 : 2;
	if (op && !is_unsupported_word(v[0]))
		return compare(r, op, v);
	if (n < 2 || is_unsupported_word(v[0]) || is_unsupported_word(v[1]) || v[0][0] != '-') {
		eval_unsupported(r, v[0]);
		return 2;
	}
	return test_unary(r, v);
}

/* Executes terms that are joined by -a or, below that, by -o. As in bash, all are executed. */
static int test_joined(struct runner *r, char **v, size_t n)
{
	bool any = false, all = true;

	for (size_t at = 0, len; at < n; at += len + 1) {
		int status = test_term(r, v + at, n - at, &len);

		if (status > 1)
			return status;
		all = all && status == 0;
		if (at + len == n)
			return !(any || all);
		if (strcmp(v[at + len], "-o") == 0) {
			any = any || all;
			all = true;
		} else if (strcmp(v[at + len], "-a") != 0) {
			break;
		}
	}
	eval_unsupported(r, v[0]);
	return 2;
}

int eval_test(struct runner *r, char **v, size_t n)
{
	const struct eval_operator *op;

	if (n < 2)
		return n == 0 || !**v;
	op = n == 3 ? find_operator(v[1]) : NULL;
	if (op)
		return compare(r, op, v);
	if (n > 4)
		return test_joined(r, v, n);
	if (n == 3 && is_unsupported_word(v[1]) && strcmp(v[1], "!") != 0) {
		eval_unsupported(r, v[1]);
	} else if (strcmp(*v, "!") == 0) {
		int status = eval_test(r, v + 1, n - 1);

		return status > 1 ? status : !status;
	}
	if (n == 2)
		return test_unary(r, v);
	for (size_t i = 0; i < n; i++)
		if (is_unsupported_word(v[i]))
			eval_unsupported(r, v[i]);
	return eval_warn(r, v[n > 2], "does not belong here");
}
