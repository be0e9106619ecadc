#include "ere.h"

#include "ere_code.h"

/* Where matching stands in its string. */
struct place {
	const char *start;
	const char *at;
};

/* slot[] is never cleared: what is left in it from before points to another pc or beyond n. */
static void add(struct ere_states *states, size_t pc)
{
	size_t slot = states->slot[pc];

	if (slot < states->n && states->list[slot] == pc)
		return;
	states->slot[pc] = (uint16_t)states->n;
	states->list[states->n++] = (uint16_t)pc;
}

static bool set_has(const struct ere_set *set, char c)
{
	unsigned char byte = (unsigned char)c;

	return set->bits[byte / 8] >> byte % 8 & 1;
}

static bool holds(char assertion, const struct place *place)
{
	bool before = place->at > place->start && ere_in_pairs(ERE_WORD, place->at[-1]);
	bool after = ere_in_pairs(ERE_WORD, *place->at);

	switch (assertion) {
	case '^':
		return place->at == place->start;
	case '$':
		return *place->at == '\0';
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
 * Takes all of `now` one step: over the byte at this place to `next`, or without one to the end of
 * `now` itself, which is its own queue. Returns true when a match has been reached.
 */
static bool step(const struct ere *ere, struct ere_states *now, struct ere_states *next,
		 const struct place *place)
{
	for (size_t i = 0; i < now->n; i++) {
		size_t pc = now->list[i];
		const struct ere_inst *inst = &ere->code[pc];
		size_t to = pc + (size_t)inst->to;

		if (inst->op == ERE_MATCH)
			return true;
		if (inst->op == ERE_SPLIT || inst->op == ERE_JUMP)
			add(now, to);
		if (inst->op == ERE_SPLIT || (inst->op == ERE_ASSERT && holds(inst->byte, place)))
			add(now, pc + 1);
		if ((inst->op == ERE_BYTE && inst->byte == *place->at) ||
		    (inst->op == ERE_SET && set_has(inst->set, *place->at)))
			add(next, pc + 1);
	}
	return false;
}

bool ere_match(const struct ere *ere, const char *s)
{
	struct ere_states now = ere->now, next = ere->next, stepped;
	struct place place = { .start = s, .at = s };

	for (;; place.at++) {
		/* A match may begin anywhere. */
		add(&now, 0);
		if (step(ere, &now, &next, &place))
			return true;
		if (!*place.at)
			return false;
		stepped = now;
		now = next;
		next = (struct ere_states){ .list = stepped.list, .slot = stepped.slot };
	}
}
