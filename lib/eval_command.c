/* The commands an environment file may hold. */
#include "eval_walk.h"

#include <string.h>

#include "sys.h"

enum {
	CMD_TRUE,
	CMD_FALSE,
	CMD_EXPORT,
	CMD_UNSET,
	CMD_ECHO,
	CMD_BRACKET,
	CMD_TEST,
	CMD_SET,
	CMD_RETURN,
	CMD_EXIT
};

/* Where the arguments come to nothing, what they would expand to is no matter. */
static const struct walk_command commands[] = {
	{ ":", CMD_TRUE, WORD_BRACES },
	{ "true", CMD_TRUE, WORD_BRACES },
	{ "false", CMD_FALSE, WORD_BRACES },
	{ "export", CMD_EXPORT, WORD_NAMED },
	{ "unset", CMD_UNSET, WORD_ARGUMENT },
	{ "echo", CMD_ECHO, WORD_ARGUMENT },
	{ "[", CMD_BRACKET, WORD_ARGUMENT },
	{ "test", CMD_TEST, WORD_ARGUMENT },
	{ "set", CMD_SET, WORD_ARGUMENT },
	{ "return", CMD_RETURN, WORD_ARGUMENT },
	{ "exit", CMD_EXIT, WORD_ARGUMENT },
};

const struct walk_command *walk_find_command(const char *name, size_t n)
{
	for (size_t i = 0; i < countof(commands); i++)
		if (strncmp(commands[i].name, name, n) == 0 && commands[i].name[n] == '\0')
			return &commands[i];
	return NULL;
}

static void beyond(struct walk *walk, const char *command, const char *arg)
{
	walk_fail(walk, EVAL_BEYOND, command, arg, strlen(arg));
}

static void echo(struct walk *walk, char **v, size_t n)
{
	struct text *output = &walk->eval->output;
	bool newline = true;

	for (; n > 0 && v[0] && v[0][0] == '-' && v[0][1]; v++, n--) {
		if (v[0][1 + strspn(v[0] + 1, "neE")] != '\0')
			break;
		if (strchr(v[0], 'e'))
			beyond(walk, "echo ", v[0]);
		newline = newline && !strchr(v[0], 'n');
	}
	if (!walk->live)
		return;
	for (size_t i = 0; i < n; i++) {
		text_str(output, i > 0 ? " " : "");
		text_str(output, v[i]);
	}
	text_str(output, newline ? "\n" : "");
}

static void export_one(struct walk *walk, const char *arg)
{
	size_t n = vars_name_len(arg);

	/* Bash takes a + or an index behind the name. */
	if (vars_kind(arg, n) > VARS_DEFAULT || arg[n] == '+' || arg[n] == '[') {
		walk_fail(walk, EVAL_BEYOND, "export ", arg, n + 1);
	} else if (n > 0 && (arg[n] == '=' || arg[n] == '\0')) {
		walk_put(walk, arg, true);
	} else {
		walk->status = 1;
		walk->cause = "export: not a valid name";
	}
}

static void export(struct walk *walk, char **v, size_t n)
{
	if (n == 0 || (v[0] && v[0][0] == '-'))
		beyond(walk, "export ", n > 0 ? v[0] : "without names");
	for (size_t i = 0; i < n; i++)
		if (v[i])
			export_one(walk, v[i]);
}

static void unset(struct walk *walk, char **v, size_t n)
{
	for (size_t i = n > 0 && v[0] && strcmp(v[0], "-v") == 0; i < n; i++) {
		size_t name_len = vars_name_len(v[i] ? v[i] : "");

		if (!v[i])
			continue;
		if (name_len == 0 || v[i][name_len] || vars_kind(v[i], name_len) > VARS_DEFAULT)
			beyond(walk, "unset ", v[i]);
		else if (walk->live)
			vars_unset(walk->eval->vars, v[i], name_len);
	}
}

static bool is_harmless_option(const char *name, bool on)
{
	static const char options[][9] = { "verbose", "xtrace", "errexit", "nounset", "pipefail" };

	for (size_t i = 0; i < (on ? countof(options) : 2); i++)
		if (strcmp(name, options[i]) == 0)
			return true;
	return false;
}

/* Only options that are on anyway where environment files are read, or that make a shell talk. */
static bool is_harmless_set(char **v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		bool on = v[i] && v[i][0] == '-';
		size_t len;

		if (!v[i] || (!on && v[i][0] != '+'))
			return false;
		len = 1 + strspn(v[i] + 1, on ? "euvx" : "vx");
		if (len > 1 && v[i][len] == '\0')
			continue;
		if (strcmp(v[i] + len, "o") != 0 || ++i == n || !v[i] ||
		    !is_harmless_option(v[i], on))
			return false;
	}
	return n > 0;
}

static void leave(struct walk *walk, char **v, size_t n)
{
	int64_t status = walk->eval->status;

	if (!walk->live)
		return;
	if (n > 1 || (n == 1 && text_to_int(v[0], &status) < 0)) {
		walk_fail(walk, EVAL_FAILED, "return: a number expected", "", 0);
		return;
	}
	walk->eval->status = (int)(status & 255);
	if (n == 1) {
		walk->where = walk->at;
		walk->why = "return ";
		walk->whom = v[0];
	}
	walk->err = WALK_RETURN;
	walk->at = "";
}

static void bracket(struct walk *walk, char **v, size_t n)
{
	bool closed = n > 0 && v[n - 1] && strcmp(v[n - 1], "]") == 0;

	walk_test(walk, v, n - closed);
	if (!closed && walk->live)
		walk_fail(walk, EVAL_FAILED, "[ without ]", "", 0);
}

static void dispatch(struct walk *walk, int number, char **v, size_t n)
{
	switch (number) {
	case CMD_FALSE:
		walk->status = 1;
		break;
	case CMD_EXPORT:
		export(walk, v, n);
		break;
	case CMD_UNSET:
		unset(walk, v, n);
		break;
	case CMD_ECHO:
		echo(walk, v, n);
		break;
	case CMD_BRACKET:
		bracket(walk, v, n);
		break;
	case CMD_TEST:
		walk_test(walk, v, n);
		break;
	case CMD_SET:
		if (!is_harmless_set(v, n))
			beyond(walk, "set ", n > 0 && v[0] ? v[0] : "...");
		break;
	case CMD_RETURN:
		leave(walk, v, n);
		break;
	case CMD_EXIT:
		if (walk->live)
			walk_fail(walk, EVAL_FAILED, "exit in an environment file", "", 0);
	}
}

void walk_fail_by_status(struct walk *walk)
{
	int status = walk->eval->status;

	walk->at = walk->where;
	walk_fail(walk, EVAL_FAILED, walk->why, walk->whom, strlen(walk->whom));
	walk->eval->status = status;
}

void walk_run(struct walk *walk, const struct walk_command *command, const char *start)
{
	const char *end = walk->at;

	walk->at = start;
	walk->status = 0;
	walk->cause = NULL;
	dispatch(walk, command->number, walk->args.v, walk->args.n);
	if (walk->err != 0)
		return;
	walk->at = end;
	if (!walk->live)
		return;
	walk->eval->status = walk->status;
	if (walk->status == 0)
		return;
	walk->where = start;
	walk->why = walk->cause ? "" : "failed: ";
	walk->whom = walk->cause ? walk->cause : command->name;
	if (!walk->checked && !walk_is_and_or(walk))
		walk_fail_by_status(walk);
}
