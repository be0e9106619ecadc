/* SPDX-License-Identifier: Apache-2.0 */
/* Executing the tree of a file. */
#include "envd/eval_impl.h"

static void run_list(struct runner *r, const struct eval_node *list);
static void run(struct runner *r, const struct eval_node *node);

/* As under `set -e`, a command that fails ends the file, unless its status is tested. */
static void check_status(struct runner *r)
{
	if (r->status != 0 && !r->in_condition)
		eval_fail_command(r, r->status, NULL);
}

static void run_words(struct runner *r, enum eval_command command, const struct eval_word *words)
{
	eval_expand_words(r, words);
	if (r->fault.verdict == 0)
		r->status = eval_run_command(r, command);
}

static void run_simple(struct runner *r, const struct eval_node *node)
{
	r->command = node->name;
	if (node->command != EVAL_ASSIGNMENT)
		run_words(r, node->command, node->words);
	else /* Later assignments of a command see earlier ones. */
		for (const struct eval_word *word = node->words; word; word = word->next)
			run_words(r, node->command, &(struct eval_word){ .parts = word->parts });
	check_status(r);
}

/* Runs a command, or a list, whose status is tested. */
static void run_tested(struct runner *r, const struct eval_node *list)
{
	bool in_condition = r->in_condition;

	r->in_condition = true;
	run_list(r, list);
	r->in_condition = in_condition;
}

/* Only the status of the last command of such a list is not tested. */
static void run_and_or(struct runner *r, const struct eval_node *node)
{
	for (const struct eval_node *command = node->body; command; command = command->next) {
		bool in_condition = r->in_condition;

		if (command->joint == (r->status == 0 ? EVAL_OR : EVAL_AND) &&
		    command != node->body)
			continue;
		r->in_condition = in_condition || command->next;
		run(r, command);
		r->in_condition = in_condition;
	}
}

/* Returns whether a branch is the one to take; `word` is that of `case`. */
static bool is_taken(struct runner *r, const struct eval_node *branch, const char *word)
{
	if (branch->test) {
		run_tested(r, branch->test);
		return r->status == 0;
	}
	for (const struct eval_word *pattern = branch->words; pattern; pattern = pattern->next)
		if (eval_matches(r, word, pattern))
			return true;
	return !branch->words;
}

static void run_branches(struct runner *r, const struct eval_node *node)
{
	const char *word = node->words ? eval_expand_word(r, node->words, false) : NULL;
	const struct eval_node *branch = node->body;

	while (branch && r->fault.verdict == 0 && !is_taken(r, branch, word))
		branch = branch->next;
	if (r->fault.verdict != 0)
		return;
	if (branch && branch->body)
		run_list(r, branch->body);
	else
		r->status = 0;
}

static void run(struct runner *r, const struct eval_node *node)
{
	if (r->fault.verdict != 0)
		return;
	switch (node->kind) {
	case EVAL_SIMPLE_NODE:
		run_simple(r, node);
		break;
	case EVAL_AND_OR_NODE:
		run_and_or(r, node);
		break;
	case EVAL_NOT_NODE:
		run_tested(r, node->body);
		if (r->fault.verdict == 0) {
			r->command = node->name;
			r->status = !r->status;
		}
		break;
	case EVAL_GROUP_NODE:
		run_list(r, node->body);
		break;
	case EVAL_IF_NODE:
	case EVAL_CASE_NODE:
		r->command = node->name;
		run_branches(r, node);
		break;
	case EVAL_CONDITION_NODE:
		r->command = node->name;
		run_tested(r, node->body);
		r->command = node->name;
		check_status(r);
		break;
	case EVAL_PRIMARY_NODE:
		r->status = eval_run_primary(r, node);
		break;
	case EVAL_BRANCH_NODE:
		break;
	}
}

static void run_list(struct runner *r, const struct eval_node *list)
{
	for (; list && r->fault.verdict == 0; list = list->next)
		run(r, list);
}

void eval_run_file(struct runner *r, const struct eval_node *list, bool is_whole)
{
	text_str(&r->field, ""); /* It must have a buffer even while it is empty. */
	run_list(r, list);
	if (r->fault.verdict == EVAL_RETURN && r->status != 0)
		r->fault.verdict = 0;
	else if (!is_whole)
		return;
	if (r->status != 0)
		eval_fail_command(r, r->status, NULL);
}
