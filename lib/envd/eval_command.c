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

/* Makes NAME=value of NAME+=value; the name has n bytes. Returns NULL if there is no memory. */
static const char *append_to_value(struct runner *r, char *arg, size_t n)
{
	const char *old = vars_get(r->eval->vars, arg, n);

	arg[n] = '=';
	arg[n + 1] = '\0';
	return mem_concat(r->eval->mem, arg, old ? old : "", arg + n + 2);
}

/* Executes one argument of a command that assigns. Returns the exit status. */
static int assign_argument(struct runner *r, char *arg, enum eval_command command)
{
	size_t n = vars_name_len(arg);
	char c = arg[n];
	bool appends = c == '+' && arg[n + 1] == '=';
	const char *entry = arg;

	if (r->eval->mode == EVAL_DUMP) {
		if (c != '=' || vars_is_shell_internal(arg, n))
			return 0;
	} else if (vars_kind(arg, n) > (c == '=' ? VARS_DEFAULT : VARS_PLAIN) || c == '[' ||
		   (appends && command == EVAL_LOCAL)) {
		/* A shell sets some variables itself, and bash has arrays, NAME[index]=value. */
		arg[n] = '\0';
		eval_unsupported(r, arg);
	}
	if (n == 0 || (c != '=' && c != '\0' && !appends))
		return 1;
	if (appends)
		entry = append_to_value(r, arg, n);
	if (command != EVAL_LOCAL)
		eval_assign(r, entry, command != EVAL_ASSIGNMENT);
	else if (vars_put_temporary(r->eval->vars, arg) < 0)
		eval_no_memory(r);
	return 0;
}

static int assign_arguments(struct runner *r, char **v, enum eval_command command)
{
	int status = 0;

	while (*v)
		status |= assign_argument(r, *v++, command);
	return status;
}

/* Executes export, local, declare or typeset. Only a dump may use the last two, or options. */
static int export_command(struct runner *r, char **v, enum eval_command command)
{
	bool has_option = *v && **v == '-';

	if (r->eval->mode != EVAL_DUMP) {
		if (!*v || has_option || (command != EVAL_EXPORT && command != EVAL_LOCAL))
			eval_unsupported(r, *v);
	} else if (has_option && (*v)[strcspn(*v, "aA")]) {
		/* Arrays cannot be in an environment. */
		return 0;
	}
	return assign_arguments(r, v + has_option, command);
}

static void unset_command(struct runner *r, char **v)
{
	for (v += *v && strcmp(*v, "-v") == 0; *v; v++) {
		size_t n = vars_name_len(*v);

		if (n == 0 || (*v)[n] || vars_kind(*v, n) > VARS_DEFAULT)
			eval_unsupported(r, *v);
		else
			vars_unset(r->eval->vars, *v, n);
	}
}

/* Bash's echo takes a word for options only if all its letters are options. */
static bool is_echo_option(const char *word)
{
	return word[0] == '-' && word[1] && word[1 + strspn(word + 1, "neE")] == '\0';
}

static void echo_command(struct runner *r, char **v)
{
	struct text *output = &r->eval->output;
	bool newline = true;

	for (; *v && is_echo_option(*v); v++) {
		if (strchr(*v, 'e'))
			eval_unsupported(r, *v);
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
static void set_command(struct runner *r, char **v)
{
	do {
		bool may = *v && may_set_letters(*v);

		if (may && strchr(*v, 'o')) {
			bool on = **v == '-';

			v++;
			may = *v && may_set('\0', *v, on);
		}
		if (!may) {
			eval_unsupported(r, *v);
			return;
		}
	} while (*++v);
}

/* Executes return or exit. A file that exits is an error even if its status is 0. */
static void end_command(struct runner *r, char **v, enum eval_command command)
{
	int64_t status = r->status;

	if (*v && (v[1] || strncmp(*v, "--", 2) == 0))
		eval_unsupported(r, *v);
	else if (*v && !eval_read_integer(*v, &status))
		eval_fail_command(r, 2, *v);
	r->status = (int)(status & 255);
	if (command == EVAL_EXIT)
		eval_fail_command(r, r->status ? r->status : 1, NULL);
	eval_fail(&r->fault, EVAL_RETURN, "", (struct eval_span){ r->command.at, 0 });
}

int eval_run_command(struct runner *r, enum eval_command command)
{
	size_t n = r->args.n;
	char **v = r->args.v;

	switch (command) {
	case EVAL_FALSE:
		return 1;
	case EVAL_EXPORT:
	case EVAL_LOCAL:
	case EVAL_DECLARE:
	case EVAL_TYPESET:
		return export_command(r, v, command);
	case EVAL_ASSIGNMENT:
		return assign_arguments(r, v, command);
	case EVAL_UNSET:
		unset_command(r, v);
		return 0;
	case EVAL_ECHO:
		echo_command(r, v);
		return 0;
	case EVAL_BRACKET:
		if (n == 0 || strcmp(v[--n], "]") != 0)
			return eval_warn(r, NULL, "the ] is missing");
		v[n] = NULL;
		return eval_test(r, v, n);
	case EVAL_TEST:
		return eval_test(r, v, n);
	case EVAL_SET:
		set_command(r, v);
		return 0;
	case EVAL_RETURN_COMMAND:
	case EVAL_EXIT:
		end_command(r, v, command);
		return r->status;
	default:
		return 0; /* true and : */
	}
}
