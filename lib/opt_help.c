#include "opt.h"

#include <string.h>

#include "text.h"

#define LINE_WIDTH 78
#define HELP_COLUMN 24

/* " {ERROR,WARN}", " FILE", "". */
static void add_value(struct text *text, const struct opt *opt)
{
	if (opt->kind == OPT_CHOICE) {
		char between = '{';

		text_char(text, ' ');
		for (const char *const *choice = opt->choices; *choice; choice++, between = ',')
			text_fmt(text, "%c%s", between, *choice);
		text_char(text, '}');
	} else if (opt_takes_value(opt)) {
		text_fmt(text, " %s", opt->arg);
	}
}

void opt_usage(struct text *text, const struct opt *rows, const char *name)
{
	size_t indent = strlen("usage: ") + strlen(name), column = indent;

	text_fmt(text, "usage: %s", name);
	for (; rows->name; rows++) {
		char buf[160];
		struct text item = TEXT_OVER(buf);

		if (rows->letter)
			text_fmt(&item, " [-%c", rows->letter);
		else
			text_fmt(&item, " [--%s", rows->name);
		add_value(&item, rows);
		text_char(&item, ']');
		if (column + item.len > LINE_WIDTH) {
			text_char(text, '\n');
			for (column = 0; column < indent; column++)
				text_char(text, ' ');
		}
		text_add(text, item.buf, item.len);
		column += item.len;
	}
	if (rows->arg)
		text_fmt(text, " %s", rows->arg);
	text_char(text, '\n');
}

static void add_help_row(struct text *text, const struct opt *opt)
{
	size_t start = text->len;
	const char *line = opt->help;

	text_str(text, "  ");
	if (opt->letter)
		text_fmt(text, "-%c, ", opt->letter);
	text_fmt(text, "--%s", opt->name);
	add_value(text, opt);
	if (text->len - start >= HELP_COLUMN - 1) {
		text_char(text, '\n');
		start = text->len;
	}
	for (;;) {
		size_t n = strcspn(line, "\n");

		while (text->len - start < HELP_COLUMN)
			text_char(text, ' ');
		text_add(text, line, n);
		text_char(text, '\n');
		start = text->len;
		if (!line[n])
			return;
		line += n + 1;
	}
}

void opt_help(struct text *text, const struct opt *rows, const char *name, const char *description)
{
	opt_usage(text, rows, name);
	if (!ENABLE_HELP)
		return;
	text_fmt(text, "\n");
	text_str(text, description);
	text_str(text, "\noptions:\n");
	for (; rows->name; rows++)
		add_help_row(text, rows);
}
