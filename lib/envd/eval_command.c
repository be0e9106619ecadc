/* The commands an environment file may hold. */
#include <string.h>

#include "envd/eval_walk.h"

void eval_refuse(struct eval *eval, const char *arg, int verdict)
{
	if (eval->verdict != 0)
		return;
	eval_fail(eval, verdict, verdict == EVAL_BEYOND ? "" : "failed: ", eval_raw_len(eval->at));
	if (arg) {
		text_char(&eval->what, ' ');
		text_str(&eval->what, arg);
	}
}

void eval_refuse_beyond(struct eval *eval, const char *arg)
{
	eval_refuse(eval, arg, EVAL_BEYOND);
}

void eval_put(struct eval *eval, const char *arg, bool exported)
{
	if (!arg || vars_put(eval->vars, arg, exported) < 0)
		eval_no_memory(eval);
}

/* Returns the status. */
static int assign_one(struct eval *eval, char *arg, bool exported)
{
	size_t n = vars_name_len(arg);
	char c = arg[n];

	if (eval->is_dump) {
		if (c != '=' || vars_is_shell_internal(arg, n))
			return 0;
	} else if (vars_kind(arg, n) > VARS_DEFAULT || c == '+' || c == '[') {
		/* Bash takes a + or an index behind the name. */
		arg[n] = '\0';
		eval_refuse_beyond(eval, arg);
	}
	if (n == 0 || (c != '=' && c != '\0'))
		return 1;
	eval_put(eval, arg, exported);
	return 0;
}

static int assign(struct eval *eval, char **v, int command)
{
	int status = 0;

	if (command != EVAL_ASSIGN) {
		bool option = *v && **v == '-';

		if (!eval->is_dump && (!*v || option || command != EVAL_EXPORT))
			eval_refuse_beyond(eval, *v);
		else if (option && (*v)[strcspn(*v, "aA")])
			return 0;
		v += option;
	}
	while (*v)
		status |= assign_one(eval, *v++, command != EVAL_ASSIGN);
	return status;
}

static void unset(struct eval *eval, char **v)
{
	for (v += *v && strcmp(*v, "-v") == 0; *v; v++) {
		size_t n = vars_name_len(*v);

		if (n == 0 || (*v)[n] || vars_kind(*v, n) > VARS_DEFAULT)
			eval_refuse_beyond(eval, *v);
		else
			vars_unset(eval->vars, *v, n);
	}
}

static void echo(struct eval *eval, char **v)
{
	bool newline = true;

	for (; *v && v[0][0] == '-' && v[0][1] && v[0][1 + strspn(*v + 1, "neE")] == '\0'; v++) {
		if (strchr(*v, 'e'))
			eval_refuse_beyond(eval, *v);
		newline = newline && !strchr(*v, 'n');
	}
	while (*v) {
		text_str(&eval->output, *v++);
		if (*v)
			text_char(&eval->output, ' ');
	}
	if (newline)
		text_char(&eval->output, '\n');
}

/* Only options that are on anyway where environment files are read, or that make a shell talk. */
static void set(struct eval *eval, char **v)
{
	static const char names[] = "errexit\0nounset\0pipefail\0verbose\0xtrace\0";
	enum { LOUD = 25 }; /* where in it those are that may be off, too */

	do {
		bool on = *v && **v == '-';
		const char *letters = &"euvxo"[on ? 0 : 2];

		/* The name for an o is the next word. */
		if (!*v || (!on && **v != '+') || !v[0][1] || v[0][1 + strspn(*v + 1, letters)] ||
		    (strchr(*v, 'o') && (!*++v || text_place(names + (on ? 0 : LOUD), *v) < 0))) {
			eval_refuse_beyond(eval, *v);
			return;
		}
	} while (*++v);
}

static int leave(struct eval *eval, char **v)
{
	int64_t status = eval->status;

	if (*v && (v[1] || text_to_int(*v, &status) < 0))
		eval_refuse(eval, *v, 1);
	eval_fail(eval, EVAL_RETURN, "", 0);
	return (int)(status & 255);
}

int eval_run(struct eval *eval, int command)
{
	size_t n = eval->args.n;
	char **v = eval->args.v;

	v[n] = NULL;
	switch (command) {
	case EVAL_FALSE:
		return 1;
	case EVAL_UNSET:
		unset(eval, v);
		break;
	case EVAL_ECHO:
		echo(eval, v);
		break;
	case EVAL_BRACKET:
		if (n == 0 || strcmp(v[--n], "]") != 0)
			eval_refuse(eval, NULL, 1);
		return eval_test(eval, v, n);
	case EVAL_TEST:
		return eval_test(eval, v, n);
	case EVAL_SET:
		set(eval, v);
		break;
	case EVAL_RETURNS:
		return leave(eval, v);
	case EVAL_EXIT:
		eval_refuse(eval, NULL, 1);
		break;
	default:
		return command < EVAL_EXPORT ? 0 : assign(eval, v, command);
	}
	return 0;
}
