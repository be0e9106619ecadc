#include <errno.h>
#include <string.h>

#include "envd_shell.h"
#include "text.h"
#include "vars.h"

static int hex_value(char c)
{
	char lower = (char)(c | 0x20);

	if (c >= '0' && c <= '9')
		return c - '0';
	return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

/* Digits of a base, at most `most` of them. */
static const char *take_digits(const char *at, int base, int most, struct text *value)
{
	int byte = 0;

	for (; most > 0 && hex_value(*at) < base; most--)
		byte = byte * base + hex_value(*at++);
	text_char(value, (char)byte);
	return at;
}

/* After the backslash in $'...'. */
static const char *take_escape(const char *at, struct text *value)
{
	static const char letters[] = "n\nt\tr\ra\ab\be\033E\033f\fv\v";
	const char *known;

	if (*at >= '0' && *at <= '7')
		return take_digits(at, 8, 3, value);
	if (*at == 'x')
		return take_digits(at + 1, 16, 2, value);
	known = *at > ' ' ? strchr(letters, *at) : NULL;
	text_char(value, known ? known[1] : *at);
	return *at ? at + 1 : at;
}

static const char *take_quoted(const char *at, char quote, bool ansi, struct text *value)
{
	while (*at && *at != quote) {
		if (*at == '\\' && ansi) {
			at = take_escape(at + 1, value);
			continue;
		}
		if (*at == '\\' && quote == '"' && at[1] && strchr("$`\"\\", at[1]))
			at++;
		text_char(value, *at++);
	}
	return *at ? at + 1 : at;
}

/* The value up to the end of its line, quotes removed. */
static const char *take_value(const char *at, struct text *value)
{
	while (*at && *at != '\n') {
		if (*at == '\'' || *at == '"') {
			at = take_quoted(at + 1, *at, false, value);
		} else if (at[0] == '$' && at[1] == '\'') {
			at = take_quoted(at + 2, '\'', true, value);
		} else {
			at += *at == '\\' && at[1];
			text_char(value, *at++);
		}
	}
	return *at ? at + 1 : at;
}

/* "export ", "declare -x ", "typeset -rx ". */
static const char *skip_command(const char *at)
{
	static const char *const commands[] = { "export ", "declare ", "typeset ", NULL };

	for (const char *const *command = commands; *command; command++)
		if (strncmp(at, *command, strlen(*command)) == 0) {
			at += strlen(*command);
			return *at == '-' ? at + strcspn(at, " \n") + 1 : at;
		}
	return NULL;
}

int envd_read_exports(struct mem *mem, const char *text, struct vars *vars)
{
	int err = 0;

	while (*text && err == 0) {
		struct text entry = { .mem = mem };
		size_t n;

		text = skip_command(text);
		n = text ? vars_name_len(text) : 0;
		if (n == 0)
			return -EINVAL;
		text_add(&entry, text, n);
		if (text[n] == '=') {
			text_char(&entry, '=');
			text = take_value(text + n + 1, &entry);
			err = entry.cut ? -ENOMEM : vars_put(vars, entry.buf, true);
		} else {
			text += n + strcspn(text + n, "\n");
			text += *text == '\n';
		}
	}
	return err;
}
