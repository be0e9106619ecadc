/* SPDX-License-Identifier: Apache-2.0 */
/* The grammar of environment.d files, read by recursive descent. */
#include <errno.h>
#include <string.h>

#include "envd/eval_impl.h"

static struct eval_node **read_list(struct parser *p, struct eval_node **end, char separator);

/* Returns whether a list ends before the word that begins here. */
static bool ends_list(const char *at)
{
	enum eval_command command = eval_command_at(at);

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

/*
 * Returns whether unquoted expansions in the word at p->at become fields. The commands that ignore
 * their arguments do not care.
 */
static bool is_split(const struct parser *p, enum eval_command command)
{
	if (p->eval->mode == EVAL_DUMP || command <= EVAL_FALSE || command == EVAL_ASSIGNMENT)
		return false;
	return command != EVAL_EXPORT || !eval_is_assignment(p->at);
}

/* Reads the words of a simple command, which for assignments begin with its name. */
static void read_words(struct parser *p, struct eval_node *node)
{
	enum eval_command command = node->command;
	struct eval_word **end = &node->words;

	while (find_word(p)) {
		if (command == EVAL_ASSIGNMENT && !eval_is_assignment(p->at))
			eval_refuse(p, eval_raw_len(p->at));
		end = eval_read_word(p, end, is_split(p, command));
	}
}

/* Reads a word without which the command is not complete. */
static void require_word(struct parser *p, enum eval_command word, const struct eval_node *command)
{
	if (eval_take_word(p, word) || p->fault.verdict != 0)
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
	struct eval_node *branch = eval_new_node(p, EVAL_UNKNOWN);

	**end = branch;
	*end = &branch->next;
	return branch;
}

static void read_if(struct parser *p, struct eval_node *node)
{
	struct eval_node **end = &node->body, *branch;

	do {
		branch = add_branch(p, &end);
		read_list(p, &branch->test, '\n');
		require_word(p, EVAL_THEN, node);
		read_list(p, &branch->body, '\n');
	} while (eval_take_word(p, EVAL_ELIF));
	if (eval_take_word(p, EVAL_ELSE))
		read_list(p, &add_branch(p, &end)->body, '\n');
	require_word(p, EVAL_FI, node);
}

/* Reads the patterns of a branch of `case`, up to and with their parenthesis. */
static void read_patterns(struct parser *p, struct eval_word **end)
{
	p->at += *p->at == '(';
	for (;;) {
		end = eval_read_operand(p, end);
		if (*p->at != '|')
			break;
		p->at++;
	}
	if (*p->at == ')')
		p->at++;
	else
		eval_refuse(p, 1);
}

/* Reads the branches of `case`. Another one may follow only behind ;; */
static void read_case_branches(struct parser *p, struct eval_node **end)
{
	while (*p->at && eval_command_at(p->at) != EVAL_ESAC) {
		struct eval_node *branch = add_branch(p, &end);

		read_patterns(p, &branch->words);
		eval_skip_blanks(p, '\n');
		if (!ends_list(p->at) && *p->at != ';')
			read_list(p, &branch->body, '\n');
		if (*p->at != ';')
			return;
		if (p->at[1] == ';' && p->at[2] != '&')
			p->at += 2;
		else
			eval_refuse(p, 2);
		eval_skip_blanks(p, '\n');
	}
}

static void read_case(struct parser *p, struct eval_node *node)
{
	eval_read_operand(p, &node->words);
	eval_skip_blanks(p, '\n');
	if (text_equals("in", p->at, eval_raw_len(p->at)))
		p->at += 2;
	else
		eval_refuse(p, eval_raw_len(p->at));
	eval_skip_blanks(p, '\n');
	read_case_branches(p, &node->body);
	require_word(p, EVAL_ESAC, node);
}

static struct eval_node *read_command(struct parser *p)
{
	struct eval_node *node;

	if (ends_list(p->at) || strchr(";&|)", *p->at))
		stop_unexpected(p);
	node = eval_new_node(p, eval_command_at(p->at));
	if (node->command == EVAL_UNKNOWN)
		eval_refuse(p, node->name.n);
	else if (node->command != EVAL_ASSIGNMENT)
		p->at += node->name.n;
	switch (node->command) {
	case EVAL_IF:
		read_if(p, node);
		break;
	case EVAL_CASE:
		read_case(p, node);
		break;
	case EVAL_OPEN:
		read_list(p, &node->body, '\n');
		require_word(p, EVAL_CLOSE, node);
		break;
	case EVAL_CONDITION:
		eval_read_condition(p, node);
		break;
	default:
		read_words(p, node);
	}
	eval_skip_blanks(p, ' ');
	return node;
}

/* Returns whether this is one of the ends of a branch of `case`: ;; ;& and ;;& */
static bool ends_branch(const char *at)
{
	return *at == ';' && (at[1] == ';' || at[1] == '&');
}

/* Reads what is between two commands of a list. Returns whether there is another. */
static bool read_separator(struct parser *p, char separator)
{
	if ((*p->at != ';' && *p->at != separator) || ends_branch(p->at))
		return false;
	p->at++;
	eval_skip_blanks(p, separator);
	return *p->at && *p->at != '\n' && *p->at != ';' && !ends_list(p->at);
}

/*
 * Reads commands that end with ; or the separator, up to a reserved word that ends the list or, if
 * the separator is a blank, to the end of the line. The end of a branch of `case` ends it as well.
 * They go to *end, and the next one to where this returns.
 */
static struct eval_node **read_list(struct parser *p, struct eval_node **end, char separator)
{
	do
		end = eval_read_chain(p, end, read_command, false);
	while (read_separator(p, separator));
	if (*p->at && strchr("&|<>(", *p->at))
		eval_refuse(p, 1);
	return end;
}

struct eval_node *eval_parse(struct parser *p)
{
	struct eval_node *list = NULL, **end = &list, **next;

	for (;;) {
		eval_skip_blanks(p, '\n');
		if (*p->at == '\0')
			return list;
		next = read_list(p, end, ' ');
		if (*p->at && *p->at != '\n')
			stop_unexpected(p);
		if (p->fault.verdict != 0) {
			*end = NULL;
			return list;
		}
		end = next;
	}
}
