/* SPDX-License-Identifier: Apache-2.0 */
/* The grammar of environment.d files, read by recursive descent. */
#include <errno.h>
#include <string.h>

#include "envd/eval_impl.h"
#include "sys/util.h"

static const char *const command_names[] = {
	[EVAL_THEN] = "then",   [EVAL_ELIF] = "elif",       [EVAL_ELSE] = "else",
	[EVAL_FI] = "fi",       [EVAL_ESAC] = "esac",       [EVAL_CLOSE] = "}",
	[EVAL_IF] = "if",       [EVAL_CASE] = "case",       [EVAL_OPEN] = "{",
	[EVAL_NOT] = "!",       [EVAL_CONDITION] = "[[",    [EVAL_TRUE] = "true",
	[EVAL_COLON] = ":",     [EVAL_FALSE] = "false",     [EVAL_EXPORT] = "export",
	[EVAL_LOCAL] = "local", [EVAL_DECLARE] = "declare", [EVAL_TYPESET] = "typeset",
	[EVAL_UNSET] = "unset", [EVAL_ECHO] = "echo",       [EVAL_BRACKET] = "[",
	[EVAL_TEST] = "test",   [EVAL_SET] = "set",         [EVAL_RETURN_COMMAND] = "return",
	[EVAL_EXIT] = "exit",
};

static struct eval_node *read_list(struct parser *p, char separator);

/* NAME=value, or NAME+=value */
static bool is_assignment(const char *at)
{
	size_t n = vars_name_len(at);

	return n > 0 && at[n + (at[n] == '+')] == '=';
}

/* Returns the command, or reserved word, that begins here. */
static enum eval_command command_at(const char *at)
{
	size_t n = eval_raw_len(at);

	if (is_assignment(at))
		return EVAL_ASSIGNMENT;
	for (unsigned i = 0; i < countof(command_names) && at[n] != '='; i++)
		if (command_names[i] && text_equals(command_names[i], at, n))
			return (enum eval_command)i;
	return EVAL_UNKNOWN;
}

/* Returns whether a list ends before the word that begins here. */
static bool ends_list(const char *at)
{
	enum eval_command command = command_at(at);

	return command >= EVAL_THEN && command <= EVAL_CLOSE;
}

static void stop_unexpected(struct parser *p)
{
	size_t n = eval_raw_len(p->at);

	if (*p->at)
		eval_stop(p, 2, "unexpected ", n ? n : 1);
	else
		eval_stop(p, 2, "unexpected end of the file", 0);
}

/* Skips to the next word of a simple command. Returns false at the end of the command. */
static bool find_word(struct parser *p)
{
	eval_skip_blanks(p, ' ');
	/*
	 * The values of an array, in parentheses, are read as words of a command that is ignored.
	 */
	while (p->eval->mode == EVAL_DUMP && (*p->at == '(' || *p->at == ')')) {
		p->at++;
		eval_skip_blanks(p, ' ');
	}
	return !eval_is_meta(*p->at);
}

static enum eval_word_kind argument_kind(const struct parser *p, enum eval_command command)
{
	if (p->eval->mode == EVAL_DUMP)
		return EVAL_PLAIN;
	switch (command) {
	case EVAL_ASSIGNMENT:
		return EVAL_PLAIN;
	case EVAL_TRUE:
	case EVAL_COLON:
	case EVAL_FALSE:
		/* They ignore their arguments, so it does not matter how those would be split. */
		return EVAL_PLAIN;
	case EVAL_EXPORT:
	case EVAL_LOCAL:
		return is_assignment(p->at) ? EVAL_BRACES : EVAL_ARGUMENT;
	default:
		return EVAL_ARGUMENT;
	}
}

/* Reads the words of a command, which for assignments begin with its name. */
static struct eval_word *read_words(struct parser *p, enum eval_command command)
{
	struct eval_word *words = NULL, **end = &words;

	while (find_word(p)) {
		if (command == EVAL_ASSIGNMENT && !is_assignment(p->at))
			eval_refuse(p, eval_raw_len(p->at));
		*end = eval_read_word(p, argument_kind(p, command));
		end = &(*end)->next;
	}
	return words;
}

static struct eval_node *read_simple(struct parser *p)
{
	struct eval_node *node = eval_new_node(p, EVAL_SIMPLE_NODE);

	node->command = command_at(p->at);
	if (node->command == EVAL_UNKNOWN)
		eval_refuse(p, node->name.n ? node->name.n : 1);
	else if (node->command != EVAL_ASSIGNMENT)
		p->at += node->name.n;
	node->words = read_words(p, node->command);
	return node;
}

static bool take_word(struct parser *p, enum eval_command word)
{
	if (command_at(p->at) != word)
		return false;
	p->at += eval_raw_len(p->at);
	return true;
}

/* Reads a word without which the command is not complete. */
static void require_word(struct parser *p, enum eval_command word, const struct eval_node *command)
{
	if (take_word(p, word) || p->fault.verdict != 0)
		return;
	if (*p->at) {
		stop_unexpected(p);
	} else {
		p->at = command->name.at;
		eval_stop(p, 2, "unterminated ", command->name.n);
	}
}

/* Adds a branch to the command, whose branches end at **end. Returns where the next one goes. */
static struct eval_node *add_branch(struct parser *p, struct eval_node ***end)
{
	struct eval_node *branch = eval_new_node(p, EVAL_BRANCH_NODE);

	**end = branch;
	*end = &branch->next;
	return branch;
}

static void read_if(struct parser *p, struct eval_node *node)
{
	struct eval_node **end = &node->body, *branch;

	do {
		branch = add_branch(p, &end);
		p->at += eval_raw_len(p->at);
		branch->test = read_list(p, '\n');
		require_word(p, EVAL_THEN, node);
		branch->body = read_list(p, '\n');
	} while (command_at(p->at) == EVAL_ELIF);
	if (take_word(p, EVAL_ELSE))
		add_branch(p, &end)->body = read_list(p, '\n');
	require_word(p, EVAL_FI, node);
}

/* Reads the patterns of a branch of `case`, up to and with their parenthesis. */
static struct eval_word *read_patterns(struct parser *p)
{
	struct eval_word *patterns = NULL, **end = &patterns;

	p->at += *p->at == '(';
	for (;;) {
		if (!find_word(p))
			eval_refuse(p, 1);
		*end = eval_read_word(p, EVAL_PLAIN);
		end = &(*end)->next;
		eval_skip_blanks(p, ' ');
		if (*p->at != '|')
			break;
		p->at++;
	}
	if (*p->at == ')')
		p->at++;
	else
		eval_refuse(p, 1);
	return patterns;
}

/* Returns whether another branch may follow, which it may behind ;; only. */
static bool read_case_branch(struct parser *p, struct eval_node *branch)
{
	bool has_end;

	branch->words = read_patterns(p);
	eval_skip_blanks(p, '\n');
	if (!ends_list(p->at) && *p->at != ';')
		branch->body = read_list(p, '\n');
	has_end = *p->at == ';';
	if (has_end && p->at[1] == ';' && p->at[2] != '&')
		p->at += 2;
	else if (has_end)
		eval_refuse(p, 2);
	eval_skip_blanks(p, '\n');
	return has_end;
}

static void read_case(struct parser *p, struct eval_node *node)
{
	struct eval_node **end = &node->body;

	p->at += node->name.n;
	if (!find_word(p))
		eval_refuse(p, 1);
	node->words = eval_read_word(p, EVAL_PLAIN);
	eval_skip_blanks(p, '\n');
	if (text_equals("in", p->at, eval_raw_len(p->at)))
		p->at += 2;
	else
		eval_refuse(p, eval_raw_len(p->at));
	eval_skip_blanks(p, '\n');
	while (*p->at && command_at(p->at) != EVAL_ESAC)
		if (!read_case_branch(p, add_branch(p, &end)))
			break;
	require_word(p, EVAL_ESAC, node);
}

static struct eval_node *read_command(struct parser *p);

/* Reads a command that begins with this reserved word. */
static struct eval_node *read_compound(struct parser *p, enum eval_command word)
{
	struct eval_node *node;

	eval_enter_nesting(p);
	switch (word) {
	case EVAL_IF:
		node = eval_new_node(p, EVAL_IF_NODE);
		read_if(p, node);
		break;
	case EVAL_CASE:
		node = eval_new_node(p, EVAL_CASE_NODE);
		read_case(p, node);
		break;
	case EVAL_OPEN:
		node = eval_new_node(p, EVAL_GROUP_NODE);
		p->at += node->name.n;
		node->body = read_list(p, '\n');
		require_word(p, EVAL_CLOSE, node);
		break;
	case EVAL_NOT:
		node = eval_new_node(p, EVAL_NOT_NODE);
		p->at += node->name.n;
		if (!find_word(p))
			eval_refuse(p, 1);
		node->body = read_command(p);
		/* To bash, a second ! takes back all that the first does. */
		if (node->body->kind == EVAL_NOT_NODE)
			node = node->body->body;
		break;
	default:
		node = eval_new_node(p, EVAL_CONDITION_NODE);
		p->at += node->name.n;
		node->body = eval_read_condition(p);
	}
	p->depth--;
	return node;
}

static struct eval_node *read_command(struct parser *p)
{
	enum eval_command command = command_at(p->at);

	if (ends_list(p->at) || strchr(";&|)", *p->at))
		stop_unexpected(p);
	if (command >= EVAL_IF && command <= EVAL_CONDITION)
		return read_compound(p, command);
	return read_simple(p);
}

static enum eval_joint joint_at(const char *at)
{
	if ((*at != '&' && *at != '|') || at[1] != *at)
		return EVAL_FIRST;
	return *at == '&' ? EVAL_AND : EVAL_OR;
}

/* Reads commands that are joined by && and ||. */
static struct eval_node *read_and_or(struct parser *p)
{
	struct eval_node *first = read_command(p), *last = first, *list;

	eval_skip_blanks(p, ' ');
	if (joint_at(p->at) == EVAL_FIRST)
		return first;
	list = eval_new_node(p, EVAL_AND_OR_NODE);
	list->body = first;
	while (joint_at(p->at) != EVAL_FIRST) {
		enum eval_joint joint = joint_at(p->at);

		p->at += 2;
		eval_skip_blanks(p, '\n');
		last->next = read_command(p);
		last = last->next;
		last->joint = joint;
		eval_skip_blanks(p, ' ');
	}
	return list;
}

/* Returns whether this is one of the ends of a branch of `case`: ;; ;& and ;;& */
static bool ends_branch(const char *at)
{
	return *at == ';' && (at[1] == ';' || at[1] == '&');
}

/*
 * Reads commands that end with ; or the separator, up to a reserved word that ends the list or, if
 * the separator is a blank, to the end of the line. The end of a branch of `case` ends it as well.
 */
static struct eval_node *read_list(struct parser *p, char separator)
{
	struct eval_node *list = NULL, **end = &list;

	eval_skip_blanks(p, '\n');
	do {
		*end = read_and_or(p);
		end = &(*end)->next;
		if ((*p->at != ';' && *p->at != separator) || ends_branch(p->at))
			break;
		p->at++;
		eval_skip_blanks(p, separator);
	} while (*p->at && *p->at != '\n' && *p->at != ';' && !ends_list(p->at));
	if (*p->at && strchr("&|<>(", *p->at))
		eval_refuse(p, 1);
	return list;
}

struct eval_node *eval_parse(struct parser *p)
{
	struct eval_node *list = NULL, **end = &list;

	for (;;) {
		struct eval_node *line;

		eval_skip_blanks(p, '\n');
		if (*p->at == '\0')
			return list;
		line = read_list(p, ' ');
		if (*p->at && *p->at != '\n')
			stop_unexpected(p);
		if (p->fault.verdict != 0)
			return list;
		*end = line;
		while (*end)
			end = &(*end)->next;
	}
}
