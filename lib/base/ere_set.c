/* SPDX-License-Identifier: Apache-2.0 */
/* Bracket expressions (POSIX, XBD 9.3.5) in the C locale, and the sets of bytes they stand for. */
#include <string.h>

#include "base/class.h"
#include "base/ere_impl.h"
#include "base/text.h"

void ere_set_add(struct ere_set *set, const char *pairs, bool inverted)
{
	for (unsigned byte = 0; byte < 256; byte++)
		if (class_has(pairs, (char)byte) != inverted)
			set->bits[byte / 8] |= (uint8_t)(1U << byte % 8);
}

/* A member of a bracket expression: a class, or a byte that may begin or end a range. */
struct member {
	const char *pairs; /* of a class [:name:], else NULL */
	char byte[3];      /* else the range from the byte to itself, as a string of one pair */
	bool is_class;     /* [:name:] or [=c=], which cannot begin or end a range */
};

/* Returns whether a '-' here makes a range: after it comes a member and not the closing ']'. */
static bool is_range(const char *at)
{
	return at[0] == '-' && at[1] != ']' && at[1];
}

/* Returns the end of the name in [:name:], [=name=] or [.name.], or NULL if that is not closed. */
static const char *find_name_end(const char *open)
{
	for (const char *at = open + 2; *at; at++)
		if (at[0] == open[1] && at[1] == ']')
			return at;
	return NULL;
}

/*
 * Reads a byte, written as itself or as [.c.]; or a class: [:name:] or [=c=], which in the C locale
 * is c alone. Returns NULL or what is wrong.
 */
static const char *read_member(const char **at, struct member *member)
{
	const char *open = *at, *name = open + 2, *end;

	*member = (struct member){ .byte = { *open, *open } };
	++*at;
	if (*open != '[' || !**at || !strchr(":=.", **at))
		return NULL;
	*at = open;
	end = find_name_end(open);
	if (!end)
		return "unmatched [: or [= or [.";
	member->byte[0] = member->byte[1] = *name;
	member->is_class = open[1] != '.';
	if (open[1] == ':') {
		member->pairs = class_find(name, (size_t)(end - name));
		if (!member->pairs)
			return "unknown character class";
	} else if (end != name + 1) {
		return "not a single character";
	}
	*at = end + 2;
	return NULL;
}

/* Reads a member, or a range between two. Returns NULL or what is wrong. */
static const char *read_item(const char **at, struct ere_set *set)
{
	const char *start = *at, *to;
	struct member first, last;
	const char *wrong = read_member(at, &first);

	if (!wrong && is_range(*at)) {
		if (first.is_class)
			return "a range without a beginning";
		to = ++*at;
		wrong = read_member(at, &last);
		first.byte[1] = last.byte[0];
		if (!wrong && last.is_class) {
			*at = to;
			return "a range without an end";
		}
	}
	if (wrong)
		return wrong;
	if ((unsigned char)first.byte[0] > (unsigned char)first.byte[1]) {
		*at = start;
		return "range out of order";
	}
	ere_set_add(set, first.pairs ? first.pairs : first.byte, false);
	return NULL;
}

static const char *read_items(const char **at, struct ere_set *set)
{
	const char *first = *at, *wrong = NULL;

	while (!wrong && **at && (**at != ']' || *at == first)) {
		if (is_range(*at) && *at != first)
			return "a range without a beginning";
		wrong = read_item(at, set);
	}
	return wrong;
}

/*
 * Returns whether the bracket expression is [:name:], which grep refuses: its author forgot the
 * outer brackets of [[:name:]].
 */
static bool is_bare_class(const char *first, const char *end)
{
	size_t n = (size_t)(end - first);

	return n > 2 && *first == ':' && end[-1] == ':' && text_until(first, "-[") >= n;
}

const char *ere_set_read(const char **at, struct ere_set *set)
{
	const char *open = *at, *wrong;
	bool inverted = open[1] == '^';
	const char *first = open + 1 + inverted;

	*at = first;
	wrong = read_items(at, set);
	if (wrong)
		return wrong;
	if (**at != ']')
		wrong = "unmatched [";
	else if (is_bare_class(first, *at))
		wrong = "a character class is written [[:name:]]";
	if (wrong) {
		*at = open;
		return wrong;
	}
	for (size_t i = 0; inverted && i < sizeof(set->bits); i++)
		set->bits[i] = (uint8_t)~set->bits[i];
	++*at;
	return NULL;
}
