/* Words: quoting, and the splitting into fields. */
#include "eval_walk.h"

#include <errno.h>
#include <string.h>

bool walk_is_meta(char c)
{
	return memchr(" \t\n;&|<>()", c, 11);
}

static void end_field(struct walk *walk)
{
	struct mem *mem = walk->eval->mem;
	char *field = NULL;

	if (!walk->begun && !walk->unknown && walk->word.len == 0 && !walk->word.cut)
		return;
	if (!walk->unknown)
		field = mem_dup(mem, walk->word.buf, walk->word.len);
	if (walk->word.cut || (!field && !walk->unknown) || strvec_add(mem, &walk->args, field) < 0)
		walk_fail(walk, -ENOMEM, "", "", 0);
	walk->begun = walk->unknown = false;
	walk->word.len = 0;
}

/* Unquoted text, of the file or of a variable. */
static void add_unquoted(struct walk *walk, const char *s, size_t n)
{
	for (; n > 0; s++, n--) {
		if ((walk->kind & WORD_SPLIT) && memchr(" \t\n", *s, 3))
			end_field(walk);
		else if ((walk->kind & WORD_GLOB) && memchr("*?[", *s, 3))
			walk_beyond(walk, "pathname expansion");
		else
			text_char(&walk->word, *s);
	}
}

void walk_add_value(struct walk *walk, const char *value, int how)
{
	if (how & WALK_QUOTED)
		text_str(&walk->word, value);
	else
		add_unquoted(walk, value, strlen(value));
}

/* Every ~ that may be expanded; by far not all of them would be. */
static bool is_tilde(const struct walk *walk)
{
	return *walk->at == '~' &&
	       (walk->at == walk->buf ||
		(!vars_name_len(walk->at - 1) && !memchr("0123456789./", walk->at[-1], 12)));
}

static bool is_brace_expansion(struct walk *walk)
{
	char c = *walk->at;

	if (!(walk->kind & WORD_BRACES))
		return false;
	if (c == '{')
		walk->brace = c;
	else if (walk->brace && (c == ',' || (c == '.' && walk->at[1] == '.')))
		walk->brace = ',';
	return c == '}' && walk->brace == ',';
}

/*
 * Inside a quoted expansion quotes end the quotes around it, as far as bash is concerned with
 * braces, backslashes and process substitutions. That is not written down anywhere.
 */
static void add_plain(struct walk *walk, int how)
{
	bool loose = !(how & WALK_QUOTED) || how & WALK_NESTED;

	if (loose && is_brace_expansion(walk))
		walk_beyond(walk, "brace expansion");
	else if (loose && memchr("<>", *walk->at, 2) && walk->at[1] == '(')
		walk_beyond(walk, "process substitution");
	else if (how & WALK_QUOTED)
		text_char(&walk->word, *walk->at++);
	else if (is_tilde(walk))
		walk_beyond(walk, "tilde expansion");
	else
		add_unquoted(walk, walk->at++, 1);
}

static void add_escaped(struct walk *walk, int how)
{
	char c = walk->at[1];
	bool special = !(how & WALK_QUOTED) || (how & WALK_NESTED) || memchr("$`\"\\", c, 4) ||
		       (c == '}' && (how & WALK_INNER));

	walk->at++;
	if (c == '\n') {
		walk->at++;
		return;
	}
	walk->begun = true;
	if (!special || c == '\0')
		text_char(&walk->word, '\\');
	if (c != '\0')
		text_char(&walk->word, *walk->at++);
}

static void add_single_quoted(struct walk *walk)
{
	const char *text = walk->at + 1;
	size_t n = strcspn(text, "'");

	if (text[n] == '\0') {
		walk_fail(walk, EVAL_SYNTAX, "unterminated single quote", "", 0);
		return;
	}
	walk->begun = true;
	text_add(&walk->word, text, n);
	walk->at = text + n + 1;
}

/* In "${X:-'word'}" single quotes stand for themselves, yet bash minds them to find the end. */
static void add_quoted_single_quotes(struct walk *walk)
{
	size_t n = 1 + strcspn(walk->at + 1, "'$`\"\\}");

	if (walk->at[n] != '\'') {
		walk_beyond(walk, "single quote in a quoted expansion");
		return;
	}
	text_add(&walk->word, walk->at, n + 1);
	walk->at += n + 1;
}

static void add_double_quoted(struct walk *walk, int how)
{
	const char *start = walk->at++;

	walk_part(walk, how & WALK_QUOTED ? WALK_QUOTED | WALK_NESTED : WALK_QUOTED);
	walk->begun = true;
	if (*walk->at != '\0') {
		walk->at++;
		return;
	}
	walk->at = start;
	walk_fail(walk, EVAL_SYNTAX, "unterminated double quote", "", 0);
}

static bool is_part_end(char c, int how)
{
	if (c == '\0' || how & WALK_INNER)
		return c == '\0' || c == '}';
	return how & WALK_QUOTED ? c == '"' : walk_is_meta(c);
}

void walk_part(struct walk *walk, int how)
{
	while (!is_part_end(*walk->at, how)) {
		char c = *walk->at;

		if (c == '"')
			add_double_quoted(walk, how);
		else if (c == '\\')
			add_escaped(walk, how);
		else if (c == '$')
			walk_expand(walk, how);
		else if (c == '`')
			walk_beyond(walk, "command substitution");
		else if (c == '\'' && !(how & WALK_QUOTED))
			add_single_quoted(walk);
		else if (c == '\'' && (how & WALK_INNER))
			add_quoted_single_quotes(walk);
		else
			add_plain(walk, how);
	}
}

void walk_word(struct walk *walk, int kind)
{
	walk->kind = kind;
	walk->brace = 0;
	walk_part(walk, 0);
	end_field(walk);
}
