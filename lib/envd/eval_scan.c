/* SPDX-License-Identifier: Apache-2.0 */
/*
 * EVAL_SCAN: finds what only bash understands. This file scans commands, and in words what
 * eval_word.c and eval_expand.c do not read.
 */
#include <string.h>

#include "envd/eval_impl.h"
#include "sys/util.h"

/* The command that the next word belongs to, as far as the scan distinguishes commands. */
enum scanned {
	NO_COMMAND, /* the next word is a command */
	ANY,        /* the arguments of this command and of `case` do not matter */
	CASE,
	EXPORT, /* the arguments of this command and of all that follow are examined */
	READ,
	PRINTF,
	ECHO,
	TRAP,
	TEST,
	BASH_ONLY
};

/*
 * The words in the place of a command that are not ANY. After those of NO_COMMAND a command
 * follows.
 */
static const struct {
	const char *name;
	enum scanned scanned;
} scanned_commands[] = {
	{ "if", NO_COMMAND },
	{ "then", NO_COMMAND },
	{ "elif", NO_COMMAND },
	{ "else", NO_COMMAND },
	{ "while", NO_COMMAND },
	{ "until", NO_COMMAND },
	{ "do", NO_COMMAND },
	{ "!", NO_COMMAND },
	{ "{", NO_COMMAND },
	{ "case", CASE },
	{ "export", EXPORT },
	{ "readonly", EXPORT },
	{ "read", READ },
	{ "printf", PRINTF },
	{ "echo", ECHO },
	{ "trap", TRAP },
	{ "[", TEST },
	{ "test", TEST },
	{ "[[", BASH_ONLY },
	{ "alias", BASH_ONLY },
	{ "bind", BASH_ONLY },
	{ "builtin", BASH_ONLY },
	{ "caller", BASH_ONLY },
	{ "compgen", BASH_ONLY },
	{ "complete", BASH_ONLY },
	{ "compopt", BASH_ONLY },
	{ "coproc", BASH_ONLY },
	{ "declare", BASH_ONLY },
	{ "dirs", BASH_ONLY },
	{ "disown", BASH_ONLY },
	{ "enable", BASH_ONLY },
	{ "function", BASH_ONLY },
	{ "help", BASH_ONLY },
	{ "history", BASH_ONLY },
	{ "let", BASH_ONLY },
	{ "local", BASH_ONLY },
	{ "logout", BASH_ONLY },
	{ "mapfile", BASH_ONLY },
	{ "popd", BASH_ONLY },
	{ "pushd", BASH_ONLY },
	{ "readarray", BASH_ONLY },
	{ "select", BASH_ONLY },
	{ "shopt", BASH_ONLY },
	{ "source", BASH_ONLY },
	{ "suspend", BASH_ONLY },
	{ "time", BASH_ONLY },
	{ "typeset", BASH_ONLY },
};

/* The arguments of a command that only bash understands. */
static const struct {
	const char *word;
	enum scanned scanned;
	bool only_first; /* it is of bash as a unary operator, but POSIX has a binary one */
} scanned_arguments[] = {
	{ "==", TEST, false },     { "=~", TEST, false },    { "-v", TEST, false },
	{ "-N", TEST, false },     { "-R", TEST, false },    { "-a", TEST, true },
	{ "-o", TEST, true },      { "DEBUG", TRAP, false }, { "ERR", TRAP, false },
	{ "RETURN", TRAP, false },
};

static bool is_of(const char *set, char c)
{
	return c && strchr(set, c);
}

/* Finds the pairs of bytes that are bash's wherever they are unquoted. */
static void find_pair(struct parser *p)
{
	for (const char *pair = "&>|&;&<(>(<<((=(+=**"; *pair; pair += 2)
		if (strncmp(p->at, pair, 2) == 0)
			eval_unsupported(p, 2);
}

static enum scanned find_scanned(const char *name, size_t n)
{
	for (size_t i = 0; i < countof(scanned_commands); i++)
		if (text_equals(scanned_commands[i].name, name, n))
			return scanned_commands[i].scanned;
	return ANY;
}

/* Returns whether the command may have this option; other shells have one only, or none. */
static bool is_portable_option(enum scanned command, char letter)
{
	switch (command) {
	case EXPORT:
		return letter == 'p';
	case READ:
	case PRINTF:
		return letter == 'r';
	case ECHO:
		return letter == 'n';
	default:
		return false;
	}
}

/* Returns whether only bash understands an argument; `first` as in eval_scan_commands. */
static bool is_bash_argument(enum scanned command, const char *word, size_t n, bool first)
{
	const char *pair = command == ECHO ? "\\\\abcefnrtv0x" : "%q(";

	if (command == TRAP || command == TEST) {
		for (size_t i = 0; i < countof(scanned_arguments); i++)
			if (scanned_arguments[i].scanned == command &&
			    text_equals(scanned_arguments[i].word, word, n))
				return first || !scanned_arguments[i].only_first;
		return false;
	}
	if (*word == '-' && n > 1 && (n > 2 || !is_portable_option(command, word[1])))
		return true;
	/* The escapes of echo, and the conversions %q and %(...)T of printf. */
	for (; (command == ECHO || command == PRINTF) && n > 1; word++, n--)
		if (*word == *pair && is_of(pair + 1, word[1]))
			return true;
	return false;
}

/*
 * Returns quoting to read a word: what bash expands in it and other shells do not is then
 * unsupported.
 */
static enum eval_word_kind scanned_kind(enum scanned command, bool is_assignment)
{
	if (!is_assignment)
		return EVAL_BRACES;
	if (command == NO_COMMAND)
		return EVAL_PLAIN;
	return command == EXPORT ? EVAL_ARGUMENT : EVAL_BRACES;
}

/*
 * Reads a word. Returns the command that the next word belongs to; `first` as in
 * eval_scan_commands.
 */
static enum scanned scan_word(struct parser *p, enum scanned command, bool *first)
{
	const char *at = p->at;
	size_t n = vars_name_len(at);
	bool is_assignment = n > 0 && at[n] == '=', found;

	if (command == NO_COMMAND && n > 0 && at[n] == '[')
		eval_unsupported(p, n + 1);
	eval_read_word(p, scanned_kind(command, is_assignment));
	if (p->verdict != 0 || (command == NO_COMMAND && is_assignment))
		return command;
	n = (size_t)(p->at - at);
	if (command == NO_COMMAND) {
		command = find_scanned(at, n);
		found = command == BASH_ONLY || (command == CASE && p->depth > 0);
		*first = true;
	} else {
		found = command >= EXPORT && is_bash_argument(command, at, n, *first);
		*first = *first && n == 1 && *at == '!';
	}
	if (found) {
		p->at = at;
		eval_unsupported(p, n);
	}
	return command;
}

void eval_scan_commands(struct parser *p, char end, int parens)
{
	enum scanned command = NO_COMMAND;
	bool first = false; /* nothing but ! stands between the command and the next word */

	for (;;) {
		char c;

		eval_skip_blanks(p, ' ');
		find_pair(p);
		c = *p->at;
		if (c == '\0' || (c == '`' && p->in_backquotes) || (c == end && parens == 0))
			return;
		if (c == '<' || c == '>') {
			p->at += 1 + is_of("&>|", p->at[1]);
			eval_skip_blanks(p, ' ');
			eval_read_word(p, EVAL_BRACES);
		} else if (eval_is_meta(c)) {
			parens += (c == '(') - (c == ')');
			p->at++;
			command = NO_COMMAND;
		} else {
			command = scan_word(p, command, &first);
		}
	}
}

/* Scans the commands in $( ) or ` `. */
static void scan_substitution(struct parser *p)
{
	bool in_backquotes = p->in_backquotes, has_brace = p->has_brace;
	enum eval_word_kind kind = p->kind;
	char end = *p->at == '`' ? '`' : ')';
	int parens = end == ')' && p->at[2] == '(';

	p->at += 1 + (end == ')') + parens;
	eval_enter_nesting(p);
	p->in_backquotes |= end == '`';
	eval_scan_commands(p, end, parens);
	p->in_backquotes = in_backquotes;
	p->has_brace = has_brace;
	p->kind = kind;
	p->depth--;
	if (*p->at == end)
		p->at++;
}

bool eval_scan_part(struct parser *p, int quoting)
{
	const char *at = p->at;
	char c = *at, next = at[1];
	size_t n = vars_name_len(at);

	if (c == '$' || c == '`') {
		if ((p->kind == EVAL_ARGUMENT && !(quoting & IN_QUOTES)) ||
		    (c == '`' && p->in_backquotes))
			eval_unsupported(p, 2);
		else if (c == '`' || next == '(')
			scan_substitution(p);
		else if (next == '[' || (quoting != IN_QUOTES && (next == '\'' || next == '"')))
			eval_unsupported(p, 2);
		else if (next == '{' || vars_name_len(at + 1) > 0)
			return false;
		else
			p->at += 1 + (next == '$');
		return true;
	}
	/* POSIX shells and bash disagree about these backslashes. */
	if (c == '\\' && (quoting & IN_INNER_QUOTES || (quoting == IN_QUOTES && next == '}')))
		eval_unsupported(p, 2);
	if (quoting != IN_QUOTES) {
		find_pair(p);
		if (vars_kind(at, n) == VARS_BASH)
			eval_unsupported(p, n);
		else if (p->at == at)
			p->at += n;
	}
	return p->at != at;
}
