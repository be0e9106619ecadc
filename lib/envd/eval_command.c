/* SPDX-License-Identifier: Apache-2.0 */
/* The commands that a file of environment.d may use, as bash executes them. */
#include <string.h>

#include "envd/eval_impl.h"
#include "sys/util.h"

/*
 * Returns what NAME+=value comes to, as NAME=value, or NULL if no memory is left for it. The name
 * has n bytes.
 */
static const char *append_to_value(struct runner *r, char *arg, size_t n)
{
	const char *old = vars_get(r->eval->vars, arg, n);

	arg[n] = '=';
	arg[n + 1] = '\0';
	return mem_concat(r->eval->mem, arg, old ? old : "", arg + n + 2);
}

/*
 * Ends the runner because of an argument that cannot be assigned here. Bash refuses it as well if
 * it is not a name; but a shell has to decide if its status is tested, or if it may be NAME[index].
 */
static void refuse_argument(struct runner *r, char *arg, bool is_name)
{
	arg[text_until(arg, is_name ? "+=" : "=")] = '\0';
	if (is_name || r->in_condition || strchr(arg, '['))
		eval_unsupported(r, arg);
	else
		eval_fail_argument(r, 1, "not a valid name: ", arg);
}

/* Executes one argument of a command that assigns or exports. */
static void assign_argument(struct runner *r, char *arg, bool exported)
{
	size_t n = vars_name_len(arg);
	bool appends = arg[n] == '+' && arg[n + 1] == '=';
	bool is_name = n > 0 && (!arg[n] || arg[n] == '=' || appends);
	enum vars_kind kind = vars_kind(arg, n);

	if (r->eval->mode == EVAL_DUMP && (n == 0 || arg[n] != '=' || kind == VARS_INTERNAL))
		return;
	/* A shell sets some variables itself, and bash has arrays, NAME[index]=value. */
	if (r->eval->mode == EVAL_FILE && (!is_name || kind != VARS_PLAIN)) {
		refuse_argument(r, arg, is_name || !exported);
		return;
	}
	eval_assign(r, appends ? append_to_value(r, arg, n) : arg, exported);
}

static void assign_arguments(struct runner *r, char **v, bool exported)
{
	while (*v)
		assign_argument(r, *v++, exported);
}

/* Executes export or, in a dump alone, declare or typeset. */
static void export_command(struct runner *r, char **v, enum eval_command command)
{
	bool has_option = *v && **v == '-';

	if (r->eval->mode == EVAL_FILE && (!*v || has_option || command != EVAL_EXPORT))
		eval_unsupported(r, *v);
	else if (!has_option ||
		 !(*v)[text_until(*v, "aA")]) /* Arrays cannot be in an environment. */
		assign_arguments(r, v + has_option, true);
}

static void unset_command(struct runner *r, char **v)
{
	for (; *v; v++)
		vars_unset(r->eval->vars, *v, eval_check_name(r, *v));
}

/* Options, and words that look like them, are for a shell. */
static void echo_command(struct runner *r, char **v)
{
	struct text *output = &r->eval->output;

	if (*v && **v == '-')
		eval_unsupported(r, *v);
	while (*v) {
		text_str(output, *v++);
		if (*v)
			text_char(output, ' ');
	}
	text_char(output, '\n');
}

/*
 * The options that may be on are on already where environment.d is read, or only make a shell print
 * what it does. Those that only print may also be off.
 */
static void set_command(struct runner *r, char **v)
{
	do {
		const char *arg = *v ? *v : "";
		bool on = *arg == '-';
		const char *letter = arg + 1;

		if (!*arg || !*letter || (!on && *arg != '+')) {
			eval_unsupported(r, *v);
			return;
		}
		letter += text_span(letter, on ? "euvx" : "vx");
		if (*letter == 'o' && v[1] && strcmp(v[1], on ? "pipefail" : "xtrace") == 0) {
			letter++;
			v++;
		}
		if (*letter)
			eval_unsupported(r, arg);
	} while (*++v);
}

/* Executes return or exit. A file that exits is an error even if its status is 0. */
static void end_command(struct runner *r, char **v, enum eval_command command)
{
	struct eval_span at = { r->command.at, 0 };
	int64_t status = r->status;

	if (*v && (v[1] || !eval_read_decimal(*v, &status)))
		eval_unsupported(r, *v);
	r->status = (int)(status & 255);
	if (command == EVAL_RETURN_COMMAND)
		eval_fail(&r->fault, EVAL_RETURN, "", at);
	else
		eval_fail(&r->fault, r->status ? r->status : 1, "exit is not allowed here", at);
}

int eval_run_command(struct runner *r, enum eval_command command)
{
	size_t n = r->args.n;
	char **v = r->args.v;

	switch (command) {
	case EVAL_FALSE:
		return 1;
	case EVAL_ASSIGNMENT:
		assign_arguments(r, v, false);
		return 0;
	case EVAL_EXPORT:
	case EVAL_DECLARE:
	case EVAL_TYPESET:
		export_command(r, v, command);
		return 0;
	case EVAL_UNSET:
		unset_command(r, v);
		return 0;
	case EVAL_ECHO:
		echo_command(r, v);
		return 0;
	case EVAL_BRACKET:
		if (n == 0 || strcmp(v[--n], "]") != 0)
			eval_unsupported(r, "without ]");
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
