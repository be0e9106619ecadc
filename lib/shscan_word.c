/* Words: quotes, expansions, and the commands within them. */
#include "shscan_word.h"

#include <string.h>

#include "vars.h"

/* Nested deeper than this, it is not looked into. */
#define DEPTH_MAX 100

/* Where the reading is, as in eval. */
enum { QUOTED = 1, INNER = 2, NESTED = 4 };

static const char nested_quotes[] = "what bash makes of quotes in a quoted expansion";

void shscan_found(struct shscan *scan, const char *where, const char *what)
{
	if (!scan->what) {
		scan->where = where;
		scan->what = what;
	}
	scan->at = "";
}

bool shscan_is_meta(char c)
{
	return memchr(" \t\n;&|<>()", c, 11);
}

static void scan_text(struct shscan *scan, int how);
static void scan_dollar(struct shscan *scan, int how);

static void take(struct shscan *scan, char c)
{
	if (*scan->at == c && c != '\0')
		scan->at++;
}

/* A command substitution, behind its beginning. */
static void scan_commands(struct shscan *scan, char end)
{
	struct shscan was = *scan;

	if (++scan->depth > DEPTH_MAX) {
		shscan_found(scan, scan->at, "too deeply nested");
		return;
	}
	scan->backquoted |= end == '`';
	shscan_list(scan, end);
	take(scan, end);
	scan->depth--;
	scan->backquoted = was.backquoted;
	scan->bare = was.bare;
	scan->brace = was.brace;
	scan->command = was.command;
	scan->previous = was.previous;
}

size_t shscan_name(struct shscan *scan)
{
	size_t n = vars_name_len(scan->at);

	if (vars_kind(scan->at, n) == VARS_BASH)
		shscan_found(scan, scan->at, "a variable of bash's own");
	else
		scan->at += n;
	return n;
}

static void scan_braces(struct shscan *scan, int how)
{
	const char *start = scan->at, *op;

	scan->at += 2;
	if (*scan->at == '!' && scan->at[1] != '}')
		shscan_found(scan, start, "${!...}");
	if (*scan->at == '#' && scan->at[1] != '}')
		scan->at++;
	if (shscan_name(scan) == 0 && *scan->at)
		scan->at += 1 + strspn(scan->at + 1, "0123456789");
	op = scan->at;
	if (*op == '\0')
		return;
	if (*op == ':' && !strchr("-=+?", op[1]))
		shscan_found(scan, start, "${X:N}");
	else if (strchr("/^,@~[", *op))
		shscan_found(scan, start,
			     *op == '[' ? "array" : "${X/...}, ${X^}, ${X,} or ${X@...}");
	if (++scan->depth > DEPTH_MAX)
		shscan_found(scan, start, "too deeply nested");
	scan_text(scan, (how & QUOTED) | INNER);
	scan->depth--;
	take(scan, '}');
}

static void scan_arithmetic(struct shscan *scan)
{
	int parens = 0;

	do {
		if (shscan_name(scan) > 0)
			continue;
		parens += *scan->at == '(' ? 1 : *scan->at == ')' ? -1 : 0;
		if (scan->at[0] == '*' && scan->at[1] == '*')
			shscan_found(scan, scan->at, "**");
		else if (*scan->at == '$')
			scan_dollar(scan, QUOTED);
		else if (*scan->at)
			scan->at++;
	} while (*scan->at && parens > 0);
}

static void scan_dollar(struct shscan *scan, int how)
{
	char next = scan->at[1];

	scan->bare |= !(how & QUOTED);
	if ((next == '\'' || next == '"') && how != QUOTED) {
		shscan_found(scan, scan->at, next == '"' ? "$\"...\"" : "$'...'");
	} else if (next == '[') {
		shscan_found(scan, scan->at, "$[...]");
	} else if (next == '{') {
		scan_braces(scan, how);
	} else if (next == '(' && scan->at[2] == '(') {
		scan->at++;
		scan_arithmetic(scan);
	} else if (next == '(') {
		scan->at += 2;
		scan_commands(scan, ')');
	} else {
		scan->at++;
		if (shscan_name(scan) > 0 && how & (INNER | NESTED) && *scan->at == '"' &&
		    !strchr("}\" ", scan->at[1]))
			shscan_found(scan, scan->at, nested_quotes);
	}
}

static void scan_single_quotes(struct shscan *scan, int how)
{
	const char *start = scan->at++;

	/* POSIX shells do not look for the quote that bash looks for here. */
	if (how & QUOTED && (scan->at[strcspn(scan->at, "'$`\"\\}")] != '\''))
		shscan_found(scan, start, nested_quotes);
	scan->at += strcspn(scan->at, "'");
	take(scan, '\'');
}

static bool is_brace_expansion(struct shscan *scan)
{
	char c = *scan->at;

	if (c == '{' && scan->brace != SHSCAN_NO_BRACES)
		scan->brace = c;
	else if (scan->brace == '{' && (c == ',' || (c == '.' && scan->at[1] == '.')))
		scan->brace = ',';
	return scan->brace == ',' && c == '}';
}

static void scan_plain(struct shscan *scan, int how)
{
	char c = *scan->at;
	bool quoted = how & QUOTED && !(how & NESTED);

	if (!quoted && memchr("<>", c, 2) && scan->at[1] == '(') {
		shscan_found(scan, scan->at, "process substitution");
	} else if (!quoted && is_brace_expansion(scan)) {
		shscan_found(scan, scan->at, "{a,b}");
	} else {
		scan->bare |= !quoted && memchr("~*?[", c, 4);
		scan->at++;
	}
}

static void scan_text(struct shscan *scan, int how)
{
	for (;;) {
		char c = *scan->at;

		if (c == '\0' || (c == '}' && how & INNER) || (c == '`' && scan->backquoted) ||
		    (!(how & INNER) && (how & QUOTED ? c == '"' : shscan_is_meta(c))))
			return;
		if (c == '\\') {
			if (how & NESTED || (how == QUOTED && scan->at[1] == '}'))
				shscan_found(scan, scan->at, nested_quotes);
			scan->at += *scan->at && scan->at[1] ? 2 : *scan->at != '\0';
		} else if (c == '"') {
			scan->at++;
			scan_text(scan, how & QUOTED ? QUOTED | NESTED : QUOTED);
			take(scan, '"');
		} else if (c == '\'' && (how & INNER || !(how & QUOTED))) {
			scan_single_quotes(scan, how);
		} else if (c == '$') {
			scan_dollar(scan, how);
		} else if (c == '`') {
			scan->bare |= !(how & QUOTED);
			scan->at++;
			scan_commands(scan, '`');
		} else {
			scan_plain(scan, how);
		}
	}
}

void shscan_text(struct shscan *scan)
{
	scan_text(scan, 0);
}
