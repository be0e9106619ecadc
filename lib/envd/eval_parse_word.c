/* SPDX-License-Identifier: Apache-2.0 */
/* Reading words: quotes, and expansions with the words in them. */
#include <errno.h>
#include <string.h>

#include "envd/eval_impl.h"
#include "sys/util.h"

/*
 * Flags for the context within a word. IN_INNER_QUOTES are double quotes within the word of an
 * expansion that is itself in double quotes.
 */
enum quoting {
	IN_QUOTES = 1,      /* between double quotes */
	IN_EXPANSION = 2,   /* in the word of an expansion, which ends at its } */
	IN_INNER_QUOTES = 4 /* always together with IN_QUOTES */
};

static void read_part(struct parser *p, int quoting);

/* Stops because what begins at `start` with n bytes, such as a quote, has no end. */
static void stop_unterminated(struct parser *p, const char *start, size_t n)
{
	if (p->fault.verdict != 0)
		return;
	p->at = start;
	eval_stop(p, 2, "unterminated ", n);
}

static struct eval_part *add_part(struct parser *p)
{
	struct eval_part *part = mem_alloc(p->eval->mem, sizeof(*part));

	if (!part) {
		eval_stop(p, -ENOMEM, "", 0);
		return &p->spare_part;
	}
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
		*(add_part(p)) = (struct eval_part){ .text = { at, n }, .is_quoted = is_quoted };
}

/*
 * Returns whether bash treats braces and backslashes here as it does outside of quotes. Bash does
 * not document that inside "${X:-...}" each quote switches between the two.
 */
static bool is_unquoted_to_bash(int quoting)
{
	return !(quoting & IN_QUOTES) || quoting & IN_INNER_QUOTES;
}

/* Finds {a,b}, {1..3} and process substitutions, which begin with an ordinary byte. */
static void check_unquoted(struct parser *p, int quoting)
{
	const char *at = p->at;

	/* In the word of an expansion bash looks for process substitutions even between quotes. */
	if ((*at == '<' || *at == '>') && at[1] == '(' && quoting != IN_QUOTES)
		eval_refuse(p, 2);
	else if (!p->expands_braces || !is_unquoted_to_bash(quoting))
		return;
	else if (*at == '{')
		p->has_brace = true;
	else if (p->has_brace && (*at == ',' || (*at == '.' && at[1] == '.')))
		eval_stop(p, EVAL_UNSUPPORTED, "{a,b}", 0);
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
	check_unquoted(p, quoting);
	if (quoting == 0)
		p->parens += (*p->at == '(') - (*p->at == ')');
	if (is_tilde_prefix(p, quoting))
		eval_refuse(p, 1);
	if (p->fault.verdict == 0)
		add_text(p, p->at++, 1, quoting & IN_QUOTES);
}

/* Returns whether a backslash before this byte is removed: in double quotes only before a few. */
static bool is_escapable(char c, int quoting)
{
	return is_unquoted_to_bash(quoting) || strchr("$`\"\\\n", c) ||
	       (c == '}' && quoting & IN_EXPANSION);
}

static void add_backslash(struct parser *p, int quoting)
{
	const char *at = p->at;
	char c = at[1];

	p->at += c ? 2 : 1;
	/* A backslash before a newline continues the line. */
	if (c == '\n')
		return;
	if (c && is_escapable(c, quoting))
		at++;
	add_text(p, at, (size_t)(p->at - at), true);
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

	if (text[n] == '\'') {
		add_text(p, text - is_literal, n + 2 * is_literal, true);
		p->at = text + n + 1;
	} else if (is_literal) {
		eval_refuse(p, 1);
	} else {
		stop_unterminated(p, p->at, 1);
	}
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

/* Reads the escape at p->at and adds the byte that it stands for. */
static void add_ansi_escape(struct parser *p)
{
	char byte = read_ansi_escape(p);
	const char *copy;

	if (byte == '\0') {
		eval_refuse(p, 1);
		return;
	}
	copy = mem_dup(p->eval->mem, &byte, 1);
	if (copy)
		add_text(p, copy, 1, true);
	else
		eval_stop(p, -ENOMEM, "", 0);
}

/* Reads $'...', whose escapes are bash's. */
static void add_ansi_quoted(struct parser *p)
{
	const char *start = p->at;

	p->at += 2;
	add_text(p, p->at, 0, true);
	while (*p->at && *p->at != '\'') {
		if (*p->at == '\\')
			add_ansi_escape(p);
		else
			add_text(p, p->at, 1, true);
		if (p->fault.verdict == 0)
			p->at++;
	}
	if (*p->at)
		p->at++;
	else
		stop_unterminated(p, start, 2);
}

static void add_double_quoted(struct parser *p, int quoting)
{
	const char *start = p->at++;

	add_text(p, p->at, 0, true);
	read_part(p, quoting & IN_QUOTES ? IN_QUOTES | IN_INNER_QUOTES : IN_QUOTES);
	if (*p->at)
		p->at++;
	else
		stop_unterminated(p, start, 1);
}

/*
 * Returns whether a shell, which removes the backslash and newline of a continued line, or bash,
 * which removes a nested quote, sees more of the name $NAME than stands before this place.
 */
static bool is_name_continued(const char *at, int quoting)
{
	if (at[0] == '\\' && at[1] == '\n')
		at++;
	else if (!(at[0] == '"' && quoting & (IN_EXPANSION | IN_INNER_QUOTES)) &&
		 !(at[0] == '\\' && quoting & IN_INNER_QUOTES))
		return false;
	return vars_is_name(at[1]) || at[1] == '\\' || at[1] == '"';
}

/* Returns whether $ and this byte mean something; bash's $" and $' do not directly in quotes. */
static bool is_special_after_dollar(char c, int quoting)
{
	if (c == '"' || c == '\'')
		return quoting != IN_QUOTES;
	return c && strchr("(0123456789@*#?-$![\\", c);
}

/* Reads a $ that neither a name nor a brace follows. */
static void add_dollar(struct parser *p, int quoting)
{
	char next = p->at[1];

	if (next == '\'' && !(quoting & IN_QUOTES))
		add_ansi_quoted(p);
	else if (is_special_after_dollar(next, quoting))
		eval_refuse(p, 2);
	else if (!(quoting & IN_QUOTES) && p->is_split)
		/* Bash does not split an expansion that such a $ follows directly. */
		eval_refuse(p, 1);
	else
		add_text(p, p->at++, 1, quoting & IN_QUOTES);
}

/* Reads $NAME. */
static void add_plain_expansion(struct parser *p, int quoting)
{
	struct eval_span name = { p->at + 1, vars_name_len(p->at + 1) };

	if (name.n == 0) {
		add_dollar(p, quoting);
	} else if (is_name_continued(name.at + name.n, quoting)) {
		eval_refuse(p, name.n + 2);
	} else {
		p->at = name.at + name.n;
		*add_part(p) = (struct eval_part){ .text = name,
						   .is_quoted = quoting & IN_QUOTES,
						   .op = '}' };
	}
}

static bool has_word(const struct eval_part *part)
{
	return part->op && strchr("-=+?", part->op);
}

/* Reads the word of an expansion, which began at `start`, and the } behind it. */
static void read_expansion_word(struct parser *p, struct eval_part *part, const char *start)
{
	bool is_split = p->is_split;

	eval_enter_nesting(p);
	p->last = NULL;
	p->end = &part->word;
	/* What is assigned or reported is one string. */
	p->is_split = is_split && part->op != '=' && part->op != '?';
	read_part(p, (part->is_quoted ? IN_QUOTES : 0) | IN_EXPANSION);
	p->is_split = is_split;
	p->end = &part->next;
	p->last = part;
	p->depth--;
	if (*p->at)
		p->at++;
	else
		stop_unterminated(p, start, 2);
}

/* Reads what follows the name in ${NAME...}. Returns what is behind it; NULL: not supported. */
static const char *read_operator(struct eval_part *part, const char *at)
{
	part->has_colon = *at == ':';
	at += part->has_colon;
	part->op = *at;
	if (has_word(part))
		return at + 1;
	if ((*at == ',' || *at == '^') && at[1] == *at)
		at += 2;
	return *at == '}' && !part->has_colon ? at + 1 : NULL;
}

/* Reads ${NAME}, or ${NAME:-word} and the like. */
static void add_braced_expansion(struct parser *p, int quoting)
{
	const char *start = p->at, *name = start + 2, *end;
	struct eval_part *added,
		part = { .text = { name, vars_name_len(name) }, .is_quoted = quoting & IN_QUOTES };

	end = read_operator(&part, name + part.text.n);
	if (!part.op) {
		stop_unterminated(p, start, 2);
	} else if (part.text.n == 0 || !end) {
		eval_refuse(p, 3 + part.text.n + part.has_colon);
	} else {
		p->at = end;
		added = add_part(p);
		*added = part;
		if (has_word(&part))
			read_expansion_word(p, added, start);
	}
}

/* Returns whether the part of a word that is read ends before this byte. */
static bool ends_part(const struct parser *p, char c, int quoting)
{
	if (c == '\0')
		return true;
	if (quoting & IN_EXPANSION)
		return c == '}';
	if (quoting & IN_QUOTES)
		return c == '"';
	if (p->is_regex && (c == '(' || c == '|' || (c == ')' && p->parens > 0)))
		return false;
	return eval_is_meta(c);
}

/* Reads a word, or the part of it in quotes or in an expansion, to its end. */
static void read_part(struct parser *p, int quoting)
{
	while (!ends_part(p, *p->at, quoting)) {
		if (*p->at == '"')
			add_double_quoted(p, quoting);
		else if (*p->at == '\\')
			add_backslash(p, quoting);
		else if (*p->at == '$' && p->at[1] == '{')
			add_braced_expansion(p, quoting);
		else if (*p->at == '$')
			add_plain_expansion(p, quoting);
		else if (*p->at == '`')
			eval_refuse(p, 1);
		else if (*p->at == '\'' && (!(quoting & IN_QUOTES) || quoting & IN_EXPANSION))
			add_single_quoted(p, quoting);
		else
			add_ordinary_byte(p, quoting);
	}
}

struct eval_word *eval_read_word(struct parser *p, enum eval_word_kind kind)
{
	struct eval_word *word = mem_alloc(p->eval->mem, sizeof(*word));

	if (!word) {
		eval_stop(p, -ENOMEM, "", 0);
		word = &p->spare_word;
	}
	word->is_split = p->is_split = kind == EVAL_ARGUMENT;
	p->is_regex = kind == EVAL_REGEX;
	p->expands_braces = kind == EVAL_BRACES || kind == EVAL_ARGUMENT;
	p->has_brace = false;
	p->last = NULL;
	p->end = &word->parts;
	p->parens = 0;
	read_part(p, 0);
	if (p->parens > 0)
		eval_stop(p, EVAL_UNSUPPORTED, "(", 0);
	return word;
}
