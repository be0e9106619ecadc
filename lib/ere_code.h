/*
 * ere_code: what ere.c, ere_set.c and ere_match.c share: the program that an expression is compiled
 * to, and sets of bytes. A program goes on at many instructions at once; it has matched when one of
 * them is ERE_MATCH.
 */
#ifndef ERE_CODE_H
#define ERE_CODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sets of bytes as text: pairs of first and last byte. */
#define ERE_WORD "09AZ__az"
#define ERE_SPACE "\t\r  "

struct ere_set {
	uint8_t bits[32];
};

enum ere_op {
	ERE_BYTE,   /* one byte, equal to `byte` */
	ERE_SET,    /* one byte, a member of `set` */
	ERE_ASSERT, /* nothing, where what `byte` stands for holds: one of ^ $ < > b B */
	ERE_SPLIT,  /* nothing: go on both here and at `to` */
	ERE_JUMP,   /* nothing: go on at `to` */
	ERE_MATCH,
};

/* `to` counts from the instruction itself, so that a run of code may be moved and copied. */
struct ere_inst {
	uint8_t op;
	char byte;
	int to;
	const struct ere_set *set;
};

/* Instructions to go on at, each once: list[0..n) in the order of coming, slot[pc] where in it. */
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

/* Is the byte in one of the pairs? */
bool ere_in_pairs(const char *pairs, char c);

/* Adds the bytes of the pairs, or all others but these. */
void ere_set_add(struct ere_set *set, const char *pairs, bool inverted);

/*
 * Reads the bracket expression at *at into an empty set and goes past it. Returns NULL, or what is
 * wrong with it; then *at is where.
 */
const char *ere_set_read(const char **at, struct ere_set *set);

#endif
