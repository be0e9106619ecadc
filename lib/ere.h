/*
 * ere: POSIX extended regular expressions over bytes, as grep -E reads them in the C locale, but no
 * captures and no back-references. A match takes no memory, and time in proportion to the length of
 * the string times the size of the expression, whatever they are. Nothing here prints.
 *
 * Beyond POSIX, as GNU grep 3.8: \w \W \s \S \< \> \b \B \` \', {,n}, alternatives on lines of
 * their own, a ) or { without a partner as itself, a repetition of nothing. In the string a newline
 * is a byte like any other.
 */
#ifndef ERE_H
#define ERE_H

#include <stdbool.h>
#include <stddef.h>

struct mem;

/* A compiled expression with its scratch memory for matching; it lives in the arena. */
struct ere;

/* What is wrong with an expression, and at which byte of it, counted from 0. */
struct ere_error {
	const char *what;
	size_t offset;
};

/* What a newline in a pattern is. */
enum ere_newline {
	ERE_NEWLINE_BYTE, /* a byte like any other, as for regcomp(3) */
	ERE_NEWLINE_OR,   /* what separates alternatives, as for grep -E */
};

/*
 * Compiles a pattern. Returns 0, -EINVAL (not an expression), -E2BIG (over 16384 steps once its
 * repetitions are written out, a bound over 32767, or groups over 200 deep) or -ENOMEM; all but 0
 * fill *ret_error, which then points to a literal.
 */
int ere_compile(struct mem *mem, const char *pattern, enum ere_newline newline,
		struct ere **ret_ere, struct ere_error *ret_error);

/* Does the expression occur anywhere in s? Uses the scratch memory in ere: one call at a time. */
bool ere_match(const struct ere *ere, const char *s);

#endif
