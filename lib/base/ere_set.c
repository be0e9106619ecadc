/* SPDX-License-Identifier: Apache-2.0 */
/* Bracket expressions (POSIX, XBD 9.3.5) in the C locale, and the errors of the parser. */
#include <errno.h>
#include <string.h>

#include "base/class.h"
#include "base/ere.h"
#include "base/ere_impl.h"
#include "base/text.h"

void ere_reject(struct ere_parser *p, int err, const char *at, const char *what)
{
	if (p->err == 0) {
		p->err = err;
		*p->error = (struct ere_error){ what, (size_t)(at - p->pattern) };
	}
	p->at = p->end;
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

/*
 * Reads a byte, written as itself or as [.c.]; or a class: [:name:] or [=c=], which in the C locale
 * is c alone.
 */
static void read_member(struct ere_parser *p, struct member *member)
{
	const char *open = p->at++, *name = open + 2, *end = name;

	*member = (struct member){ .byte = { *open, *open } };
	if (*open != '[' || !open[1] || !strchr(":=.", open[1]))
		return;
	while (*end && (end[0] != open[1] || end[1] != ']'))
		end++;
	if (!*end) {
		ere_reject(p, -EINVAL, open, "unmatched [: or [= or [.");
		return;
	}
	p->at = end + 2;
	member->byte[0] = member->byte[1] = *name;
	member->is_class = open[1] != '.';
	if (open[1] == ':') {
		member->pairs = class_find(name, (size_t)(end - name));
		if (!member->pairs)
			ere_reject(p, -EINVAL, open, "unknown character class");
	} else if (end != name + 1) {
		ere_reject(p, -EINVAL, open, "not a single character");
	}
}

/* Reads a member, or a range between two. */
static void read_item(struct ere_parser *p, struct text *pairs)
{
	const char *start = p->at, *to;
	struct member first, last;

	read_member(p, &first);
	if (is_range(p->at) && !first.is_class) {
		to = ++p->at;
		read_member(p, &last);
		if (last.is_class)
			ere_reject(p, -EINVAL, to, "a range without an end");
		first.byte[1] = last.byte[0];
	}
	if ((unsigned char)first.byte[0] > (unsigned char)first.byte[1])
		ere_reject(p, -EINVAL, start, "range out of order");
	text_str(pairs, first.pairs ? first.pairs : first.byte);
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

void ere_read_bracket(struct ere_parser *p, struct text *pairs)
{
	const char *open = p->at, *first = open + 1 + (open[1] == '^');

	p->at = first;
	while (*p->at && (*p->at != ']' || p->at == first)) {
		if (is_range(p->at) && p->at != first)
			ere_reject(p, -EINVAL, p->at, "a range without a beginning");
		else
			read_item(p, pairs);
	}
	if (*p->at != ']')
		ere_reject(p, -EINVAL, open, "unmatched [");
	else if (is_bare_class(first, p->at))
		ere_reject(p, -EINVAL, open, "a character class is written [[:name:]]");
	else
		p->at++;
}
