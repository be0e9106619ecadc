/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gen: random expressions and names for them, the same for the same seed. An expression comes
 * in two spellings: `grep`, in all that lib/ere promises, and `posix`, where what glibc's regcomp(3)
 * refuses or gets wrong is written otherwise, to the same effect.
 */
#ifndef GEN_H
#define GEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define GEN_PATTERN_MAX 2000
#define GEN_NAME_MAX 48

/* What lib/ere refuses though others take it. */
enum gen_refused {
	GEN_BACK_REFERENCE = 1,
	GEN_UNKNOWN_ESCAPE = 2,
	GEN_BARE_CLASS = 4,
};

/* What the posix spelling writes otherwise. */
enum gen_respelt {
	GEN_NOTHING_REPEATED = 1, /* a repetition of nothing or of an anchor: refused */
	GEN_PLAIN_BRACE = 2,      /* a { that begins no bounds: refused */
	GEN_ANCHOR_REPEATED = 4,  /* an anchor in a repeated group: may be lost */
	GEN_NEWLINE = 8,          /* in expression or name; ^ and $ may find a line there */
};

struct gen_text {
	char s[GEN_PATTERN_MAX];
	size_t n;
};

struct gen {
	uint64_t state; /* of the random numbers: any but 0 */
	struct gen_text grep;
	struct gen_text posix;
	char sample[GEN_NAME_MAX]; /* a string that may well match */
	size_t sample_len;
	bool newlines;    /* may there be newlines? */
	bool full;        /* the pattern is longer than it may be */
	unsigned anchors; /* so far */
	unsigned height;  /* of the repetitions nested so far */
	unsigned written; /* repetitions that the posix spelling has written out */
	unsigned respelt; /* enum gen_respelt */
	unsigned refused; /* what there is of enum gen_refused; unknown once mutated */
	bool mutated;     /* a random change was made, to both spellings the same */
};

/* 0 to n - 1. */
unsigned gen_random(struct gen *gen, unsigned n);

/* A new expression of the number of lines given. */
void gen_pattern(struct gen *gen, unsigned lines);

/* A name for it, NUL-terminated. */
void gen_name(struct gen *gen, char ret_name[GEN_NAME_MAX]);

/* Puts a vertical tab, which is of the same classes, for each newline. Returns whether any. */
bool gen_replace_newlines(char *s);

#endif
