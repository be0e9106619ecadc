/* SPDX-License-Identifier: Apache-2.0 */
/* Words: quotes, and the splitting into fields. Expansions are in eval_expand.c. */
#include <string.h>

#include "envd/eval_impl.h"
#include "sys/util.h"

void eval_fail_unterminated(struct parser *p, const char *start, size_t n)
{
	p->at = start;
	eval_fail(p, 2, "unterminated ", n);
}

char *eval_copy_word(struct parser *p, size_t from)
{
	char *copy = mem_dup(p->eval->mem, p->word.buf + from, p->word.len - from);

	if (!copy)
		eval_no_memory(p);
	return copy;
}

static void end_field(struct parser *p)
{
	if ((p->has_quotes || p->word.len > 0) && p->skip == 0 &&
	    strvec_add(p->eval->mem, &p->args, eval_copy_word(p, 0)) < 0)
		eval_no_memory(p);
	p->has_quotes = false;
	p->word.len = 0;
}

/* Adds a byte of the file or of a variable, and splits where it is unquoted. */
static void add_byte(struct parser *p, char c, int quoting)
{
	if (quoting & IN_QUOTES || p->kind != EVAL_ARGUMENT || !c || !strchr("*?[ \t\n", c))
		text_char(&p->word, c);
	else if (strchr("*?[", c))
		eval_fail(p, EVAL_UNSUPPORTED, "a pattern for file names", 0);
	else
		end_field(p);
}

void eval_add_value(struct parser *p, const char *value, int quoting)
{
	for (; *value; value++)
		add_byte(p, *value, quoting);
}

/*
 * Returns whether bash treats braces, backslashes and process substitutions here as it does outside
 * of quotes. Bash does not document that inside "${X:-...}" each quote switches between the two.
 */
static bool is_unquoted_to_bash(int quoting)
{
	return !(quoting & IN_QUOTES) || quoting & IN_INNER_QUOTES;
}

/* Finds {a,b}, {1..3} and process substitutions, which begin with an ordinary byte. */
static void check_unquoted(struct parser *p)
{
	const char *at = p->at;

	if ((*at == '<' || *at == '>') && at[1] == '(')
		eval_unsupported(p, 2);
	else if (*at == '{' && p->kind != EVAL_PLAIN)
		p->has_brace = true;
	else if (p->has_brace && (*at == ',' || (*at == '.' && at[1] == '.')))
		eval_fail(p, EVAL_UNSUPPORTED, "{a,b}", 0);
}

/*
 * Returns whether bash might expand the ~ here, as it does at the beginning of a word and behind =
 * or :. We only exclude the places where it certainly does not.
 */
static bool is_tilde_prefix(const struct parser *p, int quoting)
{
	const char *at = p->at;

	return *at == '~' && !(quoting & IN_QUOTES) &&
	       (at == p->buf || (!vars_is_name(at[-1]) && !strchr("./", at[-1])));
}

static void add_ordinary_byte(struct parser *p, int quoting)
{
	char c = *p->at;

	if (is_unquoted_to_bash(quoting))
		check_unquoted(p);
	if (is_tilde_prefix(p, quoting))
		eval_unsupported(p, 1);
	add_byte(p, c, quoting);
	if (p->verdict == 0)
		p->at++;
}

/* Returns whether a backslash before this byte is removed: in double quotes only before a few. */
static bool is_escapable(char c, int quoting)
{
	return is_unquoted_to_bash(quoting) || strchr("$`\"\\\n", c) ||
	       (c == '}' && quoting & IN_EXPANSION);
}

static void add_backslash(struct parser *p, int quoting)
{
	char c = *++p->at;

	if (c == '\0' || !is_escapable(c, quoting))
		text_char(&p->word, '\\');
	if (c == '\0')
		return;
	p->at++;
	/* A backslash before a newline continues the line. */
	if (c == '\n')
		return;
	p->has_quotes = true;
	text_char(&p->word, c);
}

/*
 * Within "${X:-'word'}" single quotes are ordinary characters, but bash respects them when it looks
 * for the } that ends the expansion. We support them there only if that makes no difference.
 */
static void add_single_quoted(struct parser *p, int quoting)
{
	bool is_literal = quoting & IN_QUOTES;
	const char *text = p->at + 1;
	size_t n = strcspn(text, is_literal ? "'$`\"\\}" : "'");

	if (text[n] != '\'') {
		if (is_literal)
			eval_unsupported(p, 1);
		else
			eval_fail_unterminated(p, p->at, 1);
		return;
	}
	p->has_quotes = true;
	if (is_literal)
		text_add(&p->word, text - 1, n + 2);
	else
		text_add(&p->word, text, n);
	p->at = text + n + 1;
}

/*
 * Reads an escape in $'...', whose backslash is at p->at, and moves to its last byte. Returns the
 * byte that it stands for, or NUL if it is not supported, as \x, \u, \U and \c are not.
 */
static char read_ansi_escape(struct parser *p)
{
	static const struct {
		char letter;
		char byte;
	} escapes[] = {
		{ 'n', '\n' },  { 't', '\t' }, { 'r', '\r' }, { 'e', '\033' }, { 'E', '\033' },
		{ 'a', '\a' },  { 'b', '\b' }, { 'f', '\f' }, { 'v', '\v' },   { '\\', '\\' },
		{ '\'', '\'' }, { '"', '"' },  { '?', '?' },
	};
	unsigned octal = 0;
	int digits = 0;

	for (; digits < 3 && p->at[1] >= '0' && p->at[1] <= '7'; digits++)
		octal = octal * 8 + (unsigned)(*++p->at - '0');
	if (digits > 0)
		return (char)octal;
	p->at++;
	for (size_t i = 0; i < countof(escapes); i++)
		if (escapes[i].letter == *p->at)
			return escapes[i].byte;
	return '\0';
}

void eval_add_ansi_quoted(struct parser *p)
{
	const char *start = p->at;

	p->has_quotes = true;
	for (p->at += 2; *p->at != '\''; p->at++) {
		char c = *p->at;

		if (c == '\0') {
			eval_fail_unterminated(p, start, 2);
			return;
		}
		if (c == '\\')
			c = read_ansi_escape(p);
		if (c == '\0') {
			eval_unsupported(p, 1);
			return;
		}
		text_char(&p->word, c);
	}
	p->at++;
}

static void add_double_quoted(struct parser *p, int quoting)
{
	const char *start = p->at++;

	eval_read_part(p, quoting & IN_QUOTES ? IN_QUOTES | IN_INNER_QUOTES : IN_QUOTES);
	p->has_quotes = true;
	if (*p->at == '\0')
		eval_fail_unterminated(p, start, 1);
	else
		p->at++;
}

/* Returns whether the part of a word that is read ends before this byte. */
static bool ends_part(char c, int quoting)
{
	if (c == '\0')
		return true;
	if (quoting & IN_EXPANSION)
		return c == '}';
	if (quoting & IN_QUOTES)
		return c == '"';
	return eval_is_meta(c);
}

/* Reads a word, or the part of it in quotes or in an expansion, to its end. */
void eval_read_part(struct parser *p, int quoting)
{
	while (!ends_part(*p->at, quoting)) {
		if (p->word.truncated)
			eval_no_memory(p);
		else if (*p->at == '"')
			add_double_quoted(p, quoting);
		else if (*p->at == '\\')
			add_backslash(p, quoting);
		else if (*p->at == '$')
			eval_expand(p, quoting);
		else if (*p->at == '`')
			eval_unsupported(p, 1);
		else if (*p->at == '\'' && (!(quoting & IN_QUOTES) || quoting & IN_EXPANSION))
			add_single_quoted(p, quoting);
		else
			add_ordinary_byte(p, quoting);
	}
}

void eval_read_word(struct parser *p, enum eval_word_kind kind)
{
	p->kind = kind;
	p->has_brace = false;
	eval_read_part(p, 0);
	end_field(p);
}
