/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ere_impl: the program that ere.c compiles an expression to and ere_match.c runs, and the sets of
 * bytes of ere_set.c. A program is a nondeterministic automaton (Thompson's): it is at several
 * instructions at a time, and has matched when one of them is ERE_MATCH.
 */
#ifndef ERE_IMPL_H
#define ERE_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ranges of bytes: see class.h. */
#define ERE_WORD "09AZ__az"
#define ERE_SPACE CLASS_SPACE

struct ere_set {
	uint8_t bits[32];
};

enum ere_op {
	ERE_BYTE,   /* consumes one byte, equal to `byte` */
	ERE_SET,    /* consumes one byte, a member of `set` */
	ERE_ASSERT, /* continues only where the assertion `byte` holds: one of ^ $ < > b B */
	ERE_SPLIT,  /* continues both at the next instruction and at `to` */
	ERE_JUMP,   /* continues at `to` */
	ERE_MATCH,  /* the expression has matched */
};

/* `to` is relative to the instruction itself, so that code can be moved and copied. */
struct ere_inst {
	uint8_t op;
	char byte;
	int to;
	const struct ere_set *set;
};

/*
 * A set of instructions to continue at: list[0..n) holds their indices in the order in which they
 * were added, and slot[pc] is the place of pc in that list, if it is there.
 */
struct ere_states {
	uint16_t *list;
	uint16_t *slot;
	size_t n;
};

struct ere {
	const struct ere_inst *code;
	struct ere_states now;
	struct ere_states next;
};

/* Adds the bytes of the ranges to the set, or, if inverted, all other bytes. */
void ere_set_add(struct ere_set *set, const char *pairs, bool inverted);

/*
 * Reads the bracket expression at *at into an empty set and moves *at past it. Returns NULL, or a
 * string literal that says what is wrong; then *at is the place of the error.
 */
const char *ere_set_read(const char **at, struct ere_set *set);

#endif
