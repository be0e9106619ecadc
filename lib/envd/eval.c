/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The grammar of environment.d files.
 *
 * Circle: eval.c, eval_command.c, eval_cond.c, eval_expand.c and eval_word.c call each other,
 * because the parser executes while it reads: a word may hold an expansion, an expansion a word,
 * and a list commands.
 */
#include "envd/eval.h"

#include <errno.h>
#include <string.h>

#include "envd/eval_impl.h"
#include "sys/util.h"

/* Ifs and expansions that are nested more deeply than this are unsupported. */
#define DEPTH_MAX 50

/* More than all ifs and lists that are open can subtract from p->skip. */
#define SKIP_ALL (1 << 20)

static const char *const command_names[] = {
	[EVAL_THEN] = "then",
	[EVAL_ELIF] = "elif",
	[EVAL_ELSE] = "else",
	[EVAL_FI] = "fi",
	[EVAL_IF] = "if",
	[EVAL_TRUE] = "true",
	[EVAL_COLON] = ":",
	[EVAL_FALSE] = "false",
	[EVAL_EXPORT] = "export",
	[EVAL_DECLARE] = "declare",
	[EVAL_TYPESET] = "typeset",
	[EVAL_UNSET] = "unset",
	[EVAL_ECHO] = "echo",
	[EVAL_BRACKET] = "[",
	[EVAL_TEST] = "test",
	[EVAL_SET] = "set",
	[EVAL_RETURN_COMMAND] = "return",
	[EVAL_EXIT] = "exit",
};

void eval_fail(struct parser *p, int verdict, const char *what, size_t n)
{
	struct eval *eval = p->eval;

	if (p->verdict == 0) {
		p->verdict = verdict;
		eval->line = text_line(p->buf, p->at);
		text_str(&eval->cause, what);
		text_add(&eval->cause, p->at, n);
	}
	p->at = "";
	p->skip = SKIP_ALL;
}

void eval_unsupported(struct parser *p, size_t n)
{
	eval_fail(p, EVAL_UNSUPPORTED, "", n);
}

void eval_no_memory(struct parser *p)
{
	eval_fail(p, -ENOMEM, "", 0);
}

void eval_enter_nesting(struct parser *p)
{
	if (++p->depth > DEPTH_MAX)
		eval_fail(p, EVAL_UNSUPPORTED, "too deeply nested ", 2);
}

void eval_skip_blanks(struct parser *p, char also)
{
	for (;;) {
		const char *at = p->at;

		if (*at == ' ' || *at == '\t' || *at == also)
			p->at++;
		else if (*at == '\\' && at[1] == '\n')
			p->at += 2;
		else if (*at == '#')
			p->at += strcspn(at, "\n");
		else
			return;
	}
}

bool eval_is_meta(char c)
{
	return strchr(" \t\n;&|<>()", c);
}

size_t eval_raw_len(const char *at)
{
	return strcspn(at, "= \t\n;&|<>()");
}

static bool is_and_or(const char *at)
{
	return (*at == '&' || *at == '|') && at[1] == *at;
}

static bool is_assignment(const char *at)
{
	size_t n = vars_name_len(at);

	return n > 0 && at[n] == '=';
}

/* Returns the command, or reserved word, that begins here. */
static enum eval_command command_at(const char *at)
{
	size_t n = eval_raw_len(at);

	if (is_assignment(at))
		return EVAL_ASSIGNMENT;
	for (unsigned i = 0; i < countof(command_names) && at[n] != '='; i++)
		if (command_names[i] && text_equals(command_names[i], at, n))
			return (enum eval_command)i;
	return EVAL_UNKNOWN;
}

/* Returns whether a list ends before the word that begins here. */
static bool ends_list(const char *at)
{
	enum eval_command command = command_at(at);

	return command == EVAL_THEN || command == EVAL_ELIF || command == EVAL_ELSE ||
	       command == EVAL_FI;
}

static void fail_unexpected(struct parser *p)
{
	size_t n = eval_raw_len(p->at);

	if (*p->at)
		eval_fail(p, 2, "unexpected ", n ? n : 1);
	else
		eval_fail(p, 2, "unexpected end of the file", 0);
}

static void fail_by_status(struct parser *p)
{
	p->at = p->last_command;
	eval_fail_command(p, NULL, p->status);
}

/* Executes the command that began at `start` and whose arguments have just been read. */
static void execute(struct parser *p, enum eval_command command, const char *start)
{
	const char *end = p->at;

	if (p->skip > 0)
		return;
	p->at = p->last_command = start;
	p->status = eval_run_command(p, command);
	if (p->verdict != 0)
		return;
	p->at = end;
	if (p->status != 0 && !p->in_condition && !is_and_or(end))
		fail_by_status(p);
}

/* Skips to the next word of a simple command. Returns false at the end of the command. */
static bool find_word(struct parser *p)
{
	eval_skip_blanks(p, ' ');
	/*
	 * The values of an array, in parentheses, are read as words of a command that is ignored.
	 */
	while (p->eval->mode == EVAL_DUMP && (*p->at == '(' || *p->at == ')')) {
		p->at++;
		eval_skip_blanks(p, ' ');
	}
	return !eval_is_meta(*p->at);
}

static void assignments(struct parser *p)
{
	while (find_word(p)) {
		const char *start = p->at;

		if (!is_assignment(start))
			eval_unsupported(p, eval_raw_len(start));
		p->args.n = 0;
		eval_read_word(p, EVAL_PLAIN);
		execute(p, EVAL_ASSIGNMENT, start);
	}
}

static enum eval_word_kind argument_kind(const struct parser *p, enum eval_command command)
{
	if (p->eval->mode == EVAL_DUMP)
		return EVAL_PLAIN;
	switch (command) {
	case EVAL_TRUE:
	case EVAL_COLON:
	case EVAL_FALSE:
		/* They ignore their arguments, so it does not matter how those would be split. */
		return EVAL_PLAIN;
	case EVAL_EXPORT:
	case EVAL_DECLARE:
	case EVAL_TYPESET:
		return is_assignment(p->at) ? EVAL_BRACES : EVAL_ARGUMENT;
	default:
		return EVAL_ARGUMENT;
	}
}

static void command_with_arguments(struct parser *p, enum eval_command command)
{
	const char *start = p->at;

	p->at += eval_raw_len(start);
	p->args.n = 0;
	while (find_word(p))
		eval_read_word(p, argument_kind(p, command));
	execute(p, command, start);
}

static void simple_command(struct parser *p)
{
	enum eval_command command = command_at(p->at);
	size_t n = eval_raw_len(p->at);

	if (command == EVAL_ASSIGNMENT)
		assignments(p);
	else if (ends_list(p->at) || (n == 0 && strchr(";&|)", *p->at)))
		fail_unexpected(p);
	else if (command == EVAL_UNKNOWN)
		eval_unsupported(p, n ? n : 1);
	else
		command_with_arguments(p, command);
}

static void command_list(struct parser *p, char separator);

static bool take_word(struct parser *p, enum eval_command word)
{
	if (command_at(p->at) != word)
		return false;
	p->at += eval_raw_len(p->at);
	return true;
}

/* Reads a word without which the `if` at `start` is not complete. */
static void require_word(struct parser *p, enum eval_command word, const char *start)
{
	if (take_word(p, word))
		return;
	if (*p->at)
		fail_unexpected(p);
	p->at = start;
	eval_fail(p, 2, "unterminated ", 2);
}

static void if_clause(struct parser *p)
{
	const char *start = p->at;
	bool in_condition = p->in_condition;
	int done = 0; /* 1 once a branch was taken: the others are skipped */

	do {
		int fails;

		p->at += eval_raw_len(p->at);
		p->skip += done;
		p->in_condition = true;
		command_list(p, '\n');
		p->in_condition = in_condition;
		require_word(p, EVAL_THEN, start);
		fails = p->status != 0;
		p->skip += fails;
		command_list(p, '\n');
		p->skip -= fails + done;
		done |= !fails;
	} while (command_at(p->at) == EVAL_ELIF);
	p->skip += done;
	if (take_word(p, EVAL_ELSE))
		command_list(p, '\n');
	else if (p->skip == 0)
		p->status = 0;
	p->skip -= done;
	require_word(p, EVAL_FI, start);
}

/*
 * Whether && or || follows decides about the failures within the if, so it is read to its end once
 * before it is executed.
 */
static void if_command(struct parser *p)
{
	const char *start = p->at;
	bool in_condition = p->in_condition;

	eval_enter_nesting(p);
	if (p->skip == 0) {
		p->skip = 1;
		if_clause(p);
		eval_skip_blanks(p, ' ');
		p->in_condition |= is_and_or(p->at);
		if (p->verdict == 0) {
			p->skip = 0;
			p->at = start;
		}
	}
	if_clause(p);
	p->in_condition = in_condition;
	p->depth--;
}

static void and_or_list(struct parser *p)
{
	int skips = 0; /* 1 if && or || skips the next command */

	for (;;) {
		if (command_at(p->at) == EVAL_IF)
			if_command(p);
		else
			simple_command(p);
		eval_skip_blanks(p, ' ');
		p->skip -= skips;
		if (!is_and_or(p->at))
			return;
		skips = (p->status == 0) != (*p->at == '&');
		p->skip += skips;
		p->at += 2;
		eval_skip_blanks(p, '\n');
	}
}

/*
 * Reads commands that end with ; or the separator, up to a reserved word that ends the list or, if
 * the separator is a blank, to the end of the line.
 */
static void command_list(struct parser *p, char separator)
{
	eval_skip_blanks(p, '\n');
	do {
		and_or_list(p);
		if (*p->at != ';' && *p->at != separator)
			break;
		p->at++;
		eval_skip_blanks(p, separator);
	} while (*p->at && *p->at != '\n' && !ends_list(p->at));
	if (*p->at && strchr("&|<>(", *p->at))
		eval_unsupported(p, 1);
}

/* Like a shell, reads a line, with all that belongs to its commands, before executing any of it. */
static void evaluate_lines(struct parser *p)
{
	for (;;) {
		const char *start;

		eval_skip_blanks(p, '\n');
		start = p->at;
		if (*start == '\0')
			return;
		p->skip = 1;
		command_list(p, ' ');
		if (*p->at && *p->at != '\n')
			fail_unexpected(p);
		if (p->verdict != 0)
			return;
		p->skip = 0;
		p->at = start;
		command_list(p, ' ');
	}
}

int eval_file(struct eval *eval, const char *buf)
{
	struct parser p = { .eval = eval, .buf = buf, .at = buf, .word.mem = eval->mem };

	eval->cause.mem = eval->output.mem = eval->mem;
	eval->cause.len = 0;
	/* Both must have a buffer even while they are empty. */
	text_str(&p.word, "");
	if (strvec_add(eval->mem, &p.args, NULL) < 0)
		return -ENOMEM;
	evaluate_lines(&p);
	if (p.verdict == EVAL_RETURN)
		p.verdict = 0;
	if (p.verdict == 0 && p.status != 0)
		fail_by_status(&p);
	return p.word.truncated || eval->output.truncated ? -ENOMEM : p.verdict;
}
