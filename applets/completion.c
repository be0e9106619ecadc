/* SPDX-License-Identifier: Apache-2.0 */
/* refreshbox --completion: prints a script that completes command lines, from the option rows. */
#include <string.h>

#include "applet.h"
#include "base/text.h"
#include "run/phase.h"
#include "sys/mem.h"

/* The words that may stand for a value or an operand. */
enum completes { NOTHING, FILES, DIRECTORIES, COMMANDS, WORDS };

/* These values and operands are files, directories or commands, by their names in the help. */
static const struct {
	const char *arg;
	enum completes completes;
} known_args[] = {
	{ "FILE", FILES },
	{ "LOCKFILE", FILES },
	{ "[FILE]", FILES },
	{ "DIR", DIRECTORIES },
	{ "ROOT", DIRECTORIES },
	{ "DIRECTORY...", DIRECTORIES },
	{ "scripts_directory", DIRECTORIES },
	{ "CMD [ARG]...", COMMANDS },
	{ "PHASE...", WORDS },
	{ "APPLET", WORDS },
	{ NULL, NOTHING },
};

/* Their values are the places of their forms. */
static const struct opt_choice shells[] = {
	{ "bash", 0 },
	{ "zsh", 1 },
	{ "fish", 2 },
	{ NULL, 0 },
};

/* The options of refreshbox itself, which main looks at one by one. */
/* clang-format off */
static const struct opt box_options[] = {
	{ .name = "list", .kind = OPT_COMMAND, .help = "print the names of the applets" },
	IF_INSTALL(
	{ .name = "install", .kind = OPT_STRING, .arg = "DIR",
	  .help = "make a link for each applet" }, )
	{ .name = "completion", .kind = OPT_CHOICE, .arg = "SHELL", .choices = shells,
	  .help = "print a script that completes command lines" },
	{ .name = "help", .kind = OPT_HELP, .help = "print this help and exit" },
	{ .name = "version", .kind = OPT_VERSION, .help = "print the version and exit" },
	{ .kind = OPT_END },
};
/* clang-format on */

static const struct opt_syntax box_syntax = {
	.name = "refreshbox",
	.options = box_options,
	.operands = "APPLET",
};

/* A script that is being put together. */
struct script {
	struct text *text;
	const struct applet *applets;
	const struct opt_syntax *syntax; /* of the command whose part this is */
};

static enum completes completes_of(const char *arg)
{
	size_t i = 0;

	if (!arg)
		return NOTHING;
	while (known_args[i].arg && strcmp(known_args[i].arg, arg) != 0)
		i++;
	return known_args[i].completes;
}

static enum completes value_of(const struct opt *opt)
{
	return opt->kind == OPT_CHOICE || opt->kind == OPT_COUNT ? WORDS : completes_of(opt->arg);
}

static bool needs_value(const struct opt *opt)
{
	return opt->arg && opt->kind != OPT_HELP && opt->kind != OPT_OPTIONAL_TIME;
}

/* Appends the choices of an option or, for NULL, the words for the operands of the command. */
static void add_words(const struct script *script, const struct opt *opt)
{
	struct text *text = script->text;

	if (opt) {
		for (const struct opt_choice *choice = opt->choices; choice->name; choice++)
			text_fmt(text, "%s ", choice->name);
	} else if (script->syntax == &box_syntax) {
		for (const struct applet *applet = script->applets; applet->name; applet++)
			text_fmt(text, "%s ", applet->name);
	} else if (ENABLE_REFRESH_PHASE) {
		for (const char *const *name = phase_names; *name; name++)
			text_fmt(text, "%s ", *name);
		text_str(text, phase_error_name);
	}
}

/* Appends a help text for the inside of single quotes, with a backslash before these bytes. */
static void add_help(struct text *text, const char *help, const char *special)
{
	for (; *help; help++) {
		if (strchr(special, *help))
			text_char(text, '\\');
		text_char(text, *help);
	}
}

/* ---- bash, which shows no help. It takes "--name=value" for three words. */

/* The words are those of an option, or of the operands if that is NULL. */
static void add_bash_words(const struct script *script, enum completes completes,
			   const struct opt *opt)
{
	static const char *const kinds[] = { [NOTHING] = "",
					     [FILES] = " kind=-f",
					     [DIRECTORIES] = " kind=-d",
					     [COMMANDS] = " kind=-c",
					     [WORDS] = " words='" };

	text_str(script->text, kinds[completes]);
	if (completes == WORDS) {
		add_words(script, opt);
		text_char(script->text, '\'');
	}
	text_str(script->text, " ;;\n");
}

static void add_bash_value(const struct script *script, const struct opt *opt)
{
	struct text *text = script->text;
	const char *name = script->syntax->name;

	if (!opt->arg || opt->kind == OPT_HELP)
		return;
	text_fmt(text, "\t'%s --%s%s'", name, opt->name, opt->kind == OPT_REST ? "" : "=");
	if (opt->kind != OPT_REST && needs_value(opt))
		text_fmt(text, "|'%s --%s'", name, opt->name);
	if (needs_value(opt) && opt->letter)
		text_fmt(text, "|'%s -%c'", name, opt->letter);
	text_char(text, ')');
	add_bash_words(script, value_of(opt), opt);
}

static void add_bash_command(const struct script *script)
{
	struct text *text = script->text;
	const struct opt *options = script->syntax->options;

	for (const struct opt *opt = opt_at(options); opt; opt = opt_at(opt + 1))
		add_bash_value(script, opt);
	text_fmt(text, "\t'%s '*) options='", script->syntax->name);
	for (const struct opt *opt = opt_at(options); opt; opt = opt_at(opt + 1))
		text_fmt(text, "--%s ", opt->name);
	text_char(text, '\'');
	add_bash_words(script, completes_of(script->syntax->operands), NULL);
}

static const char bash_head[] =
	"_refreshbox() {\n"
	"\tlocal command=${1##*/} current=${COMP_WORDS[COMP_CWORD]}\n"
	"\tlocal before=${COMP_WORDS[COMP_CWORD-1]} options= words= kind=\n"
	"\tif [ \"$current\" = = ]; then\n"
	"\t\tcurrent= before=$before=\n"
	"\telif [ \"$before\" = = ]; then\n"
	"\t\tbefore=${COMP_WORDS[COMP_CWORD-2]}=\n"
	"\tfi\n"
	"\tif [ \"$command\" = refreshbox ] && [ \"$COMP_CWORD\" -gt 1 ] &&\n"
	"\t\t[[ ${COMP_WORDS[1]} != -* ]]; then\n"
	"\t\tcommand=${COMP_WORDS[1]}\n"
	"\tfi\n"
	"\tcase \"$command $before\" in\n";

static const char bash_tail[] =
	"\tesac\n"
	"\t[[ \" ${COMP_WORDS[*]:0:COMP_CWORD-1} \" != *' --then '* ]] || kind=-f options=\n"
	"\tif [ \"$options\" ] && [[ $current == -* ]]; then\n"
	"\t\twords=$options kind=\n"
	"\tfi\n"
	"\tif [ \"$kind\" ]; then\n"
	"\t\tcompopt -o filenames 2>/dev/null\n"
	"\t\tmapfile -t COMPREPLY < <(compgen $kind -- \"$current\")\n"
	"\telse\n"
	"\t\tmapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$current\")\n"
	"\tfi\n"
	"}\n"
	"complete -F _refreshbox refreshbox";

/* ---- zsh: a function for compinit, or a script to source after it. */

static void add_zsh_action(const struct script *script, enum completes completes,
			   const struct opt *opt)
{
	struct text *text = script->text;

	switch (completes) {
	case NOTHING:
		text_char(text, ' ');
		break;
	case FILES:
		text_str(text, "_files");
		break;
	case DIRECTORIES:
		text_str(text, "_files -/");
		break;
	case COMMANDS:
		text_str(text, "_normal");
		break;
	case WORDS:
		text_char(text, '(');
		add_words(script, opt);
		text_char(text, ')');
		break;
	}
	text_str(text, "' ");
}

/* Appends '--name[help]', with ':ARG:action' for a value, or ':*:::ARG:action' for the rest. */
static void add_zsh_option(const struct script *script, const struct opt *opt, bool letter)
{
	struct text *text = script->text;
	bool value = needs_value(opt), rest = opt->kind == OPT_REST;

	text_str(text, opt->kind == OPT_LIST ? "'*" : "'");
	if (letter)
		text_fmt(text, "-%c%s", opt->letter, value ? "+" : "");
	else
		text_fmt(text, "--%s%s", opt->name, rest ? "" : value ? "=" : opt->arg ? "=-" : "");
	text_char(text, '[');
	add_help(text, opt->help, "[]\\:");
	text_char(text, ']');
	if (value || (opt->arg && !letter)) {
		text_fmt(text, rest ? ":*:::%s:" : value ? ":%s:" : "::%s:", opt->arg);
		add_zsh_action(script, value_of(opt), opt);
	} else {
		text_str(text, "' ");
	}
}

static void add_zsh_command(const struct script *script)
{
	struct text *text = script->text;
	const struct opt_syntax *syntax = script->syntax;

	text_fmt(text, "\t%s)\n\t\t_arguments -S -s ", syntax->name);
	if (syntax->grammar == OPT_OPTIONS_FIRST)
		text_str(text, "-A '-*' ");
	for (const struct opt *opt = opt_at(syntax->options); opt; opt = opt_at(opt + 1)) {
		add_zsh_option(script, opt, false);
		if (opt->letter)
			add_zsh_option(script, opt, true);
	}
	if (syntax->operands) {
		text_fmt(text, syntax == &box_syntax ? "'1:%s:" : "'*:%s:", syntax->operands);
		add_zsh_action(script, completes_of(syntax->operands), NULL);
	}
	text_str(text, "\n\t\t;;\n");
}

static const char zsh_head[] =
	"_refreshbox() {\n"
	"\tif [[ $service == refreshbox && $CURRENT -gt 2 && $words[2] != -* ]]; then\n"
	"\t\tlocal service=${words[2]}\n"
	"\t\tshift words\n"
	"\t\t(( CURRENT-- ))\n"
	"\tfi\n"
	"\tcase $service in\n";

static const char zsh_tail[] = "\tesac\n"
			       "}\n"
			       "if [[ $funcstack[1] == _refreshbox ]]; then\n"
			       "\t_refreshbox \"$@\"\n"
			       "else\n"
			       "\tcompdef _refreshbox refreshbox";

/* ---- fish */

static void add_fish_value(const struct script *script, enum completes completes,
			   const struct opt *opt)
{
	struct text *text = script->text;

	switch (completes) {
	case NOTHING:
		text_str(text, " -x");
		break;
	case FILES:
		text_str(text, " -r -F");
		break;
	case DIRECTORIES:
		text_str(text, " -x -a '(__fish_complete_directories)'");
		break;
	case COMMANDS:
		text_str(text, " -x -a '(__fish_complete_command)'");
		break;
	case WORDS:
		text_str(text, " -x -a '");
		add_words(script, opt);
		text_char(text, '\'');
		break;
	}
}

static void add_fish_command(const struct script *script)
{
	static const char box_only[] = " -n __fish_use_subcommand";
	struct text *text = script->text;
	const struct opt_syntax *syntax = script->syntax;
	const char *condition = syntax == &box_syntax ? box_only : "";

	for (const struct opt *opt = opt_at(syntax->options); opt; opt = opt_at(opt + 1)) {
		text_fmt(text, "complete -c %s%s -l %s", syntax->name, condition, opt->name);
		if (opt->letter)
			text_fmt(text, " -s %c", opt->letter);
		text_str(text, " -d '");
		add_help(text, opt->help, "\\'");
		text_char(text, '\'');
		if (needs_value(opt))
			add_fish_value(script, value_of(opt), opt);
		if (opt->kind == OPT_REST)
			text_fmt(text, "\ncomplete -c %s -n '__fish_seen_argument -l %s' -F",
				 syntax->name, opt->name);
		text_char(text, '\n');
	}
	text_fmt(text, "complete -c %s%s", syntax->name, condition);
	add_fish_value(script, completes_of(syntax->operands), NULL);
	text_char(text, '\n');
}

static const char fish_tail[] = "complete -c refreshbox -n 'not __fish_use_subcommand' -x "
				"-a '(__fish_complete_subcommand)'\n";

/* ---- what they have in common */

/* For each shell: the script's start, a part for each command, and its end. */
static const struct {
	const char *head;
	void (*add_command)(const struct script *script);
	const char *tail;
	const char *end; /* after the names of the applets, which follow the tail */
} forms[] = {
	{ bash_head, add_bash_command, bash_tail, "\n" },
	{ zsh_head, add_zsh_command, zsh_tail, "\nfi\n" },
	{ "", add_fish_command, fish_tail, NULL },
};

static void add_script(struct script *script, int shell)
{
	const struct applet *applets = script->applets;

	text_str(script->text, forms[shell].head);
	for (const struct applet *applet = applets; applet->name; applet++) {
		script->syntax = applet->syntax;
		forms[shell].add_command(script);
	}
	script->syntax = &box_syntax;
	forms[shell].add_command(script);
	text_str(script->text, forms[shell].tail);
	if (!forms[shell].end)
		return;
	for (const struct applet *applet = applets; applet->name; applet++)
		text_fmt(script->text, " %s", applet->name);
	text_str(script->text, forms[shell].end);
}

int completion_main(const struct applet *applets, char **argv)
{
	static const struct log log = { .name = "refreshbox --completion", .form = LOG_NAME };
	struct mem mem = { 0 };
	struct text text = { .mem = &mem };
	struct script script = { .text = &text, .applets = applets };
	const struct opt_choice *shell = shells;
	int status;

	while (shell->name && argv[1] && strcmp(shell->name, argv[1]) != 0)
		shell++;
	if (!shell->name || !argv[1] || argv[2]) {
		log_line(&log, LOG_ERROR, "usage: refreshbox --completion bash|zsh|fish");
		return EXIT_USAGE;
	}
	if (strcmp(shell->name, "zsh") == 0) {
		/* compinit reads the names of the commands from the first line. */
		text_str(&text, "#compdef refreshbox");
		for (const struct applet *applet = applets; applet->name; applet++)
			text_fmt(&text, " %s", applet->name);
		text_char(&text, '\n');
	}
	add_script(&script, shell->value);
	status = applet_print("refreshbox", text.truncated ? NULL : text.buf);
	mem_release(&mem);
	return status;
}
