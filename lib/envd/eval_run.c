/* SPDX-License-Identifier: Apache-2.0 */
/* Executing the tree of a file. */
#include "envd/eval_impl.h"

static void run_list(struct runner *r, const struct eval_node *list, bool in_condition);

static void run_words(struct runner *r, enum eval_command command, const struct eval_word *words)
{
	eval_expand_words(r, words);
	if (r->fault.verdict == 0)
		r->status = eval_run_command(r, command);
}

static void run_simple(struct runner *r, const struct eval_node *node)
{
	if (node->command != EVAL_ASSIGNMENT)
		run_words(r, node->command, node->words);
	else /* Later assignments of a command see earlier ones. */
		for (const struct eval_word *word = node->words; word; word = word->next)
			run_words(r, node->command, &(struct eval_word){ .parts = word->parts });
}

/* Returns whether a branch is the one to take; `word` is that of `case`. */
static bool is_taken(struct runner *r, const struct eval_node *branch, const char *word)
{
	if (branch->test) {
		run_list(r, branch->test, true);
		return r->status == 0;
	}
	for (const struct eval_word *pattern = branch->words; pattern; pattern = pattern->next)
		if (eval_matches(r, word, pattern))
			return true;
	return !branch->words;
}

static void run_branches(struct runner *r, const struct eval_node *node, bool in_condition)
{
	const char *word = node->words ? eval_expand_parts(r, node->words->parts, false) : NULL;
	const struct eval_node *branch = node->body;

	while (branch && r->fault.verdict == 0 && !is_taken(r, branch, word))
		branch = branch->next;
	if (r->fault.verdict != 0)
		return;
	if (!branch || !branch->body)
		r->status = 0;
	else
		run_list(r, branch->body, in_condition);
}

static void run_node(struct runner *r, const struct eval_node *node, bool in_condition)
{
	r->in_condition = in_condition;
	/* The commands in [[ ]] have no name of their own. */
	if (node->command != EVAL_OPEN && node->command != EVAL_PRIMARY)
		r->command = node->name;
	switch (node->command) {
	case EVAL_OPEN:
		run_list(r, node->body, in_condition);
		return;
	case EVAL_IF:
	case EVAL_CASE:
		run_branches(r, node, in_condition);
		return;
	case EVAL_CONDITION:
		run_list(r, node->body, true);
		r->command = node->name;
		break;
	case EVAL_PRIMARY:
		r->status = eval_test_primary(r, node->words);
		break;
	default:
		run_simple(r, node);
	}
	/* As under `set -e`, a command that fails ends the file, unless its status is tested. */
	if (!in_condition)
		eval_check_status(r);
}

/* The status of a command is tested if && or || follows it, or ! is before it. */
static void run_list(struct runner *r, const struct eval_node *list, bool in_condition)
{
	for (const struct eval_node *node = list; node; node = node->next) {
		if (node->joint == (r->status == 0 ? EVAL_OR : EVAL_AND))
			continue;
		run_node(r, node,
			 in_condition || node->negation.n > 0 ||
				 (node->next && node->next->joint != EVAL_ALWAYS));
		if (r->fault.verdict != 0)
			return;
		if (node->negation.n > 0) {
			r->status = !r->status;
			r->command = node->negation;
		}
	}
}

void eval_run_file(struct runner *r, const struct eval_node *list, bool is_whole)
{
	run_list(r, list, false);
	if (r->fault.verdict == EVAL_RETURN && r->status != 0)
		r->fault.verdict = 0;
	else if (!is_whole)
		return;
	eval_check_status(r);
}
