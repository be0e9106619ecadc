/* [ ]: the rules of POSIX for up to four arguments. A NULL is an argument not known yet. */
#include "eval_walk.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "sys.h"

static bool is(const char *s, const char *want)
{
	return s && strcmp(s, want) == 0;
}

static void malformed(struct walk *walk, const char *what, const char *about)
{
	walk_fail(walk, EVAL_FAILED, what, about, strlen(about));
	walk->eval->status = 2;
}

static void beyond(struct walk *walk, const char *op)
{
	walk_fail(walk, EVAL_BEYOND, "[ ] with ", op, strlen(op));
}

static int64_t integer(struct walk *walk, const char *s)
{
	int64_t value = 0;

	/* text_to_int takes Python's 1_0, and holds at the limits what the shell refuses. */
	if (strchr(s, '_') || text_to_int(s, &value) < 0 || value == INT64_MAX ||
	    value == INT64_MIN)
		malformed(walk, "[ ]: integer expected, not ", s);
	return value;
}

/* The comparisons: an operator holds where the two compare less, equal or greater. */
enum { LESS = 1, EQUAL = 2, GREATER = 4 };

struct binary {
	char op[4];
	char holds;
	bool integers;
};

static const struct binary binaries[] = {
	{ "=", EQUAL, false },
	{ "==", EQUAL, false },
	{ "!=", LESS | GREATER, false },
	{ "<", LESS, false },
	{ ">", GREATER, false },
	{ "-eq", EQUAL, true },
	{ "-ne", LESS | GREATER, true },
	{ "-lt", LESS, true },
	{ "-le", LESS | EQUAL, true },
	{ "-gt", GREATER, true },
	{ "-ge", GREATER | EQUAL, true },
};

static const struct binary *find_binary(const char *op)
{
	for (size_t i = 0; i < countof(binaries); i++)
		if (is(op, binaries[i].op))
			return &binaries[i];
	return NULL;
}

static bool compare(struct walk *walk, const struct binary *binary, char **v)
{
	int64_t a = 0, b = 0;

	if (binary->integers) {
		a = integer(walk, v[0]);
		b = integer(walk, v[2]);
	} else {
		a = strcmp(v[0], v[2]);
	}
	return binary->holds & (a < b ? LESS : a > b ? GREATER : EQUAL);
}

static bool file_is(char op, const char *path)
{
	struct stat st;
	int link = op == 'L' || op == 'h';

	if (memchr("rwx", op, 3))
		return sys_access(AT_FDCWD, path, op == 'r' ? R_OK : op == 'w' ? W_OK : X_OK) == 0;
	if (sys_stat(AT_FDCWD, path, &st, link ? AT_SYMLINK_NOFOLLOW : 0) < 0)
		return false;
	if (link)
		return S_ISLNK(st.st_mode);
	if (op == 's')
		return st.st_size > 0;
	return op == 'e' || (op == 'd' ? S_ISDIR(st.st_mode) : S_ISREG(st.st_mode));
}

static bool unary(struct walk *walk, const char *op, const char *value)
{
	if (!op || op[0] != '-' || op[1] == '\0' || op[2] != '\0') {
		if (walk->live)
			malformed(walk, "[ ]: no such operator: ", op);
		return false;
	}
	if (!strchr("znefdrwxsLh", op[1]))
		beyond(walk, op);
	if (!walk->live)
		return false;
	if (op[1] == 'z' || op[1] == 'n')
		return !*value == (op[1] == 'z');
	return file_is(op[1], value);
}

/* What no rule of POSIX covers. */
static void other(struct walk *walk, char **v, size_t n)
{
	static const char ops[][4] = { "-a", "-o", "-nt", "-ot", "-ef", "=~" };

	for (size_t i = 0; i < countof(ops); i++)
		if (is(v[1], ops[i]))
			beyond(walk, ops[i]);
	if (is(v[0], "("))
		beyond(walk, "(");
	if (walk->live)
		malformed(walk, "[ ]: no such operator: ", v[1]);
	else if (n > 3)
		beyond(walk, "more than 4 words");
}

static bool holds(struct walk *walk, char **v, size_t n)
{
	const struct binary *binary = n == 3 ? find_binary(v[1]) : NULL;

	if (n <= 1)
		return n == 1 && v[0] && *v[0];
	if (binary)
		return walk->live && compare(walk, binary, v);
	if (n <= 4 && is(v[0], "!"))
		return !holds(walk, v + 1, n - 1);
	if (n == 2)
		return unary(walk, v[0], v[1]);
	other(walk, v, n);
	return false;
}

void walk_test(struct walk *walk, char **v, size_t n)
{
	walk->status = !holds(walk, v, n);
}
