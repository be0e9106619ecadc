/* SPDX-License-Identifier: Apache-2.0 */
/* The usage and the help, in the form of argparse's, from the rows of the options. */
#include "base/opt_impl.h"
#include "base/text.h"

#define LINE_WIDTH 78
#define HELP_COLUMN 24

/* Appends blanks up to a column of the line that begins at text->buf[start]. */
static void pad_to_column(struct text *text, size_t start, size_t column)
{
	for (size_t at = text->len - start; at < column; at++)
		text_char(text, ' ');
}

/* Appends " {ERROR,WARN}". */
static void add_choices(struct text *text, const struct opt_choice *choices)
{
	const char *before = " {";

	for (; choices->name; choices++) {
		text_fmt(text, "%s%s", before, choices->name);
		before = ",";
	}
	text_char(text, '}');
}

/* Appends " FILE" or "[=TIME]", or nothing. */
static void add_value(struct text *text, const struct opt *opt)
{
	if (opt->kind == OPT_CHOICE)
		add_choices(text, opt->choices);
	else if (opt->arg)
		text_fmt(text, opt_takes_value(opt) ? "[=%s]" : " %s", opt->arg);
}

/* Appends " [-h]" or " [--lockfile LOCKFILE]". */
static void add_usage_of(struct text *text, const struct opt *opt)
{
	if (opt->letter)
		text_fmt(text, " [-%c", opt->letter);
	else
		text_fmt(text, " [--%s", opt->name);
	add_value(text, opt);
	text_char(text, ']');
}

void opt_usage(struct text *text, const struct opt_syntax *syntax, const char *name)
{
	size_t line = text->len, indent, start;

	text_fmt(text, "usage: %s", name);
	indent = text->len - line;
	for (const struct opt *opt = opt_at(syntax->options); opt; opt = opt_at(opt + 1)) {
		start = text->len;
		add_usage_of(text, opt);
		if (text->len - line > LINE_WIDTH) {
			text->len = start;
			text_char(text, '\n');
			line = text->len;
			pad_to_column(text, line, indent);
			add_usage_of(text, opt);
		}
	}
	text_fmt(text, syntax->operands ? " %s\n" : "\n", syntax->operands);
}

static void add_help_row(struct text *text, const struct opt *opt)
{
	size_t line = text->len;

	text_fmt(text, opt->letter ? "  -%c, " : "  ", opt->letter);
	text_fmt(text, "--%s", opt->name);
	add_value(text, opt);
	if (text->len - line >= HELP_COLUMN - 1) {
		text_char(text, '\n');
		line = text->len;
	}
	for (const char *help = opt->help; *help; help++) {
		pad_to_column(text, line, HELP_COLUMN);
		text_char(text, *help);
		if (*help == '\n')
			line = text->len;
	}
	text_char(text, '\n');
}

void opt_list(struct text *text, const struct opt *options)
{
	text_str(text, "\noptions:\n");
	for (const struct opt *opt = opt_at(options); opt; opt = opt_at(opt + 1))
		add_help_row(text, opt);
}

void opt_help(struct text *text, const struct opt_syntax *syntax, const char *name,
	      const char *description)
{
	opt_usage(text, syntax, name);
	if (!ENABLE_HELP)
		return;
	text_char(text, '\n');
	text_str(text, description);
	opt_list(text, syntax->options);
}
