/* The commands an environment file may hold. */
#include <errno.h>
#include <string.h>

#include "eval_walk.h"

void eval_refuse(struct eval *eval, int verdict, const char *arg, size_t n)
{
	if (eval->verdict != 0)
		return;
	eval_fail(eval, verdict,
		  verdict == EVAL_BEYOND ? "" : "failed: ", strcspn(eval->at, " =;\n"));
	text_str(&eval->what, n > 0 ? " " : "");
	text_add(&eval->what, arg, n);
}

static void refuse(struct eval *eval, int verdict, const char *arg)
{
	eval_refuse(eval, verdict, arg ? arg : "", arg ? strlen(arg) : 0);
}

void eval_put(struct eval *eval, const char *arg, bool exported)
{
	if (!arg || vars_put(eval->vars, arg, exported) < 0)
		eval_fail(eval, -ENOMEM, "", 0);
}

static int assign_one(struct eval *eval, const char *arg, bool exported)
{
	size_t n = vars_name_len(arg);

	if (eval->is_dump) {
		if (arg[n] != '=' || vars_is_the_shells_own(arg, n))
			return 0;
	} else if (vars_kind(arg, n) > VARS_DEFAULT || arg[n] == '+' || arg[n] == '[') {
		/* Bash takes a + or an index behind the name. */
		eval_refuse(eval, EVAL_BEYOND, arg, n + 1);
		return 0;
	}
	if (n == 0 || (arg[n] != '=' && arg[n] != '\0'))
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
			refuse(eval, EVAL_BEYOND, *v);
		else if (option && (strchr(*v, 'a') || strchr(*v, 'A')))
			return 0;
		v += option;
	}
	for (; *v; v++)
		status |= assign_one(eval, *v, command != EVAL_ASSIGN);
	return status;
}

static void unset(struct eval *eval, char **v)
{
	for (v += *v && strcmp(*v, "-v") == 0; *v; v++) {
		size_t n = vars_name_len(*v);

		if (n == 0 || (*v)[n] || vars_kind(*v, n) > VARS_DEFAULT)
			refuse(eval, EVAL_BEYOND, *v);
		else
			vars_unset(eval->vars, *v, n);
	}
}

static void echo(struct eval *eval, char **v)
{
	bool newline = true;

	for (; *v && v[0][0] == '-' && v[0][1] && v[0][1 + strspn(*v + 1, "neE")] == '\0'; v++) {
		if (strchr(*v, 'e'))
			refuse(eval, EVAL_BEYOND, *v);
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
	for (char **arg = v; *arg; arg++) {
		bool on = **arg == '-';
		size_t n = 1 + strspn(*arg + 1, on ? "euvx" : "vx");

		if (n > 1 && (*arg)[n] == '\0' && (on || **arg == '+'))
			continue;
		if ((on || **arg == '+') && strcmp(*arg + n, "o") == 0 && arg[1] &&
		    (unsigned)text_index("verbose\0xtrace\0errexit\0nounset\0pipefail\0", arg[1],
					 strlen(arg[1])) < (on ? 5 : 2)) {
			arg++;
			continue;
		}
		refuse(eval, EVAL_BEYOND, *arg);
	}
	if (!*v)
		refuse(eval, EVAL_BEYOND, NULL);
}

static int leave(struct eval *eval, char **v)
{
	int64_t status = eval->status;

	if (*v && (v[1] || text_to_int(*v, &status) < 0))
		refuse(eval, 1, *v);
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
			refuse(eval, 1, NULL);
		return eval_test(eval, v, n);
	case EVAL_TEST:
		return eval_test(eval, v, n);
	case EVAL_SET:
		set(eval, v);
		break;
	case EVAL_RETURNS:
		return leave(eval, v);
	case EVAL_EXIT:
		refuse(eval, 1, NULL);
		break;
	default:
		return command < EVAL_EXPORT ? 0 : assign(eval, v, command);
	}
	return 0;
}
