/* SPDX-License-Identifier: Apache-2.0 */
/* The help, from the rows of the options. */
#include "base/opt_impl.h"
#include "base/text.h"

/* Appends "  -h, --help[=all]       print this help". */
static void add_row(struct text *text, const struct opt *opt)
{
	char buf[64];
	struct text left = TEXT_OVER(buf);

	if (opt->letter)
		text_fmt(&left, "-%c, ", opt->letter);
	text_fmt(&left, "--%s", opt->name);
	if (opt->arg)
		text_fmt(&left, opt_needs_value(opt) ? " %s" : "[=%s]", opt->arg);
	text_fmt(text, "  %-23s%s\n", buf, opt->help);
}

void opt_list(struct text *text, const struct opt *options, bool all)
{
	const char *group = "options";

	for (const struct opt *row = options; row->kind != OPT_END; row = opt_next_row(row)) {
		if (all && row->kind == OPT_GROUP)
			group = row->help;
		if (!opt_is_option(row) || !(all || row->common))
			continue;
		if (group)
			text_fmt(text, "\n%s:\n", group);
		group = NULL;
		add_row(text, row);
	}
}

void opt_help(struct text *text, const struct opt_syntax *syntax, bool all)
{
	text_fmt(text, syntax->operands ? "usage: %s [OPTION]... %s\n" : "usage: %s [OPTION]...\n",
		 syntax->name, syntax->operands);
	if (ENABLE_HELP)
		text_char(text, '\n');
	text_str(text, syntax->description);
	opt_list(text, syntax->options, all || !ENABLE_HELP);
}
