#include "shdump.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "text.h"

static bool take(const char **at, const char *prefix)
{
	size_t n = strlen(prefix);

	if (strncmp(*at, prefix, n) != 0)
		return false;
	*at += n;
	return true;
}

/* Reads up to `max` digits of the base, 8 or 16. */
static const char *read_digits(const char *at, int base, int max, struct text *word)
{
	static const char digits[] = "0123456789abcdef";
	int value = 0;

	for (; max > 0; max--, at++) {
		const char *digit =
			*at ? memchr(digits, *at >= 'A' ? *at | 32 : *at, (size_t)base) : NULL;

		if (!digit)
			break;
		value = value * base + (int)(digit - digits);
	}
	text_char(word, (char)value);
	return at;
}

/* One escape of $'..', behind its backslash. */
static const char *read_escape(const char *at, struct text *word)
{
	static const char letters[] = "abeEfnrtv\\'\"?", bytes[] = "\a\b\033\033\f\n\r\t\v\\'\"?";
	const char *letter = *at ? strchr(letters, *at) : NULL;

	if (letter) {
		text_char(word, bytes[letter - letters]);
		return at + 1;
	}
	if (*at >= '0' && *at <= '7')
		return read_digits(at, 8, 3, word);
	if (*at == 'x')
		return read_digits(at + 1, 16, 2, word);
	if (*at != 'c' || at[1] == '\0')
		return NULL;
	text_char(word, at[1] & 31);
	return at + 2;
}

/*
 * Reads to the closing quote; the kind of quotes is ' or " or, for $'..', $. Returns what is behind
 * it, or NULL.
 */
static const char *read_quoted(const char *at, char kind, struct text *word)
{
	char end = kind == '"' ? '"' : '\'';

	while (at && *at != end) {
		if (*at == '\0')
			return NULL;
		if (kind == '$' && *at == '\\') {
			at = read_escape(at + 1, word);
			continue;
		}
		if (kind == '"' && *at == '\\' && at[1] && strchr("$`\"\\\n", at[1]))
			at++;
		text_char(word, *at++);
	}
	return at ? at + 1 : NULL;
}

/* Reads a word to the end of its line, but not a quoted one. Returns what is behind it, or NULL. */
static const char *read_word(const char *at, struct text *word)
{
	while (at && *at != '\n') {
		if (*at == '\0')
			return NULL;
		if (*at == '\'' || *at == '"') {
			at = read_quoted(at + 1, *at, word);
		} else if (at[0] == '$' && at[1] == '\'') {
			at = read_quoted(at + 2, '$', word);
		} else {
			at += at[0] == '\\' && at[1];
			text_char(word, *at++);
		}
	}
	return at ? at + 1 : NULL;
}

/* What the shell sets by itself is none of what the files set: it stays as it was. */
static bool is_the_shells_own(const char *entry)
{
	static const char *const names[] = { "PWD=", "OLDPWD=", "SHLVL=", "_=", NULL };

	for (const char *const *name = names; *name; name++)
		if (strncmp(entry, *name, strlen(*name)) == 0)
			return true;
	return false;
}

/* Exports NAME=value, n bytes of it the name, as an assignment only if it was not so before. */
static int put(struct vars *vars, const char *entry, size_t n)
{
	char *copy;

	if (is_the_shells_own(entry))
		return 0;
	for (size_t i = 0; i < vars->n; i++)
		if (vars->v[i].name_len == n && strcmp(vars->v[i].entry, entry) == 0) {
			vars->v[i].exported = true;
			return 0;
		}
	copy = mem_dup(vars->mem, entry, strlen(entry));
	return copy ? vars_put(vars, copy, true) : -ENOMEM;
}

/* Reads one line and moves *at behind it. */
static int read_line(struct vars *vars, const char **at, struct text *word)
{
	bool array = false;
	size_t n;

	if (!take(at, "export ") && !take(at, "declare ") && !take(at, "typeset "))
		return -EINVAL;
	while (**at == '-') {
		n = strcspn(*at, " \n");
		array = array || memchr(*at, 'a', n) || memchr(*at, 'A', n);
		*at += n;
		take(at, " ");
	}
	n = vars_name_len(*at);
	if (n == 0 || ((*at)[n] != '=' && (*at)[n] != '\n'))
		return -EINVAL;
	word->len = 0;
	text_add(word, *at, n + 1);
	*at += n + 1;
	if (word->cut || (*at)[-1] == '\n')
		return word->cut ? -ENOMEM : 0;
	*at = read_word(*at, word);
	if (!*at)
		return -EINVAL;
	if (word->cut)
		return -ENOMEM;
	/* An array has no place in an environment, though bash lists it among the exports. */
	return array ? 0 : put(vars, word->buf, n);
}

int shdump_read(struct vars *vars, const char *buf)
{
	struct text word = { .mem = vars->mem };
	int err = 0;

	for (size_t i = 0; i < vars->n; i++)
		vars->v[i].exported = vars->v[i].name_len == 0 ||
				      is_the_shells_own(vars->v[i].entry);
	while (err == 0 && *buf)
		err = read_line(vars, &buf, &word);
	return err;
}
