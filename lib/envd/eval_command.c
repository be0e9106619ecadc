/* SPDX-License-Identifier: Apache-2.0 */
/* The commands that a file of environment.d may use, as bash executes them. */
#include <string.h>

#include "envd/eval_impl.h"
#include "sys/util.h"

/*
 * The options of `set` that may be on: they are on already where environment.d is read, or they
 * only make a shell print what it does. Those that only print may also be off.
 */
static const struct {
	const char *name; /* with -o */
	char letter;      /* or '\0' */
	bool only_prints;
} set_options[] = {
	{ "errexit", 'e', false }, { "nounset", 'u', false }, { "pipefail", '\0', false },
	{ "verbose", 'v', true },  { "xtrace", 'x', true },
};

void eval_fail_command(struct parser *p, const char *arg, int verdict)
{
	if (p->verdict != 0)
		return;
	eval_fail(p, verdict, verdict == EVAL_UNSUPPORTED ? "" : "failed: ", eval_raw_len(p->at));
	if (arg) {
		text_char(&p->eval->cause, ' ');
		text_str(&p->eval->cause, arg);
	}
}

void eval_command_unsupported(struct parser *p, const char *arg)
{
	eval_fail_command(p, arg, EVAL_UNSUPPORTED);
}

void eval_assign(struct parser *p, const char *entry, bool exported)
{
	if (!entry || vars_put(p->eval->vars, entry, exported) < 0)
		eval_no_memory(p);
}

/* Executes one argument of a command that assigns. Returns the exit status. */
static int assign_argument(struct parser *p, char *arg, bool exported)
{
	size_t n = vars_name_len(arg);
	char c = arg[n];

	if (p->eval->mode == EVAL_DUMP) {
		if (c != '=' || vars_is_shell_internal(arg, n))
			return 0;
	} else if (vars_kind(arg, n) > VARS_DEFAULT || c == '+' || c == '[') {
		/* Bash understands NAME+=value and NAME[index]=value. */
		arg[n] = '\0';
		eval_command_unsupported(p, arg);
	}
	if (n == 0 || (c != '=' && c != '\0'))
		return 1;
	eval_assign(p, arg, exported);
	return 0;
}

static int assign_arguments(struct parser *p, char **v, bool exported)
{
	int status = 0;

	while (*v)
		status |= assign_argument(p, *v++, exported);
	return status;
}

/* Executes export, declare or typeset. Only a dump may use the last two, or options. */
static int export_command(struct parser *p, char **v, enum eval_command command)
{
	bool has_option = *v && **v == '-';

	if (p->eval->mode != EVAL_DUMP) {
		if (!*v || has_option || command != EVAL_EXPORT)
			eval_command_unsupported(p, *v);
	} else if (has_option && (*v)[strcspn(*v, "aA")]) {
		/* Arrays cannot be in an environment. */
		return 0;
	}
	return assign_arguments(p, v + has_option, true);
}

static void unset_command(struct parser *p, char **v)
{
	for (v += *v && strcmp(*v, "-v") == 0; *v; v++) {
		size_t n = vars_name_len(*v);

		if (n == 0 || (*v)[n] || vars_kind(*v, n) > VARS_DEFAULT)
			eval_command_unsupported(p, *v);
		else
			vars_unset(p->eval->vars, *v, n);
	}
}

/* Bash's echo takes a word for options only if all its letters are options. */
static bool is_echo_option(const char *word)
{
	return word[0] == '-' && word[1] && word[1 + strspn(word + 1, "neE")] == '\0';
}

static void echo_command(struct parser *p, char **v)
{
	struct text *output = &p->eval->output;
	bool newline = true;

	for (; *v && is_echo_option(*v); v++) {
		if (strchr(*v, 'e'))
			eval_command_unsupported(p, *v);
		newline = newline && !strchr(*v, 'n');
	}
	while (*v) {
		text_str(output, *v++);
		if (*v)
			text_char(output, ' ');
	}
	if (newline)
		text_char(output, '\n');
}

/* Returns whether `set` may turn on, or off, the option with this letter or, if not NULL, name. */
static bool may_set(char letter, const char *name, bool on)
{
	for (size_t i = 0; i < countof(set_options); i++)
		if (name ? strcmp(set_options[i].name, name) == 0 : set_options[i].letter == letter)
			return on || set_options[i].only_prints;
	return false;
}

/* Returns whether `set` may have this argument: - or + and letters, of which o takes a name. */
static bool may_set_letters(const char *arg)
{
	const char *letter = arg + 1;

	if ((*arg != '-' && *arg != '+') || !*letter)
		return false;
	while (*letter == 'o' || (*letter && may_set(*letter, NULL, *arg == '-')))
		letter++;
	return *letter == '\0';
}

/* Its options need no effect here: see set_options. */
static void set_command(struct parser *p, char **v)
{
	do {
		bool may = *v && may_set_letters(*v);

		if (may && strchr(*v, 'o')) {
			bool on = **v == '-';

			v++;
			may = *v && may_set('\0', *v, on);
		}
		if (!may) {
			eval_command_unsupported(p, *v);
			return;
		}
	} while (*++v);
}

static int return_command(struct parser *p, char **v)
{
	int64_t status = p->status;

	if (*v && (v[1] || text_to_int(*v, &status) < 0))
		eval_fail_command(p, *v, 1);
	eval_fail(p, EVAL_RETURN, "", 0);
	return (int)(status & 255);
}

int eval_run_command(struct parser *p, enum eval_command command)
{
	size_t n = p->args.n;
	char **v = p->args.v;

	v[n] = NULL;
	switch (command) {
	case EVAL_FALSE:
		return 1;
	case EVAL_EXPORT:
	case EVAL_DECLARE:
	case EVAL_TYPESET:
		return export_command(p, v, command);
	case EVAL_ASSIGNMENT:
		return assign_arguments(p, v, false);
	case EVAL_UNSET:
		unset_command(p, v);
		return 0;
	case EVAL_ECHO:
		echo_command(p, v);
		return 0;
	case EVAL_BRACKET:
		if (n == 0 || strcmp(v[--n], "]") != 0)
			eval_fail_command(p, NULL, 1);
		return eval_test(p, v, n);
	case EVAL_TEST:
		return eval_test(p, v, n);
	case EVAL_SET:
		set_command(p, v);
		return 0;
	case EVAL_RETURN_COMMAND:
		return return_command(p, v);
	case EVAL_EXIT:
		eval_fail_command(p, NULL, 1);
		return 0;
	default:
		return 0; /* true and : */
	}
}
