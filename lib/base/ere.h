/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ere: POSIX extended regular expressions over bytes, as grep -E understands them in the C locale,
 * without captures and back-references. Matching allocates nothing and always takes time
 * proportional to the length of the string times the size of the expression.
 *
 * The following goes beyond POSIX and is as in GNU grep 3.8: \w \W \s \S \< \> \b \B \` \' and
 * {,n}; the lines of a pattern as alternatives, if the caller wants that; an unmatched ) or { as an
 * ordinary character; a repetition of nothing. In the string, a newline is an ordinary byte.
 */
#ifndef ERE_H
#define ERE_H

#include <stdbool.h>
#include <stddef.h>

struct mem;

/* A compiled expression with its scratch memory for matching, allocated in the arena. */
struct ere;

struct ere_error {
	const char *what; /* a string literal that says what is wrong */
	size_t offset;    /* the byte of the pattern, from 0, where it is wrong */
};

/* The meaning of a newline in a pattern. */
enum ere_newline {
	ERE_NEWLINE_BYTE, /* an ordinary byte, as in regcomp(3) */
	ERE_NEWLINE_OR,   /* it separates alternatives, as in grep -E */
};

/*
 * Compiles a pattern. Returns 0 and the expression; or -EINVAL if the pattern is not valid; -E2BIG
 * if it has more than 4,000 states with its repetitions written out, a bound over 4,000, or groups
 * nested more than 200 deep; or -ENOMEM. With an error, *ret_error is filled.
 */
int ere_compile(struct mem *mem, const char *pattern, enum ere_newline newline,
		struct ere **ret_ere, struct ere_error *ret_error);

/*
 * Returns whether the expression matches anywhere in s. Uses the scratch memory of the expression,
 * so only one call for it may run at a time.
 */
bool ere_match(struct ere *ere, const char *s);

#endif
