/* Words: quotes, expansions, and the splitting into fields. */
#include <string.h>

#include "envd/eval_walk.h"

static void read_part(struct eval *eval, int how);

static void unterminated(struct eval *eval, const char *start, size_t n)
{
	eval->at = start;
	eval_fail(eval, 2, "unterminated ", n);
}

static char *copy_word(struct eval *eval, size_t from)
{
	char *copy = mem_dup(eval->mem, eval->word.buf + from, eval->word.len - from);

	if (!copy)
		eval_no_memory(eval);
	return copy;
}

static void end_field(struct eval *eval)
{
	if ((eval->begun || eval->word.len > 0) && eval->skip == 0 &&
	    strvec_add(eval->mem, &eval->args, copy_word(eval, 0)) < 0)
		eval_no_memory(eval);
	eval->begun = false;
	eval->word.len = 0;
}

/* Text of the file or of a variable. */
static void add_char(struct eval *eval, char c, int how)
{
	if (how & EVAL_QUOTED || eval->kind < EVAL_ARGUMENT || !c || !strchr("*?[ \t\n", c))
		text_char(&eval->word, c);
	else if (strchr("*?[", c))
		eval_fail(eval, EVAL_BEYOND, "a pattern for file names", 0);
	else
		end_field(eval);
}

static void add_value(struct eval *eval, const char *value, int how)
{
	if (how & EVAL_QUOTED || eval->kind < EVAL_ARGUMENT)
		text_str(&eval->word, value);
	else
		for (; *value; value++)
			add_char(eval, *value, how);
}

/*
 * Inside a quoted expansion quotes end the quotes around it, as far as bash is concerned with
 * braces, backslashes and process substitutions. That is not written down anywhere. Of ~, more are
 * beyond than would be expanded.
 */
static void add_plain(struct eval *eval, int how)
{
	const char *at = eval->at;
	char c = *at;

	if (!(how & EVAL_QUOTED) || how & EVAL_NESTED) {
		if ((c == '<' || c == '>') && at[1] == '(')
			eval_beyond(eval, 2);
		if (c == '{' && eval->kind >= EVAL_BRACES)
			eval->brace = true;
		if (eval->brace && (c == ',' || (c == '.' && at[1] == '.')))
			eval_fail(eval, EVAL_BEYOND, "{a,b}", 0);
	}
	if (c == '~' && !(how & EVAL_QUOTED) &&
	    (at == eval->buf || (!vars_is_name(at[-1]) && !strchr("./", at[-1]))))
		eval_beyond(eval, 1);
	add_char(eval, c, how);
	eval->at += *eval->at != '\0';
}

static void add_escaped(struct eval *eval, int how)
{
	char c = *++eval->at;

	if (c == '\0' || (how & EVAL_QUOTED && !(how & EVAL_NESTED) && !strchr("$`\"\\\n", c) &&
			  !(c == '}' && how & EVAL_INNER)))
		text_char(&eval->word, '\\');
	if (c == '\0')
		return;
	eval->at++;
	if (c == '\n')
		return;
	eval->begun = true;
	text_char(&eval->word, c);
}

/* In "${X:-'word'}" single quotes stand for themselves, yet bash minds them to find the end. */
static void add_single_quoted(struct eval *eval, int how)
{
	const char *text = eval->at + 1;
	size_t n = strcspn(text, how & EVAL_QUOTED ? "'$`\"\\}" : "'");

	if (text[n] == '\'') {
		eval->begun = true;
		if (how & EVAL_QUOTED)
			text_add(&eval->word, text - 1, n + 2);
		else
			text_add(&eval->word, text, n);
		eval->at = text + n + 1;
	} else if (how & EVAL_QUOTED) {
		eval_beyond(eval, 1);
	} else {
		unterminated(eval, eval->at, 1);
	}
}

/* $'..', its commoner escapes. */
static void add_ansi_quoted(struct eval *eval)
{
	static const char escapes[] = "n\nt\tr\re\033E\033a\ab\bf\fv\v\\\\''\"\"??";
	const char *start = eval->at;

	eval->begun = true;
	for (eval->at += 2; *eval->at != '\''; eval->at++) {
		char c = *eval->at;

		if (c == '\\') {
			const char *escape = escapes;
			int n = 0;

			c = 0;
			while (n < 3 && (unsigned char)(eval->at[1] - '0') < 8) {
				c = (char)(c * 8 + *++eval->at - '0');
				n++;
			}
			if (n == 0) {
				while (*escape && *escape != eval->at[1])
					escape += 2;
				c = *escape ? escape[1] : '\0';
				eval->at++;
			}
			if (c == '\0')
				eval_beyond(eval, 1);
		}
		if (c == '\0') {
			unterminated(eval, start, 2);
			return;
		}
		text_char(&eval->word, c);
	}
	eval->at++;
}

static void add_double_quoted(struct eval *eval, int how)
{
	const char *start = eval->at++;

	read_part(eval, how & EVAL_QUOTED ? EVAL_QUOTED | EVAL_NESTED : EVAL_QUOTED);
	eval->begun = true;
	if (*eval->at == '\0')
		unterminated(eval, start, 1);
	else
		eval->at++;
}

static void no_value(struct eval *eval, const char *name, size_t n)
{
	eval->at = name;
	eval_fail(eval, 1, "no value for ", n);
}

struct expansion {
	const char *start; /* its $ */
	const char *name;
	size_t name_len;
	int how;
	bool colon; /* an empty value is as good as none */
	char op;    /* - = ? +, or } without a word */
};

/* Reads the word of an expansion, whether it is used or not, and expands. */
static void expand_by(struct eval *eval, const struct expansion *exp, const char *value)
{
	size_t mark = eval->word.len, n = exp->name_len;
	bool has = value && (*value || !exp->colon), begun = eval->begun;
	int unused = has != (exp->op == '+');
	bool aside = (unused || exp->op == '=' || exp->op == '?') && !eval_scans(eval);
	char kind = eval->kind, *entry;

	eval_deeper(eval);
	if (aside) {
		eval->kind = EVAL_PLAIN;
		text_add(&eval->word, exp->name, n);
		text_str(&eval->word, exp->op == '?' ? ": " : "=");
	}
	eval->skip += unused;
	read_part(eval, (exp->how & EVAL_QUOTED) | EVAL_INNER);
	eval->skip -= unused;
	eval->kind = kind;
	eval->depth--;
	if (*eval->at == '\0')
		unterminated(eval, exp->start, 2);
	else
		eval->at++;
	if (!aside)
		return;
	eval->begun = begun;
	if (eval->skip == 0 && !unused) {
		entry = copy_word(eval, mark);
		if (exp->op == '=')
			eval_put(eval, entry, false);
		else
			no_value(eval, exp->name, n);
		if (exp->op == '?' && entry)
			text_str(&eval->what, entry + n);
		value = entry ? entry + n + 1 : NULL;
		has = true;
	}
	eval->word.len = mark;
	if (has && exp->op != '+' && value)
		add_value(eval, value, exp->how);
}

/*
 * After $NAME: does a shell, taking away a line continuation or bash nested quotes first, see more
 * of the name than stands here?
 */
static bool is_name_continued(const char *at, int how)
{
	if (at[0] == '\\' && at[1] == '\n')
		at++;
	else if (!(at[0] == '"' && how & (EVAL_INNER | EVAL_NESTED)) &&
		 !(at[0] == '\\' && how & EVAL_NESTED))
		return false;
	return vars_is_name(at[1]) || at[1] == '\\' || at[1] == '"';
}

/* A $ with neither a name nor a brace behind it. */
static void add_dollar(struct eval *eval, int how)
{
	/* Within double quotes proper, $" is not of bash. */
	const char *specials = &"\"'(0123456789@*#?-$![\\"[how == EVAL_QUOTED ? 2 : 0];
	char next = eval->at[1];

	if (next == '\'' && !(how & EVAL_QUOTED))
		add_ansi_quoted(eval);
	else if (next && strchr(specials, next))
		eval_beyond(eval, 2);
	else if (!(how & EVAL_QUOTED) && eval->kind == EVAL_ARGUMENT)
		/* An odd thing: behind an expansion such a $ keeps bash from splitting it. */
		eval_beyond(eval, 1);
	else
		text_char(&eval->word, *eval->at++);
}

/* The length of the parameter's name; only a scan knows others than variables. */
static size_t parameter_len(const struct eval *eval, const char *at)
{
	size_t n = vars_name_len(at);

	if (n == 0 && eval_scans(eval) && *at && (*at != '!' || at[1] == '}'))
		n = 1 + strspn(at + 1, "0123456789");
	return n;
}

static void expand(struct eval *eval, int how)
{
	struct expansion exp = { .start = eval->at, .how = how, .op = '}' };
	bool brace = eval->at[1] == '{';
	const char *at = eval->at + 1 + brace, *ops, *value;
	enum vars_kind kind;
	size_t n;

	at += eval_scans(eval) && brace && *at == '#' && at[1] != '}';
	exp.name = at;
	exp.name_len = n = parameter_len(eval, at);
	at += n;
	if (brace) {
		exp.colon = *at == ':';
		at += exp.colon;
		exp.op = *at;
		if (!exp.op) {
			unterminated(eval, exp.start, 2);
			return;
		}
		at++;
		ops = &"%#}-=+?"[exp.colon ? 3 : eval_scans(eval) ? 0 : 2];
		if (n == 0 || !strchr(ops, exp.op)) {
			eval_beyond(eval, (size_t)(at - exp.start));
			return;
		}
	} else if (n == 0) {
		add_dollar(eval, how);
		return;
	} else if (is_name_continued(at, how)) {
		eval_beyond(eval, n + 2);
	}
	value = eval->skip > 0 ? NULL : vars_get(eval->vars, exp.name, n);
	kind = vars_kind(exp.name, n);
	if (eval_scans(eval) ?
		    kind == VARS_BASH :
		    eval->skip == 0 && (kind > VARS_DEFAULT || (kind == VARS_DEFAULT && !value)))
		eval_beyond(eval, (size_t)(at - exp.start));
	if (*eval->at)
		eval->at = at;
	if (exp.op != '}')
		expand_by(eval, &exp, value);
	else if (value)
		add_value(eval, value, how);
	else if (eval->skip == 0)
		no_value(eval, exp.name, n);
}

static void read_part(struct eval *eval, int how)
{
	for (;;) {
		char c = *eval->at;

		if (c == '\0' ||
		    (how & EVAL_INNER  ? c == '}' :
		     how & EVAL_QUOTED ? c == '"' :
					 eval_is_meta(c) || (c == '`' && eval->backquoted)))
			return;
		if (eval->word.cut)
			eval_no_memory(eval);
		else if (eval_scans(eval) && eval_scan_part(eval, how))
			continue;
		else if (c == '"')
			add_double_quoted(eval, how);
		else if (c == '\\')
			add_escaped(eval, how);
		else if (c == '$')
			expand(eval, how);
		else if (c == '`')
			eval_beyond(eval, 1);
		else if (c == '\'' && how != EVAL_QUOTED && how != (EVAL_QUOTED | EVAL_NESTED))
			add_single_quoted(eval, how);
		else
			add_plain(eval, how);
	}
}

void eval_word(struct eval *eval, char kind)
{
	eval->kind = kind;
	eval->brace = 0;
	read_part(eval, 0);
	end_field(eval);
}
