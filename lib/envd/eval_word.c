/* SPDX-License-Identifier: Apache-2.0 */
/* Reading words: quotes, and expansions with the words in them. */
#include <errno.h>
#include <string.h>

#include "envd/eval_impl.h"

/*
 * Flags for the context within a word. Bash does not document what quotes in "${X:-..."..."...}"
 * mean: we only support what means the same on both sides of them.
 */
enum quoting {
	IN_QUOTES = 1,      /* between double quotes */
	IN_EXPANSION = 2,   /* in the word of an expansion, which ends at its } */
	IN_INNER_QUOTES = 4 /* in double quotes in such a word in double quotes; with IN_QUOTES */
};

static void read_part(struct parser *p, int quoting);

/* Moves behind the byte that ends what began at `start`, with a $ and a byte or with a quote. */
static void take_end(struct parser *p, const char *start)
{
	if (*p->at) {
		p->at++;
	} else if (p->fault.verdict == 0) {
		p->at = start;
		eval_stop(p, 2, "unterminated ", *start == '$' ? 2 : 1);
	}
}

static struct eval_part *add_part(struct parser *p, const char *at, size_t n, bool is_quoted)
{
	struct eval_part *part = eval_alloc(p, sizeof(*part));

	part->text = (struct eval_span){ at, n };
	part->is_quoted = is_quoted;
	*p->end = p->last = part;
	p->end = &part->next;
	return part;
}

static void add_text(struct parser *p, const char *at, size_t n, bool is_quoted)
{
	struct eval_part *last = p->last;

	if (last && !last->op && last->is_quoted == is_quoted && last->text.at + last->text.n == at)
		last->text.n += n;
	else
		add_part(p, at, n, is_quoted);
}

/*
 * Adds a byte that has no meaning here. Unquoted, we do not read {a,b} and ~; and bash looks for
 * process substitutions even between the quotes of an expansion's word.
 */
static void add_ordinary_byte(struct parser *p, int quoting)
{
	const char *at = p->at;

	if ((!(quoting & IN_QUOTES) || quoting & IN_INNER_QUOTES) && strchr("{}~", *at))
		eval_refuse(p, 1);
	else if ((*at == '<' || *at == '>') && at[1] == '(' && quoting != IN_QUOTES)
		eval_refuse(p, 2);
	else
		add_text(p, p->at++, 1, quoting & IN_QUOTES);
}

/* A backslash before a newline continues the line. In double quotes, it may be ordinary. */
static void add_backslash(struct parser *p, int quoting)
{
	const char *special = quoting & IN_EXPANSION ? "$`\"\\}" : "$`\"\\";
	const char *at = p->at;
	char c = at[1];

	p->at += c ? 2 : 1;
	if (c == '\n')
		return;
	if (c && (!(quoting & IN_QUOTES) || strchr(special, c)))
		at++;
	add_text(p, at, (size_t)(p->at - at), true);
}

static void add_single_quoted(struct parser *p)
{
	const char *start = p->at, *text = start + 1;
	size_t n = text_until(text, "'");

	p->at = text + n;
	add_text(p, text, n, true);
	take_end(p, start);
}

static void add_double_quoted(struct parser *p, int quoting)
{
	const char *start = p->at++;

	add_text(p, p->at, 0, true);
	read_part(p, quoting & IN_QUOTES ? IN_QUOTES | IN_INNER_QUOTES : IN_QUOTES);
	take_end(p, start);
}

/*
 * Reads an escape in $'...', whose backslash is at p->at, and moves to its last byte. Returns the
 * byte that it stands for, or NUL if it is none of those that shells print.
 */
static char read_ansi_escape(struct parser *p)
{
	/* In ASCII, the bytes of these letters follow each other. */
	static const char letters[] = "abtnvfr";
	const char *letter;
	unsigned octal = 0;
	int digits = 0;

	for (; digits < 3 && p->at[1] >= '0' && p->at[1] <= '7'; digits++)
		octal = octal * 8 + (unsigned)(*++p->at - '0');
	if (digits > 0)
		return (char)octal;
	p->at++;
	if (*p->at == '\\' || *p->at == '\'')
		return *p->at;
	if (*p->at == 'e' || *p->at == 'E')
		return '\033';
	letter = *p->at ? strchr(letters, *p->at) : NULL;
	return letter ? (char)('\a' + (letter - letters)) : '\0';
}

static void add_ansi_escape(struct parser *p)
{
	char byte = read_ansi_escape(p), *copy;

	if (byte == '\0') {
		eval_refuse(p, 1);
		return;
	}
	p->at++;
	copy = eval_alloc(p, 1);
	*copy = byte;
	add_text(p, copy, 1, true);
}

/* Reads $'...', in which bash prints values with control characters. */
static void add_ansi_quoted(struct parser *p)
{
	const char *start = p->at;

	p->at += 2;
	add_text(p, p->at, 0, true);
	while (*p->at && *p->at != '\'')
		if (*p->at == '\\')
			add_ansi_escape(p);
		else
			add_text(p, p->at++, 1, true);
	take_end(p, start);
}

/* Reads the word of an expansion, if there is one, and the } behind it. */
static void read_expansion_word(struct parser *p, struct eval_part *part, const char *start)
{
	eval_enter_nesting(p);
	p->last = NULL;
	p->end = &part->word;
	read_part(p, (part->is_quoted ? IN_QUOTES : 0) | IN_EXPANSION);
	p->end = &part->next;
	p->last = part;
	p->depth--;
	take_end(p, start);
}

/* Reads ${NAME}, or ${NAME:-word} and the like. */
static void add_braced_expansion(struct parser *p, int quoting)
{
	const char *start = p->at, *name = start + 2, *at;
	size_t n = vars_name_len(name);
	struct eval_part *part = add_part(p, name, n, quoting & IN_QUOTES);
	bool has_word;

	at = name + n;
	part->has_colon = *at == ':';
	at += part->has_colon;
	part->op = *at;
	has_word = *at && strchr("-=+?", *at);
	if (has_word)
		at++;
	else if ((*at == ',' || *at == '^') && at[1] == *at)
		at += 2;
	if (part->op && (n == 0 || (!has_word && (*at != '}' || part->has_colon)))) {
		eval_refuse(p, 3 + n);
	} else {
		p->at = at;
		read_expansion_word(p, part, start);
	}
}

/* Reads what a $ begins. A $ alone is only supported in quotes. */
static void add_dollar(struct parser *p, int quoting)
{
	const char *at = p->at + 1;
	size_t n = vars_name_len(at);
	bool is_quoted = quoting & IN_QUOTES;

	if (*at == '{') {
		add_braced_expansion(p, quoting);
	} else if (*at == '\'' && !is_quoted) {
		add_ansi_quoted(p);
	} else if (n > 0) {
		p->at += 1 + n;
		add_part(p, at, n, is_quoted)->op = '}';
		/* The name may go on after a continued line and, to bash, after a nested quote. */
		if ((p->at[0] == '\\' && p->at[1] == '\n') ||
		    (*p->at == '"' && quoting > IN_QUOTES))
			eval_refuse(p, 1);
	} else if (is_quoted && *at && !strchr("(0123456789@*#?-$![\\`'", *at) &&
		   (*at != '"' || quoting == IN_QUOTES)) {
		add_text(p, p->at++, 1, true);
	} else {
		eval_refuse(p, 2);
	}
}

/* Reads a word, or the part of it in quotes or in an expansion, to its end. */
static void read_part(struct parser *p, int quoting)
{
	const char *ends = quoting & IN_EXPANSION ? "}" : quoting & IN_QUOTES ? "\"" : EVAL_META;
	bool is_nested = quoting & IN_QUOTES && quoting != IN_QUOTES;

	while (!strchr(ends, *p->at)) {
		char c = *p->at;

		if (c == '`' || (c == '\'' && is_nested) ||
		    (c == '\\' && quoting & IN_INNER_QUOTES))
			eval_refuse(p, 1);
		else if (c == '"')
			add_double_quoted(p, quoting);
		else if (c == '\'' && !(quoting & IN_QUOTES))
			add_single_quoted(p);
		else if (c == '\\')
			add_backslash(p, quoting);
		else if (c == '$')
			add_dollar(p, quoting);
		else
			add_ordinary_byte(p, quoting);
	}
}

struct eval_word **eval_read_word(struct parser *p, struct eval_word **end, bool is_split)
{
	struct eval_word *word = *end = eval_alloc(p, sizeof(*word));

	word->is_split = is_split;
	p->last = NULL;
	p->end = &word->parts;
	read_part(p, 0);
	return &word->next;
}
