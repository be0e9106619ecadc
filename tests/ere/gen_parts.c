/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of an expression that are not made of others. */
#include "gen_parts.h"

#include <string.h>

#define BYTES "aaabbbcxyzAZ0019__--.. \n@\xc3\xa9"

unsigned gen_random(struct gen *gen, unsigned n)
{
	gen->state ^= gen->state >> 12;
	gen->state ^= gen->state << 25;
	gen->state ^= gen->state >> 27;
	return (unsigned)((gen->state * UINT64_C(0x2545f4914f6cdd1d)) >> 33) % n;
}

bool gen_one_in(struct gen *gen, unsigned n)
{
	return gen_random(gen, n) == 0;
}

char gen_any_of(struct gen *gen, const char *bytes)
{
	return bytes[gen_random(gen, (unsigned)strlen(bytes))];
}

/* A byte of names: a newline only where there may be one. */
char gen_any_byte(struct gen *gen)
{
	char c = gen_any_of(gen, BYTES);

	return c == '\n' && !gen->newlines ? '\t' : c;
}

void gen_put_text(struct gen *gen, struct gen_text *text, const char *s)
{
	for (; *s && text->n < GEN_PATTERN_MAX - 1; s++)
		text->s[text->n++] = *s;
	gen->full |= *s != '\0';
	text->s[text->n] = '\0';
}

void gen_put_apart(struct gen *gen, const char *grep, const char *posix)
{
	gen_put_text(gen, &gen->grep, grep);
	gen_put_text(gen, &gen->posix, posix);
}

void gen_put(struct gen *gen, const char *s)
{
	gen_put_apart(gen, s, s);
}

static void gen_put_byte(struct gen *gen, char c)
{
	gen_put(gen, (char[]){ c, '\0' });
}

void sample_add(struct sample *sample, const char *s, size_t n)
{
	if (sample->n + n >= GEN_NAME_MAX)
		n = GEN_NAME_MAX - 1 - sample->n;
	memcpy(sample->s + sample->n, s, n);
	sample->n += n;
}

void sample_add_byte(struct sample *sample, char c)
{
	sample_add(sample, &c, 1);
}

void gen_literal(struct gen *gen, struct sample *sample)
{
	char c = gen_any_byte(gen);

	if (c == '.' && !gen_one_in(gen, 3))
		gen_put_byte(gen, '\\');
	gen_put_byte(gen, c);
	sample_add_byte(sample, c);
}

static void gen_class(struct gen *gen, struct sample *sample)
{
	static const struct {
		const char *name, *members;
	} classes[] = {
		{ "[:alnum:]", "aZ0" },    { "[:alpha:]", "aZ" },  { "[:blank:]", " \t" },
		{ "[:cntrl:]", "\t\x01" }, { "[:digit:]", "019" }, { "[:graph:]", "a-." },
		{ "[:lower:]", "abc" },    { "[:print:]", "a- " }, { "[:punct:]", "-_.@" },
		{ "[:space:]", " \t" },    { "[:upper:]", "AZ" },  { "[:xdigit:]", "aA0" },
		{ "[:word:]", "a" },       { "[=a=]", "a" },       { "[.-.]", "-" },
		{ "[.a.]", "a" },          { "[=]=]", "]" },       { "[.ab.]", "a" },
		{ "[.].]", "]" },          { "[.space.]", " " },
	};
	unsigned i = gen_random(gen, sizeof(classes) / sizeof(classes[0]));

	/* The last ones are mostly in vain. */
	if (i >= 12 && gen_one_in(gen, 2))
		i -= 12;
	gen_put(gen, classes[i].name);
	sample_add_byte(sample, gen_any_of(gen, classes[i].members));
}

/* One thing within a bracket expression: mostly a byte, a range or a class, rarely a trap. */
static void gen_member(struct gen *gen, struct sample *sample)
{
	static const char *const traps[] = { "-",    "a-",      "--",      "b-a",
					     "a-c-", "[=a=]-c", "a-[.c.]", "[.a.]-c" };
	char from = gen_any_byte(gen), to = (char)(from + (int)gen_random(gen, 4));

	if (gen_one_in(gen, 40)) {
		gen_put(gen, traps[gen_random(gen, sizeof(traps) / sizeof(traps[0]))]);
		return;
	}
	if (gen_one_in(gen, 5)) {
		gen_class(gen, sample);
		return;
	}
	if (from == '-')
		from = to = 'd';
	if (from < ' ' && from > 0)
		to = from;
	/* A '{' there would be read anew after an early ']'. */
	if (to > 'z')
		to = 'z';
	gen_put_byte(gen, from);
	sample_add_byte(sample, from);
	if (gen_one_in(gen, 3)) {
		gen_put(gen, "-");
		gen_put_byte(gen, to == ']' || to == '[' ? 'z' : to);
	}
}

void gen_bracket(struct gen *gen, struct sample *sample)
{
	bool inverted = gen_one_in(gen, 4);
	struct sample members = { .n = 0 };

	gen_put(gen, inverted ? "[^" : "[");
	if (gen_one_in(gen, 12))
		gen_put(gen, gen_one_in(gen, 2) ? "]" : "-");
	for (unsigned n = 1 + gen_random(gen, 3); n > 0; n--)
		gen_member(gen, &members);
	if (gen_one_in(gen, 12))
		gen_put(gen, "-");
	gen_put(gen, "]");
	if (inverted || members.n == 0)
		sample_add_byte(sample, gen_any_byte(gen));
	else
		sample_add_byte(sample, members.s[gen_random(gen, (unsigned)members.n)]);
}

void gen_escape(struct gen *gen, struct sample *sample)
{
	char c = gen_any_of(gen, "wwWsS.*+?{}[]()|^$\\-_/");

	if (gen_one_in(gen, 80)) {
		c = gen_any_of(gen, "123dnaZ0");
		gen->refused |= c >= '1' && c <= '9' ? GEN_BACK_REFERENCE : GEN_UNKNOWN_ESCAPE;
	}
	gen_put_byte(gen, '\\');
	gen_put_byte(gen, c);
	switch (c) {
	case 'w':
	case 'S':
		c = 'a';
		break;
	case 'W':
		c = '-';
		break;
	case 's':
		c = ' ';
		break;
	}
	sample_add_byte(sample, c);
}
