#include "eval_walk.h"

#include <errno.h>
#include <string.h>

static int line_of(const char *buf, const char *at)
{
	int line = 1;

	for (; buf < at; buf++)
		line += *buf == '\n';
	return line;
}

void walk_fail(struct walk *walk, int verdict, const char *what, const char *about, size_t n)
{
	struct eval *eval = walk->eval;
	struct text text = { .mem = eval->mem };

	if (walk->err == 0) {
		text_str(&text, what);
		text_add(&text, about, n);
		eval->status = verdict == EVAL_SYNTAX ? 2 : 1;
		eval->line = line_of(walk->buf, walk->at);
		eval->what = text.buf;
		walk->err = text.cut ? -ENOMEM : verdict;
	}
	walk->at = "";
}

void walk_beyond(struct walk *walk, const char *what)
{
	walk_fail(walk, EVAL_BEYOND, what, "", 0);
}

void walk_put(struct walk *walk, const char *entry, bool exported)
{
	if (!walk->live || walk->err != 0)
		return;
	if (!entry || vars_put(walk->eval->vars, entry, exported) < 0)
		walk_fail(walk, -ENOMEM, "", "", 0);
}

static void skip_blanks(struct walk *walk)
{
	for (;;) {
		if (*walk->at == ' ' || *walk->at == '\t')
			walk->at++;
		else if (walk->at[0] == '\\' && walk->at[1] == '\n')
			walk->at += 2;
		else if (*walk->at == '#')
			walk->at += strcspn(walk->at, "\n");
		else
			return;
	}
}

static void skip_lines(struct walk *walk)
{
	skip_blanks(walk);
	while (*walk->at == '\n') {
		walk->at++;
		skip_blanks(walk);
	}
}

/* The length of the word here as it stands, without looking into it, and not beyond a =. */
static size_t raw_len(const struct walk *walk)
{
	size_t n = 0;

	while (!walk_is_meta(walk->at[n]) && walk->at[n] != '=')
		n++;
	return n;
}

static bool is_word(const struct walk *walk, const char *word)
{
	size_t n = strlen(word);

	return strncmp(walk->at, word, n) == 0 && walk_is_meta(walk->at[n]);
}

static bool take_word(struct walk *walk, const char *word)
{
	if (!is_word(walk, word))
		return false;
	walk->at += strlen(word);
	return true;
}

/* Does the list end here? */
static bool is_list_end(const struct walk *walk)
{
	return *walk->at == '\0' || is_word(walk, "then") || is_word(walk, "elif") ||
	       is_word(walk, "else") || is_word(walk, "fi");
}

static void unexpected(struct walk *walk)
{
	size_t n = raw_len(walk);

	if (*walk->at)
		walk_fail(walk, EVAL_SYNTAX, "unexpected ", walk->at, n ? n : 1);
	else
		walk_fail(walk, EVAL_SYNTAX, "unexpected end of the file", "", 0);
}

static bool is_assignment(const struct walk *walk)
{
	size_t n = vars_name_len(walk->at);

	return n > 0 && walk->at[n] == '=';
}

bool walk_is_and_or(const struct walk *walk)
{
	return memchr("&|", *walk->at, 2) && walk->at[1] == *walk->at;
}

static void assignments(struct walk *walk)
{
	for (; is_assignment(walk); skip_blanks(walk)) {
		size_t n = vars_name_len(walk->at);

		if (vars_kind(walk->at, n) > VARS_DEFAULT)
			walk_fail(walk, EVAL_BEYOND, "assignment of ", walk->at, n);
		walk->args.n = 0;
		walk_word(walk, 0);
		if (walk->err == 0)
			walk_put(walk, walk->args.v[0], false);
	}
	if (*walk->at == '(')
		walk_beyond(walk, "array");
	else if (!walk_is_meta(*walk->at) || memchr("<>", *walk->at, 2))
		walk_beyond(walk, "assignment before a command");
	if (walk->live && walk->err == 0)
		walk->eval->status = 0;
}

static void command_with_words(struct walk *walk, const struct walk_command *command)
{
	const char *start = walk->at;

	walk->at += strlen(command->name);
	walk->args.n = 0;
	for (skip_blanks(walk); !walk_is_meta(*walk->at); skip_blanks(walk)) {
		int kind = command->kind;

		if (kind == WORD_NAMED)
			kind = is_assignment(walk) ? WORD_BRACES : WORD_ARGUMENT;
		walk_word(walk, kind);
	}
	if (*walk->at && strchr("<>(", *walk->at))
		walk_beyond(walk, *walk->at == '(' ? "( )" : "redirection");
	if (walk->err == 0)
		walk_run(walk, command, start);
}

static void simple_command(struct walk *walk)
{
	size_t n = raw_len(walk);
	const struct walk_command *command = walk_find_command(walk->at, n);

	if (is_assignment(walk))
		assignments(walk);
	else if (command && walk->at[n] != '=')
		command_with_words(walk, command);
	else if (n > 0 || (*walk->at && strchr("=(<>", *walk->at)))
		walk_fail(walk, EVAL_BEYOND, "command ", walk->at, n ? n : 1);
	else
		unexpected(walk);
}

static void list(struct walk *walk, bool one_line);

static void if_word(struct walk *walk, const char *start, const char *word)
{
	if (take_word(walk, word))
		return;
	if (*walk->at)
		unexpected(walk);
	walk->at = start;
	walk_fail(walk, EVAL_SYNTAX, "if without fi", "", 0);
}

/* One branch, behind its `if` or `elif`. */
static void if_branch(struct walk *walk, const char *start)
{
	bool checked = walk->checked;

	walk->checked = true;
	list(walk, false);
	walk->checked = checked;
	if_word(walk, start, "then");
	walk->live = walk->live && walk->eval->status == 0;
	list(walk, false);
}

static void if_clause(struct walk *walk)
{
	const char *start = walk->at;
	bool live = walk->live, taken = false;

	take_word(walk, "if");
	do {
		walk->live = live && !taken;
		if_branch(walk, start);
		taken |= walk->live;
	} while (take_word(walk, "elif"));
	walk->live = live && !taken;
	if (take_word(walk, "else"))
		list(walk, false);
	else if (walk->live && walk->err == 0)
		walk->eval->status = 0;
	walk->live = live;
	if_word(walk, start, "fi");
}

/* Whether && or || follows decides about failures within, so the end is looked for first. */
static void if_command(struct walk *walk)
{
	const char *start = walk->at;
	bool live = walk->live, checked = walk->checked;

	if (++walk->depth > WALK_DEPTH_MAX)
		walk_beyond(walk, "ifs nested too deeply");
	if (live) {
		walk->live = false;
		if_clause(walk);
		skip_blanks(walk);
		walk->checked |= walk_is_and_or(walk);
		walk->live = true;
	}
	if (walk->err == 0) {
		walk->at = start;
		if_clause(walk);
	}
	walk->checked = checked;
	walk->depth--;
}

static void and_or(struct walk *walk)
{
	bool live = walk->live;

	for (;;) {
		if (is_word(walk, "if"))
			if_command(walk);
		else
			simple_command(walk);
		skip_blanks(walk);
		if (!walk_is_and_or(walk))
			break;
		walk->live = live && (walk->eval->status == 0) == (*walk->at == '&');
		walk->at += 2;
		skip_lines(walk);
	}
	walk->live = live;
}

/* Takes the ; or newline after a command; does another command of the list follow? */
static bool take_separator(struct walk *walk, bool one_line)
{
	if ((*walk->at != ';' || walk->at[1] == ';') && (*walk->at != '\n' || one_line))
		return false;
	walk->at++;
	if (one_line)
		skip_blanks(walk);
	else
		skip_lines(walk);
	return !is_list_end(walk) && *walk->at != '\n';
}

/* Commands up to a word that ends them, or with `one_line` to the end of the line. */
static void list(struct walk *walk, bool one_line)
{
	skip_lines(walk);
	do {
		if (is_list_end(walk))
			unexpected(walk);
		else
			and_or(walk);
	} while (take_separator(walk, one_line));
	if (*walk->at && strchr("&|", *walk->at))
		walk_beyond(walk, *walk->at == '&' ? "&" : "pipeline");
}

/* As a shell does, reads a line whole before doing anything of it. */
static void line(struct walk *walk)
{
	const char *start = walk->at;

	walk->live = false;
	list(walk, true);
	if (*walk->at && *walk->at != '\n')
		unexpected(walk);
	if (walk->err != 0)
		return;
	walk->at = start;
	walk->live = true;
	list(walk, true);
}

int eval_check_bytes(struct eval *eval, const char *buf, size_t size)
{
	struct walk walk = { .eval = eval, .buf = buf };

	for (walk.at = buf; walk.at < buf + size && walk.err == 0; walk.at++) {
		if (*walk.at == '\0')
			walk_fail(&walk, EVAL_FAILED, "NUL byte", "", 0);
		else if (*walk.at == '\r' && (walk.at + 1 == buf + size || walk.at[1] == '\n'))
			walk_fail(&walk, EVAL_FAILED,
				  "carriage return at the end of the line (DOS line ends)", "", 0);
	}
	return walk.err;
}

int eval_file(struct eval *eval, const char *buf)
{
	struct walk walk = { .eval = eval, .buf = buf, .at = buf, .word = { .mem = eval->mem } };

	eval->status = 0;
	/* An empty word must have a buffer too. */
	text_str(&walk.word, "");
	for (skip_lines(&walk); *walk.at; skip_lines(&walk))
		line(&walk);
	if (walk.err == WALK_RETURN)
		walk.err = 0;
	if (walk.word.cut || eval->output.cut)
		return -ENOMEM;
	if (walk.err == 0 && eval->status != 0)
		walk_fail_by_status(&walk);
	return walk.err;
}
