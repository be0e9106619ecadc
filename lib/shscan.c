#include "shscan.h"

#include <string.h>

#include "shscan_word.h"
#include "vars.h"

static bool is(const struct shscan_word *word, const char *want)
{
	return word->n == strlen(want) && memcmp(word->at, want, word->n) == 0;
}

/* Returns the member of the list, strings with an empty one last, that the word is, or NULL. */
static const char *member(const struct shscan_word *word, const char *list)
{
	for (; *list; list += strlen(list) + 1)
		if (is(word, list))
			return list;
	return NULL;
}

static void skip_blanks(struct shscan *scan)
{
	for (;;) {
		if (*scan->at == ' ' || *scan->at == '\t')
			scan->at++;
		else if (scan->at[0] == '\\' && scan->at[1] == '\n')
			scan->at += 2;
		else if (*scan->at == '#')
			scan->at += strcspn(scan->at, "\n");
		else
			return;
	}
}

static void check_command(struct shscan *scan, const struct shscan_word *word, char end)
{
	static const char bash_only[] =
		"[[\0alias\0bind\0builtin\0caller\0compgen\0complete\0compopt\0coproc\0declare\0"
		"dirs\0disown\0enable\0function\0help\0history\0let\0local\0logout\0mapfile\0popd\0"
		"pushd\0readarray\0select\0shopt\0source\0suspend\0time\0typeset\0";
	const char *name = member(word, bash_only);

	if (name)
		shscan_found(scan, word->at, name);
	if (end && is(word, "case"))
		shscan_found(scan, word->at, "case in a command substitution");
	/* A command follows these. */
	if (!member(word, "if\0then\0elif\0else\0while\0until\0do\0!\0{\0"))
		scan->command = *word;
}

/* Is there a byte `first` in the word with one of `next` behind it? */
static bool has(const struct shscan_word *word, char first, const char *next)
{
	for (size_t i = 0; i + 1 < word->n; i++)
		if (word->at[i] == first && strchr(next, word->at[i + 1]))
			return true;
	return false;
}

/* Arguments, of commands that both kinds of shell have, which only bash knows or takes so. */
static void check_argument(struct shscan *scan, const struct shscan_word *word)
{
	const struct shscan_word *command = &scan->command;
	bool option = *word->at == '-' && word->n > 1;
	const char *what = NULL;

	if (member(command, "export\0readonly\0")) {
		if (option && !is(word, "-p"))
			what = "export with an option";
		else if (scan->bare && word->at[vars_name_len(word->at)] == '=')
			what = "export NAME= with an unquoted expansion";
	} else if (member(command, "[\0test\0")) {
		if (member(word, "==\0=~\0-v\0-N\0-R\0") ||
		    (member(&scan->previous, "[\0test\0!\0") && member(word, "-a\0-o\0")))
			what = "[ ] with ==, =~, -v, -N, -R, -a or -o";
	} else if (is(command, "echo")) {
		if (has(word, '\\', "\\abcefnrtv0x") ||
		    (option && !is(word, "-n") && 1 + strspn(word->at + 1, "neE") == word->n))
			what = "echo with an option or a backslash";
	} else if (is(command, "printf")) {
		if (is(word, "-v") || has(word, '%', "q("))
			what = "printf with -v, %q or %(...)T";
	} else if (is(command, "read")) {
		if (option && !is(word, "-r"))
			what = "read with an option";
	} else if ((is(command, "trap") && member(word, "DEBUG\0ERR\0RETURN\0")) ||
		   (is(command, "set") && is(word, "pipefail"))) {
		what = is(command, "set") ? "set -o pipefail" : "trap of DEBUG, ERR or RETURN";
	}
	if (what)
		shscan_found(scan, word->at, what);
}

/* A word that begins with NAME= where that assigns, or should not. */
static void check_assignment(struct shscan *scan, size_t n)
{
	char next = scan->at[n];

	if (next == '[')
		shscan_found(scan, scan->at, "array");
	else if (next == '+' && scan->at[n + 1] == '=')
		shscan_found(scan, scan->at, "+=");
	else if (next == '=')
		shscan_name(scan);
}

static void scan_word(struct shscan *scan, char end, bool is_operand)
{
	struct shscan_word word = { .at = scan->at };
	bool first = !scan->command.at;
	size_t n = vars_name_len(word.at);
	bool assigns = n > 0 && word.at[n] == '=' && first && !is_operand;

	if (n > 0 && (first || member(&scan->command, "export\0readonly\0")))
		check_assignment(scan, n);
	scan->bare = false;
	scan->brace = assigns ? SHSCAN_NO_BRACES : 0;
	shscan_text(scan);
	if (*scan->at == '(' && scan->at[-1] == '=')
		shscan_found(scan, word.at, "array");
	if (scan->what || assigns || is_operand)
		return;
	word.n = (size_t)(scan->at - word.at);
	if (first)
		check_command(scan, &word, end);
	else
		check_argument(scan, &word);
	scan->previous = word;
}

static void scan_redirection(struct shscan *scan)
{
	const char *at = scan->at;

	if (at[1] == '(')
		shscan_found(scan, at, "process substitution");
	else if (at[0] == '<' && at[1] == '<')
		shscan_found(scan, at, at[2] == '<' ? "<<<" : "here-document");
	else
		scan->at += at[1] && strchr("&>|", at[1]) ? 2 : 1;
}

/* What ends a command, and what looks as if it did. */
static void scan_operator(struct shscan *scan)
{
	const char *at = scan->at;
	char c = at[0], next = at[1];

	scan->command.at = NULL;
	if (c == '&' && next == '>')
		shscan_found(scan, at, "&>");
	else if (c == '|' && next == '&')
		shscan_found(scan, at, "|&");
	else if (c == ';' && (next == '&' || (next == ';' && at[2] == '&')))
		shscan_found(scan, at, ";& or ;;&");
	else if (c == '(' && next == '(')
		shscan_found(scan, at, "((");
	else
		scan->at++;
}

void shscan_list(struct shscan *scan, char end)
{
	int parens = 0;
	bool operand = false;

	scan->command.at = NULL;
	for (;;) {
		char c;

		skip_blanks(scan);
		c = *scan->at;
		if (c == '\0' || (c == '`' && scan->backquoted) || (c == end && parens == 0))
			return;
		if (!shscan_is_meta(c)) {
			scan_word(scan, end, operand);
			operand = false;
		} else if (c == '<' || c == '>') {
			scan_redirection(scan);
			operand = true;
		} else {
			parens += c == '(' ? 1 : c == ')' ? -1 : 0;
			scan_operator(scan);
		}
	}
}

bool shscan_bash_only(const char *buf, int *ret_line, const char **ret_what)
{
	struct shscan scan = { .at = buf };

	shscan_list(&scan, '\0');
	if (!scan.what)
		return false;
	*ret_what = scan.what;
	*ret_line = 1;
	for (; buf < scan.where; buf++)
		*ret_line += *buf == '\n';
	return true;
}
