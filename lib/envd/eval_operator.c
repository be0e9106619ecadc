/* SPDX-License-Identifier: Apache-2.0 */
/* The operators that [ ] and [[ ]] have in common. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "envd/eval_impl.h"
#include "sys/path.h"
#include "sys/util.h"

/* Comparisons of strings, by their bytes, and of integers. */
static const struct eval_operator operators[] = {
	{ "=~", 0, false },
	{ "=", EVAL_EQUAL, false },
	{ "==", EVAL_EQUAL, false },
	{ "!=", EVAL_LESS | EVAL_GREATER, false },
	{ "<", EVAL_LESS, false },
	{ ">", EVAL_GREATER, false },
	{ "-eq", EVAL_EQUAL, true },
	{ "-ne", EVAL_LESS | EVAL_GREATER, true },
	{ "-lt", EVAL_LESS, true },
	{ "-le", EVAL_LESS | EVAL_EQUAL, true },
	{ "-gt", EVAL_GREATER, true },
	{ "-ge", EVAL_GREATER | EVAL_EQUAL, true },
};

const struct eval_operator *eval_find_operator(struct eval_span name)
{
	for (size_t i = 0; i < countof(operators); i++)
		if (text_equals(operators[i].name, name.at, name.n))
			return &operators[i];
	return NULL;
}

bool eval_order_holds(const struct eval_operator *op, int64_t a, int64_t b)
{
	return op->orders & (a < b ? EVAL_LESS : a > b ? EVAL_GREATER : EVAL_EQUAL);
}

bool eval_read_integer(const char *s, int64_t *ret_value)
{
	const char *end = strchr(s, '_') ? NULL : text_parse_int(s, ret_value);

	return end && !end[strspn(end, " \t")];
}

static bool has_type(const char *path, int flags, unsigned type)
{
	struct stat st;

	return sys_stat(AT_FDCWD, path, &st, flags) == 0 && (st.st_mode & S_IFMT) == type;
}

/* Returns whether the variable of this name has a value. */
static bool is_set(struct runner *r, const char *name)
{
	size_t n = vars_name_len(name);

	if (n == 0 || name[n] || vars_kind(name, n) != VARS_PLAIN)
		eval_unsupported(r, name);
	return vars_get(r->eval->vars, name, n);
}

bool eval_holds_unary(struct runner *r, char letter, const char *arg)
{
	struct stat st;

	switch (letter) {
	case 'z':
		return !*arg;
	case 'n':
		return *arg;
	case 'v':
		return is_set(r, arg);
	case 'e':
		return sys_stat(AT_FDCWD, arg, &st, 0) == 0;
	case 's':
		return sys_stat(AT_FDCWD, arg, &st, 0) == 0 && st.st_size > 0;
	case 'f':
		return has_type(arg, 0, S_IFREG);
	case 'd':
		return has_type(arg, 0, S_IFDIR);
	case 'r':
		return sys_access(AT_FDCWD, arg, R_OK) == 0;
	case 'w':
		return sys_access(AT_FDCWD, arg, W_OK) == 0;
	case 'x':
		return sys_access(AT_FDCWD, arg, X_OK) == 0;
	default: /* h and L */
		return has_type(arg, AT_SYMLINK_NOFOLLOW, S_IFLNK);
	}
}
