/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ere_impl: the program that ere.c compiles an expression to and ere_match.c runs, and what
 * ere_set.c needs of the parser. A program is a nondeterministic automaton (Thompson's): it is at
 * several instructions at a time, and has matched when one of them is ERE_MATCH.
 */
#ifndef ERE_IMPL_H
#define ERE_IMPL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ranges of bytes: see class.h. */
#define ERE_WORD "09AZ__az"

/*
 * Even with so many states at once, a name of 255 bytes is matched within milliseconds; within tens
 * of them if each state is a set of many ranges.
 */
#define ERE_CODE_MAX 4000

struct text;

enum ere_op {
	ERE_BYTE,   /* consumes one byte, equal to `byte` */
	ERE_SET,    /* consumes one byte, in one of the ranges `pairs` or, if inverted, in none */
	ERE_ASSERT, /* continues only where the assertion `byte` holds: one of ^ $ < > b B */
	ERE_SPLIT,  /* continues both at the next instruction and at `to` */
	ERE_JUMP,   /* continues at `to` */
	ERE_MATCH,  /* the expression has matched */
};

/* `to` is relative to the instruction itself, so that code can be moved and copied. */
struct ere_inst {
	uint8_t op;
	char byte;
	bool inverted;
	int to;
	const char *pairs; /* ranges of bytes: see class.h */
};

/*
 * A set of instructions to continue at: list[0..n) holds their indices in the order in which they
 * were added, and slot[pc] is the place of pc in that list, if it is there.
 */
struct ere_states {
	size_t n;
	uint16_t list[ERE_CODE_MAX];
	uint16_t slot[ERE_CODE_MAX];
};

/* Only the pages that are used get memory. */
struct ere {
	struct ere_inst code[ERE_CODE_MAX];
	struct ere_states states[2];
};

/* The state of a compilation: code[0..n) is the program for the pattern up to `at`. */
struct ere_parser {
	struct mem *mem;
	const char *pattern;
	const char *end; /* of the pattern, whose lines each end with a NUL */
	const char *at;
	unsigned depth; /* the number of open groups */
	struct ere_inst *code;
	size_t n;
	int err; /* the first error, or 0; after it `at` is `end`, and no code is added */
	struct ere_error *error;
};

/*
 * Notes what is wrong with the pattern at this place, unless there is an error already, and moves
 * to the end of the pattern, so that all parse functions return.
 */
void ere_reject(struct ere_parser *p, int err, const char *at, const char *what);

/* Reads the bracket expression at p->at and appends its ranges to the text. */
void ere_read_bracket(struct ere_parser *p, struct text *pairs);

#endif
