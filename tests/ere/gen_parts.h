/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gen_parts: what gen.c makes expressions of. Each part is put to the end of both spellings, and
 * what it may match to the end of a sample.
 */
#ifndef GEN_PARTS_H
#define GEN_PARTS_H

#include "gen.h"

/* What an expression so far may match, as long as it fits. */
struct sample {
	char s[GEN_NAME_MAX];
	size_t n;
};

/* Happens once in n times. */
bool gen_one_in(struct gen *gen, unsigned n);

/* One of these bytes; one of those that names are made of. */
char gen_any_of(struct gen *gen, const char *bytes);
char gen_any_byte(struct gen *gen);

/* Puts text to one spelling, to each its own, to both the same. */
void gen_put_text(struct gen *gen, struct gen_text *text, const char *s);
void gen_put_apart(struct gen *gen, const char *grep, const char *posix);
void gen_put(struct gen *gen, const char *s);

void sample_add(struct sample *sample, const char *s, size_t n);
void sample_add_byte(struct sample *sample, char c);

void gen_literal(struct gen *gen, struct sample *sample);
void gen_bracket(struct gen *gen, struct sample *sample);
void gen_escape(struct gen *gen, struct sample *sample);

#endif
