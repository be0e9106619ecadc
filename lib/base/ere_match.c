/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the program of a compiled expression over a string. */
#include "base/ere.h"

#include "base/class.h"
#include "base/ere_impl.h"

/* The current position of a match in its string. */
struct position {
	const char *start;
	const char *at;
};

/* slot[] is never cleared: an entry from earlier has another pc in its place, or is past n. */
static void add_state(struct ere_states *states, size_t pc)
{
	size_t slot = states->slot[pc];

	if (slot < states->n && states->list[slot] == pc)
		return;
	states->slot[pc] = (uint16_t)states->n;
	states->list[states->n++] = (uint16_t)pc;
}

static bool assertion_holds(char assertion, const struct position *position)
{
	bool before = position->at > position->start && class_has(ERE_WORD, position->at[-1]);
	bool after = class_has(ERE_WORD, *position->at);

	switch (assertion) {
	case '^':
		return position->at == position->start;
	case '$':
		return *position->at == '\0';
	case '<':
		return !before && after;
	case '>':
		return before && !after;
	case 'b':
		return before != after;
	default:
		return before == after;
	}
}

/*
 * Lets all states of `now` take one step. A state that consumes the byte at this position continues
 * in `next`; one that consumes nothing is appended to `now` itself, which serves as the queue.
 * Returns true when the expression has matched.
 */
static bool step_all(const struct ere *ere, struct ere_states *now, struct ere_states *next,
		     const struct position *position)
{
	for (size_t i = 0; i < now->n; i++) {
		size_t pc = now->list[i];
		const struct ere_inst *inst = &ere->code[pc];
		size_t to = pc + (size_t)inst->to;

		if (inst->op == ERE_MATCH)
			return true;
		if (inst->op == ERE_SPLIT || inst->op == ERE_JUMP)
			add_state(now, to);
		if (inst->op == ERE_SPLIT ||
		    (inst->op == ERE_ASSERT && assertion_holds(inst->byte, position)))
			add_state(now, pc + 1);
		if ((inst->op == ERE_BYTE && inst->byte == *position->at) ||
		    (inst->op == ERE_SET &&
		     class_has(inst->pairs, *position->at) != inst->inverted))
			add_state(next, pc + 1);
	}
	return false;
}

bool ere_match(struct ere *ere, const char *s)
{
	struct ere_states *now = &ere->states[0], *next = &ere->states[1], *stepped;
	struct position position = { .start = s, .at = s };

	for (now->n = 0;; position.at++) {
		/* A match may begin anywhere. */
		add_state(now, 0);
		next->n = 0;
		if (step_all(ere, now, next, &position))
			return true;
		if (!*position.at)
			return false;
		stepped = now;
		now = next;
		next = stepped;
	}
}
