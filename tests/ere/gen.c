/* SPDX-License-Identifier: Apache-2.0 */
#include "gen.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "gen_parts.h"

#define HEIGHT_MAX 2
#define SPECIAL "*+?{}[]()|^$.\\,:=-!~10ab"

struct bounds {
	unsigned min;
	unsigned max; /* UINT_MAX: none */
};

static struct bounds gen_bounds(struct gen *gen)
{
	unsigned min = gen_random(gen, 4), max = min + gen_random(gen, 3);
	char text[20];

	switch (gen_random(gen, 9)) {
	case 0:
		gen_put(gen, "+");
		return (struct bounds){ 1, UINT_MAX };
	case 1:
		gen_put(gen, "?");
		return (struct bounds){ 0, 1 };
	case 2:
		snprintf(text, sizeof(text), "{%u}", min);
		gen_put(gen, text);
		return (struct bounds){ min, min };
	case 3:
		snprintf(text, sizeof(text), "{%u,}", min);
		gen_put(gen, text);
		return (struct bounds){ min, UINT_MAX };
	case 4:
		snprintf(text, sizeof(text), "{,%u}", max);
		gen_put(gen, text);
		return (struct bounds){ 0, max };
	case 5:
		snprintf(text, sizeof(text), "{%u,%u}", min, max);
		gen_put(gen, text);
		return (struct bounds){ min, max };
	default:
		gen_put(gen, "*");
		return (struct bounds){ 0, UINT_MAX };
	}
}

static void gen_alternatives(struct gen *gen, unsigned depth, struct sample *sample);

/* Returns true for an anchor. */
static bool gen_atom(struct gen *gen, unsigned depth, struct sample *sample)
{
	static const char *const anchors[] = { "^", "$", "\\<", "\\>", "\\b", "\\B", "\\`", "\\'" };
	unsigned what = gen_random(gen, 100);

	if (what < 45 || (what < 68 && depth == 0)) {
		gen_literal(gen, sample);
	} else if (what < 68) {
		gen_put(gen, "(");
		gen_alternatives(gen, depth - 1, sample);
		gen_put(gen, ")");
	} else if (what < 80) {
		gen_bracket(gen, sample);
	} else if (what < 87) {
		gen_escape(gen, sample);
	} else if (what < 93) {
		gen_put(gen, ".");
		sample_add_byte(sample, gen_any_byte(gen));
	} else if (what < 98) {
		gen_put(gen, anchors[gen_random(gen, gen_one_in(gen, 2) ? 2 : 8)]);
		return true;
	} else if (what == 98) {
		gen_put_apart(gen, "{x", "\\{x");
		gen->respelt |= GEN_PLAIN_BRACE;
		sample_add(sample, "{x", 2);
	} else if (gen_one_in(gen, 10)) {
		gen_put(gen, "[:alpha:]");
		gen->refused |= GEN_BARE_CLASS;
	} else {
		gen_put(gen, "}");
		sample_add_byte(sample, '}');
	}
	return false;
}

/*
 * Writes out the repetition of what the posix spelling has from `start` on, with groups and *
 * alone: (x)(x)((x)((x))?)? or (x)(x)(x)*.
 */
static void write_out(struct gen *gen, size_t start, size_t end, struct bounds bounds)
{
	struct gen_text once = gen->posix;
	unsigned i;

	gen->written++;
	once.s[end] = '\0';
	gen->posix.n = start;
	gen_put_text(gen, &gen->posix, "()");
	for (i = 0; i < bounds.min || (bounds.max != UINT_MAX && i < bounds.max); i++) {
		gen_put_text(gen, &gen->posix, i < bounds.min ? "(" : "((");
		gen_put_text(gen, &gen->posix, once.s + start);
		gen_put_text(gen, &gen->posix, ")");
	}
	if (bounds.max == UINT_MAX) {
		gen_put_text(gen, &gen->posix, "(");
		gen_put_text(gen, &gen->posix, once.s + start);
		gen_put_text(gen, &gen->posix, ")*");
	}
	for (; bounds.max != UINT_MAX && i > bounds.min; i--)
		gen_put_text(gen, &gen->posix, "|)");
}

/*
 * Repetitions are nested HEIGHT_MAX deep, and what holds anchors is repeated once only: glibc's
 * regcomp(3) takes exponential time for more, above all where it is written out.
 */
static void gen_piece(struct gen *gen, unsigned depth, struct sample *sample)
{
	size_t start = gen->posix.n, end;
	unsigned anchors = gen->anchors, written = gen->written, height = gen->height;
	unsigned times = 1;
	struct sample once = { .n = 0 };
	struct bounds bounds;
	bool is_anchor;

	gen->height = 0;
	is_anchor = gen_atom(gen, depth, &once);
	gen->anchors += is_anchor;
	while (written == gen->written && gen->height < HEIGHT_MAX &&
	       gen_one_in(gen, is_anchor || times != 1 ? 12 : 3)) {
		end = gen->posix.n;
		gen->height++;
		bounds = gen_bounds(gen);
		if (is_anchor) {
			gen->respelt |= GEN_NOTHING_REPEATED;
			bounds = (struct bounds){ bounds.min > 0, bounds.min > 0 };
		} else if (gen->anchors > anchors) {
			gen->respelt |= GEN_ANCHOR_REPEATED;
		}
		/* What is wrong in something repeated no times must stay so. */
		if (is_anchor || (gen->anchors > anchors && bounds.max > 0))
			write_out(gen, start, end, bounds);
		times *= bounds.min + gen_random(gen, 2) * (bounds.max > bounds.min);
	}
	if (gen->height < height)
		gen->height = height;
	for (; times > 0; times--)
		sample_add(sample, once.s, once.n);
}

static void gen_branch(struct gen *gen, unsigned depth, struct sample *sample)
{
	unsigned pieces = gen_one_in(gen, 20) ? 0 : 1 + gen_random(gen, 4);

	/* After "^" it would repeat something. */
	if (gen_one_in(gen, 50) && (gen->grep.n == 0 || gen->grep.s[gen->grep.n - 1] != '^')) {
		gen_put_apart(gen, gen_one_in(gen, 2) ? "*" : "{1}", "");
		gen->respelt |= GEN_NOTHING_REPEATED;
	}
	while (pieces-- > 0 && !gen->full)
		gen_piece(gen, depth, sample);
}

static void gen_alternatives(struct gen *gen, unsigned depth, struct sample *sample)
{
	unsigned branches = gen_one_in(gen, 3) ? 2 + gen_random(gen, 2) : 1;
	struct sample before = *sample;

	gen_branch(gen, depth, sample);
	for (unsigned i = 2; i <= branches; i++) {
		struct sample other = before;

		gen_put(gen, "|");
		gen_branch(gen, depth, &other);
		if (gen_one_in(gen, i))
			*sample = other;
	}
}

static void mutate(struct gen *gen)
{
	size_t at = gen_random(gen, (unsigned)gen->grep.n + 1), after = at + gen_random(gen, 2);
	struct gen_text old = gen->grep;

	gen->mutated = true;
	if (after > old.n)
		after = old.n;
	gen->grep.n = at;
	if (!gen_one_in(gen, 3))
		gen_put_text(gen, &gen->grep, (char[]){ gen_any_of(gen, SPECIAL), '\0' });
	gen_put_text(gen, &gen->grep, old.s + after);
	/* In bounds glibc takes an escaped comma for a comma: not this one. */
	if (strstr(gen->grep.s, "\\,"))
		gen->grep = old;
	gen->posix = gen->grep;
}

static void gen_lines(struct gen *gen, unsigned lines)
{
	struct sample sample = { .n = 0 };

	gen->grep.n = gen->posix.n = 0;
	gen->anchors = gen->written = gen->height = gen->refused = gen->respelt = 0;
	gen->mutated = gen->full = false;
	gen_put(gen, gen_one_in(gen, 3) ? "^" : "");
	gen_alternatives(gen, 4, &sample);
	for (; lines > 1; lines--) {
		struct sample other = { .n = 0 };

		gen_put(gen, "\n");
		gen_alternatives(gen, 3, &other);
		if (gen_one_in(gen, 2))
			sample = other;
	}
	gen_put(gen, gen_one_in(gen, 3) ? "$" : gen_one_in(gen, 20) ? ")" : "");
	memcpy(gen->sample, sample.s, sample.n);
	gen->sample_len = sample.n;
}

void gen_pattern(struct gen *gen, unsigned lines)
{
	do
		gen_lines(gen, lines);
	while (gen->full || gen->grep.n > GEN_PATTERN_MAX / 8);
	if (gen_one_in(gen, 6))
		mutate(gen);
	if (gen->newlines && gen_replace_newlines(gen->posix.s))
		gen->respelt |= GEN_NEWLINE;
}

bool gen_replace_newlines(char *s)
{
	bool any = false;

	for (; (s = strchr(s, '\n')); any = true)
		*s = '\v';
	return any;
}

void gen_name(struct gen *gen, char ret_name[GEN_NAME_MAX])
{
	struct sample name = { .n = 0 };
	unsigned edits = gen_random(gen, 4);

	while (gen_one_in(gen, 6))
		sample_add_byte(&name, gen_any_byte(gen));
	for (size_t i = 0; i < gen->sample_len; i++) {
		bool edit = edits > 0 && gen_one_in(gen, (unsigned)gen->sample_len);

		if (!edit || gen_one_in(gen, 3))
			sample_add_byte(&name, gen->sample[i]);
		if (edit && !gen_one_in(gen, 3))
			sample_add_byte(&name, gen_any_byte(gen));
		edits -= edit;
	}
	while (gen_one_in(gen, 6))
		sample_add_byte(&name, gen_any_byte(gen));
	memcpy(ret_name, name.s, name.n);
	ret_name[name.n] = '\0';
}
