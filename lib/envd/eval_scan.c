/* The scan for what only bash understands: words by eval_word, the commands around them here. */
#include <string.h>

#include "envd/eval_walk.h"

/*
 * Words in the place of a command: those before a command, case, those with arguments that only
 * bash knows or takes so, and those of bash.
 */
static const char commands[] =
	"if\0then\0elif\0else\0while\0until\0do\0!\0{\0case\0"
	"export\0readonly\0read\0printf\0echo\0trap\0[\0test\0"
	"[[\0alias\0bind\0builtin\0caller\0compgen\0complete\0compopt\0coproc\0declare\0dirs\0"
	"disown\0enable\0function\0help\0history\0let\0local\0logout\0mapfile\0popd\0pushd\0"
	"readarray\0select\0shopt\0source\0suspend\0time\0typeset\0";
enum { FIRST = -2, CASE = 9, EXPORT, READ = 12, PRINTF, ECHO, TRAP, BRACKET, BASH_ONLY = 18 };

static bool is_of(const char *set, char c)
{
	return c && strchr(set, c);
}

/* Finds the pairs of bytes that are bash's wherever they stand between and in plain words. */
static void find_pair(struct eval *eval)
{
	for (const char *pair = "&>|&;&<(>(<<((=(+=**"; *pair; pair += 2)
		if (strncmp(eval->at, pair, 2) == 0)
			eval_beyond(eval, 2);
}

/* `first`: in [ ] a unary operator may stand here. */
static bool is_bash_argument(int command, const char *word, size_t n, bool first)
{
	static const char words[] = "==\0=~\0-v\0-N\0-R\0-a\0-o\0DEBUG\0ERR\0RETURN\0";
	int place = text_index(words, word, n);
	const char *pair = command == ECHO ? "\\\\abcefnrtv0x" : "%q(";

	if (command >= BRACKET)
		return place >= 0 && place < (first ? 7 : 5);
	if (command == TRAP)
		return place >= 7;
	if (*word == '-' && n > 1 && (n > 2 || word[1] != "pprrn"[command - EXPORT]))
		return true;
	for (; command >= PRINTF && n > 1; word++, n--)
		if (*word == *pair && is_of(pair + 1, word[1]))
			return true;
	return false;
}

/* Reads a word behind the command, and returns the command that the next one is behind. */
static int scan_word(struct eval *eval, int command, bool *first)
{
	const char *at = eval->at;
	size_t n = vars_name_len(at);
	bool assigns = n > 0 && at[n] == '=', found;

	if (command == FIRST && n > 0 && at[n] == '[')
		eval_beyond(eval, n + 1);
	eval_word(eval, !assigns                                   ? EVAL_BRACES :
			command == FIRST                           ? EVAL_PLAIN :
			(unsigned)command - EXPORT < READ - EXPORT ? EVAL_ARGUMENT :
								     EVAL_BRACES);
	if (eval->verdict != 0)
		return command;
	n = (size_t)(eval->at - at);
	if (command != FIRST) {
		found = command >= EXPORT && is_bash_argument(command, at, n, *first);
		*first = *first && n == 1 && *at == '!';
	} else if (!assigns) {
		command = text_index(commands, at, n);
		found = command >= BASH_ONLY || (command == CASE && eval->depth > 0);
		if ((unsigned)command < CASE)
			command = FIRST;
		*first = true;
	} else {
		return command;
	}
	if (found) {
		eval->at = at;
		eval_beyond(eval, n);
	}
	return command;
}

void eval_scan(struct eval *eval, char end, int parens)
{
	int command = FIRST; /* place in `commands`; FIRST: the next word is a command */
	bool first = false;  /* nothing but ! has come behind it */

	for (;;) {
		char c;

		eval_pass(eval, ' ');
		find_pair(eval);
		c = *eval->at;
		if (c == '\0' || (c == '`' && eval->backquoted) || (c == end && parens == 0))
			return;
		if (c == '<' || c == '>') {
			eval->at += 1 + is_of("&>|", eval->at[1]);
			eval_pass(eval, ' ');
			eval_word(eval, EVAL_BRACES);
		} else if (eval_is_meta(c)) {
			parens += (c == '(') - (c == ')');
			eval->at++;
			command = FIRST;
		} else {
			command = scan_word(eval, command, &first);
		}
	}
}

/* $( ) or ` ` */
static void scan_substitution(struct eval *eval)
{
	bool backquoted = eval->backquoted, brace = eval->brace;
	char kind = eval->kind, end = *eval->at == '`' ? '`' : ')';
	int parens = end == ')' && eval->at[2] == '(';

	eval->at += 1 + (end == ')') + parens;
	eval_deeper(eval);
	eval->backquoted |= end == '`';
	eval_scan(eval, end, parens);
	eval->backquoted = backquoted;
	eval->brace = brace;
	eval->kind = kind;
	eval->depth--;
	if (*eval->at == end)
		eval->at++;
}

bool eval_scan_part(struct eval *eval, int how)
{
	const char *at = eval->at;
	char c = *at, next = at[1];
	size_t n = vars_name_len(at);

	if (c == '$' || c == '`') {
		if ((eval->kind == EVAL_ARGUMENT && !(how & EVAL_QUOTED)) ||
		    (c == '`' && eval->backquoted))
			eval_beyond(eval, 2);
		else if (c == '`' || next == '(')
			scan_substitution(eval);
		else if (next == '[' || (how != EVAL_QUOTED && (next == '\'' || next == '"')))
			eval_beyond(eval, 2);
		else if (next == '{' || vars_name_len(at + 1) > 0)
			return false;
		else
			eval->at += 1 + (next == '$');
		return true;
	}
	/* POSIX shells and bash do not agree on these backslashes. */
	if (c == '\\' && (how & EVAL_NESTED || (how == EVAL_QUOTED && next == '}')))
		eval_beyond(eval, 2);
	if (how != EVAL_QUOTED) {
		find_pair(eval);
		if (vars_kind(at, n) == VARS_BASH)
			eval_beyond(eval, n);
		else if (eval->at == at)
			eval->at += n;
	}
	return eval->at != at;
}
