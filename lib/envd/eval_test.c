/* [ ]: the rules of POSIX for up to four arguments. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "envd/eval_walk.h"
#include "sys/path.h"

static int64_t integer(struct eval *eval, const char *s)
{
	int64_t value = 0;

	/* text_to_int takes Python's 1_0, and holds at the limits what the shell refuses. */
	/* cppcheck-suppress shiftTooManyBitsSigned ; gcc and clang define it: -1 or 0 */
	if (strchr(s, '_') || text_to_int(s, &value) < 0 || (value ^ (value >> 63)) == INT64_MAX)
		eval_refuse(eval, s, 2);
	return value;
}

static bool file_is(char op, const char *path)
{
	struct stat st;
	bool link = op == 'L' || op == 'h';
	static const char accesses[] = "xwr"; /* by the number of their bits */
	const char *access = strchr(accesses, op);
	unsigned type;

	if (access)
		return sys_access(AT_FDCWD, path, 1 << (access - accesses)) == 0;
	if (sys_stat(AT_FDCWD, path, &st, link ? AT_SYMLINK_NOFOLLOW : 0) < 0)
		return false;
	if (op == 'e' || op == 's')
		return op == 'e' || st.st_size > 0;
	type = link ? S_IFLNK : op == 'd' ? S_IFDIR : S_IFREG;
	return (st.st_mode & S_IFMT) == type;
}

/* What a comparison holds for. */
enum { LESS = 1, EQUAL = 2, GREATER = 4 };

static bool compare(struct eval *eval, char **v, int op)
{
	int64_t a, b = 0;

	if (op < 5) {
		a = strcmp(v[0], v[2]);
	} else {
		a = integer(eval, v[0]);
		b = integer(eval, v[2]);
	}
	return "\2\2\5\1\4\2\5\1\3\4\6"[op] & (a < b ? LESS : a > b ? GREATER : EQUAL);
}

int eval_test(struct eval *eval, char **v, size_t n)
{
	int op;

	if (n < 2)
		return n == 0 || !**v;
	op = text_place("=\0==\0!=\0<\0>\0-eq\0-ne\0-lt\0-le\0-gt\0-ge\0", v[1]);
	if (n == 3 && op >= 0)
		return !compare(eval, v, op);
	if (n <= 4 && strcmp(*v, "!") == 0)
		return !eval_test(eval, v + 1, n - 1);
	if (n == 2 && v[0][0] == '-' && v[0][1] && !v[0][2]) {
		char letter = v[0][1];

		if (letter == 'z' || letter == 'n')
			return !*v[1] != (letter == 'z');
		if (strchr("efdrwxsLh", letter))
			return !file_is(letter, v[1]);
		eval_refuse_beyond(eval, *v);
	}
	for (size_t i = 0; i < n; i++)
		if (text_place("-a\0-o\0-nt\0-ot\0-ef\0=~\0(\0", v[i]) >= 0)
			eval_refuse_beyond(eval, v[i]);
	eval_refuse(eval, v[n > 2], 2);
	return 2;
}
