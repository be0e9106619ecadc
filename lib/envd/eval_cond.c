/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The command `test`, or [ ]: the rules of POSIX, which go by the number of arguments, for up to
 * four of them.
 */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "envd/eval_impl.h"
#include "sys/path.h"
#include "sys/util.h"

enum comparison { EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL };

/* Comparisons of strings, by their bytes as in the `test` of bash, and of integers. */
static const struct test_operator {
	const char *name;
	enum comparison comparison;
	bool of_numbers;
} operators[] = {
	{ "=", EQUAL, false },
	{ "==", EQUAL, false },
	{ "!=", NOT_EQUAL, false },
	{ "<", LESS, false },
	{ ">", GREATER, false },
	{ "-eq", EQUAL, true },
	{ "-ne", NOT_EQUAL, true },
	{ "-lt", LESS, true },
	{ "-le", LESS_OR_EQUAL, true },
	{ "-gt", GREATER, true },
	{ "-ge", GREATER_OR_EQUAL, true },
};

/* Words that have a meaning to bash's `test` that we do not know. */
static const char *const unsupported_words[] = { "-a", "-o", "-nt", "-ot", "-ef", "=~", "(" };

static const struct test_operator *find_operator(const char *name)
{
	for (size_t i = 0; i < countof(operators); i++)
		if (strcmp(operators[i].name, name) == 0)
			return &operators[i];
	return NULL;
}

static int64_t to_integer(struct parser *p, const char *s)
{
	int64_t value = 0;

	/* text_to_int takes Python's 1_0, and stops at the limits, where a shell refuses. */
	if (strchr(s, '_') || text_to_int(s, &value) < 0 || value == INT64_MAX ||
	    value == INT64_MIN)
		eval_fail_command(p, s, 2);
	return value;
}

/*
 * order: below, equal to or above 0, as the first value is less than, equal to or above the second.
 */
static bool comparison_holds(enum comparison comparison, int order)
{
	switch (comparison) {
	case EQUAL:
		return order == 0;
	case NOT_EQUAL:
		return order != 0;
	case LESS:
		return order < 0;
	case LESS_OR_EQUAL:
		return order <= 0;
	case GREATER:
		return order > 0;
	case GREATER_OR_EQUAL:
		return order >= 0;
	}
	return false;
}

static bool compare(struct parser *p, const struct test_operator *op, char *const *v)
{
	int64_t a, b;
	int order;

	if (op->of_numbers) {
		a = to_integer(p, v[0]);
		b = to_integer(p, v[2]);
		order = (a > b) - (a < b);
	} else {
		order = strcmp(v[0], v[2]);
	}
	return comparison_holds(op->comparison, order);
}

static bool has_type(const char *path, int flags, unsigned type)
{
	struct stat st;

	return sys_stat(AT_FDCWD, path, &st, flags) == 0 && (st.st_mode & S_IFMT) == type;
}

/* Returns whether the unary operator of this letter holds, and in *ret_known whether we know it. */
static bool holds_unary(char letter, const char *arg, bool *ret_known)
{
	struct stat st;

	*ret_known = true;
	switch (letter) {
	case 'z':
		return !*arg;
	case 'n':
		return *arg;
	case 'e':
		return sys_stat(AT_FDCWD, arg, &st, 0) == 0;
	case 's':
		return sys_stat(AT_FDCWD, arg, &st, 0) == 0 && st.st_size > 0;
	case 'f':
		return has_type(arg, 0, S_IFREG);
	case 'd':
		return has_type(arg, 0, S_IFDIR);
	case 'h':
	case 'L':
		return has_type(arg, AT_SYMLINK_NOFOLLOW, S_IFLNK);
	case 'r':
		return sys_access(AT_FDCWD, arg, R_OK) == 0;
	case 'w':
		return sys_access(AT_FDCWD, arg, W_OK) == 0;
	case 'x':
		return sys_access(AT_FDCWD, arg, X_OK) == 0;
	default:
		*ret_known = false;
		return false;
	}
}

int eval_test(struct parser *p, char **v, size_t n)
{
	const struct test_operator *op;
	bool known, result;

	if (n < 2)
		return n == 0 || !**v;
	op = find_operator(v[1]);
	if (n == 3 && op)
		return !compare(p, op, v);
	if (n <= 4 && strcmp(*v, "!") == 0)
		return !eval_test(p, v + 1, n - 1);
	if (n == 2 && v[0][0] == '-' && v[0][1] && !v[0][2]) {
		result = holds_unary(v[0][1], v[1], &known);
		if (known)
			return !result;
		eval_command_unsupported(p, *v);
	}
	for (size_t i = 0; i < n; i++)
		for (size_t word = 0; word < countof(unsupported_words); word++)
			if (strcmp(v[i], unsupported_words[word]) == 0)
				eval_command_unsupported(p, v[i]);
	eval_fail_command(p, v[n > 2], 2);
	return 2;
}
