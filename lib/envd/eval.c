#include "envd/eval.h"

#include <errno.h>
#include <string.h>

#include "envd/eval_walk.h"

/* Nested deeper than this, ifs and expansions are beyond. */
#define DEPTH_MAX 50

/* More than ifs and lists together can take back of eval->skip. */
#define SKIP_ALL (1 << 20)

static void stop(struct eval *eval)
{
	eval->at = "";
	eval->skip = SKIP_ALL;
}

void eval_fail(struct eval *eval, int verdict, const char *what, size_t n)
{
	if (eval->verdict == 0) {
		eval->verdict = verdict;
		eval->line = text_line(eval->buf, eval->at);
		text_str(&eval->what, what);
		text_add(&eval->what, eval->at, n);
	}
	stop(eval);
}

void eval_beyond(struct eval *eval, size_t n)
{
	eval_fail(eval, EVAL_BEYOND, "", n);
}

void eval_no_memory(struct eval *eval)
{
	eval_fail(eval, -ENOMEM, "", 0);
}

void eval_deeper(struct eval *eval)
{
	if (++eval->depth > DEPTH_MAX)
		eval_fail(eval, EVAL_BEYOND, "too deeply nested ", 2);
}

void eval_pass(struct eval *eval, char also)
{
	for (;;) {
		const char *at = eval->at;

		if (*at == ' ' || *at == '\t' || *at == also)
			eval->at++;
		else if (*at == '\\' && at[1] == '\n')
			eval->at += 2;
		else if (*at == '#')
			eval->at += strcspn(at, "\n");
		else
			return;
	}
}

bool eval_is_meta(char c)
{
	return strchr(" \t\n;&|<>()", c);
}

static bool is_and_or(const char *at)
{
	return (*at == '&' || *at == '|') && at[1] == *at;
}

size_t eval_raw_len(const char *at)
{
	return strcspn(at, "= \t\n;&|<>()");
}

static bool is_assignment(const char *at)
{
	size_t n = vars_name_len(at);

	return n > 0 && at[n] == '=';
}

/* The number of the command, or of the word of an if, or -1. */
static int number_of(const char *at)
{
	static const char words[] =
		"then\0elif\0else\0fi\0if\0true\0:\0false\0export\0declare\0typeset\0unset\0echo\0"
		"[\0test\0set\0return\0exit\0";
	size_t n = eval_raw_len(at);

	return is_assignment(at) ? EVAL_ASSIGN : at[n] == '=' ? -1 : text_index(words, at, n);
}

static void unexpected(struct eval *eval)
{
	size_t n = eval_raw_len(eval->at);

	if (*eval->at)
		eval_fail(eval, 2, "unexpected ", n ? n : 1);
	else
		eval_fail(eval, 2, "unexpected end of the file", 0);
}

static void fail_by_status(struct eval *eval)
{
	eval->at = eval->last;
	eval_refuse(eval, NULL, eval->status);
}

static void run(struct eval *eval, int command, const char *start)
{
	const char *end = eval->at;

	if (eval->skip > 0)
		return;
	eval->at = eval->last = start;
	eval->status = eval_run(eval, command);
	if (eval->verdict != 0)
		return;
	eval->at = end;
	if (eval->status != 0 && !eval->checked && !is_and_or(end))
		fail_by_status(eval);
}

static void simple_command(struct eval *eval)
{
	const char *start = eval->at;
	size_t n = eval_raw_len(start);
	int command = number_of(start);

	eval->args.n = 0;
	if (command < EVAL_TRUE) {
		if (command >= 0 || (n == 0 && strchr(";&|)", *start)))
			unexpected(eval);
		else
			eval_beyond(eval, n ? n : 1);
	} else if (command != EVAL_ASSIGN) {
		eval->at += n;
	}
	for (;;) {
		bool assigns;

		eval_pass(eval, ' ');
		if (eval->is_dump && (*eval->at == '(' || *eval->at == ')')) {
			eval->at++;
			continue;
		}
		if (eval_is_meta(*eval->at))
			break;
		assigns = is_assignment(eval->at);
		if (command == EVAL_ASSIGN) {
			start = eval->at;
			if (!assigns)
				eval_beyond(eval, eval_raw_len(start));
			eval_word(eval, EVAL_PLAIN);
			run(eval, command, start);
			eval->args.n = 0;
		} else {
			eval_word(eval, command <= EVAL_FALSE || eval->is_dump ? EVAL_PLAIN :
					command <= EVAL_TYPESET && assigns     ? EVAL_BRACES :
										 EVAL_ARGUMENT);
		}
	}
	if (command != EVAL_ASSIGN)
		run(eval, command, start);
}

static void list(struct eval *eval, char separator);

static bool take(struct eval *eval, int word)
{
	if (number_of(eval->at) != word)
		return false;
	eval->at += eval_raw_len(eval->at);
	return true;
}

static void need(struct eval *eval, int word, const char *start)
{
	if (take(eval, word))
		return;
	if (*eval->at)
		unexpected(eval);
	eval->at = start;
	eval_fail(eval, 2, "unterminated ", 2);
}

static void if_clause(struct eval *eval)
{
	const char *start = eval->at;
	bool checked = eval->checked;
	int done = 0; /* a branch was taken: skip the others */

	do {
		int fails;

		eval->at += eval_raw_len(eval->at);
		eval->skip += done;
		eval->checked = true;
		list(eval, '\n');
		eval->checked = checked;
		need(eval, EVAL_THEN, start);
		fails = eval->status != 0;
		eval->skip += fails;
		list(eval, '\n');
		eval->skip -= fails + done;
		done |= !fails;
	} while (number_of(eval->at) == EVAL_ELIF);
	eval->skip += done;
	if (take(eval, EVAL_ELSE))
		list(eval, '\n');
	else if (eval->skip == 0)
		eval->status = 0;
	eval->skip -= done;
	need(eval, EVAL_FI, start);
}

/* Whether && or || follows decides about failures within, so the end is looked for first. */
static void if_command(struct eval *eval)
{
	const char *start = eval->at;
	bool checked = eval->checked;

	eval_deeper(eval);
	if (eval->skip == 0) {
		eval->skip = 1;
		if_clause(eval);
		eval_pass(eval, ' ');
		eval->checked |= is_and_or(eval->at);
		eval->skip = 0;
		eval->at = start;
	}
	if_clause(eval);
	eval->checked = checked;
	eval->depth--;
}

static void and_or(struct eval *eval)
{
	int fails = 0;

	for (;;) {
		if (number_of(eval->at) == EVAL_IF)
			if_command(eval);
		else
			simple_command(eval);
		eval_pass(eval, ' ');
		eval->skip -= fails;
		if (!is_and_or(eval->at))
			return;
		fails = (eval->status == 0) != (*eval->at == '&');
		eval->skip += fails;
		eval->at += 2;
		eval_pass(eval, '\n');
	}
}

/*
 * Commands with ; or the separator behind each, up to a word that ends them or, with a blank as the
 * separator, to the end of the line.
 */
static void list(struct eval *eval, char separator)
{
	eval_pass(eval, '\n');
	do {
		and_or(eval);
		if (*eval->at != ';' && *eval->at != separator)
			break;
		eval->at++;
		eval_pass(eval, separator);
	} while (*eval->at && *eval->at != '\n' && (unsigned)number_of(eval->at) > EVAL_FI);
	if (*eval->at && strchr("&|<>(", *eval->at))
		eval_beyond(eval, 1);
}

/* As a shell does, reads a line whole before doing anything of it. */
static void lines(struct eval *eval)
{
	for (;;) {
		const char *start;

		eval_pass(eval, '\n');
		start = eval->at;
		if (*start == '\0')
			return;
		eval->skip = 1;
		list(eval, ' ');
		if (*eval->at && *eval->at != '\n')
			unexpected(eval);
		if (eval->verdict != 0)
			return;
		eval->skip = 0;
		eval->at = start;
		list(eval, ' ');
	}
}

int eval_file(struct eval *eval, const char *buf)
{
	eval->word.mem = eval->what.mem = eval->output.mem = eval->mem;
	eval->buf = eval->at = buf;
	eval->verdict = eval->status = 0;
	eval->what.len = 0;
	/* An empty word, and no words, must have a buffer too. */
	text_str(&eval->word, "");
	if (strvec_add(eval->mem, &eval->args, NULL) < 0)
		return -ENOMEM;
	eval->skip = eval_scans(eval);
	if (eval_scans(eval))
		eval_scan(eval, '\0', 0);
	else
		lines(eval);
	if (eval->verdict == EVAL_RETURN)
		eval->verdict = 0;
	if (eval->verdict == 0 && eval->status != 0)
		fail_by_status(eval);
	return eval->word.cut || eval->output.cut ? -ENOMEM : eval->verdict;
}
