/* SPDX-License-Identifier: Apache-2.0 */
#include "base/glob.h"

#include "base/class.h"

/* How a bracket expression fits a byte. */
enum fit {
	FIT_NOT,
	FIT,
	FIT_LITERAL, /* it has no end, so that its '[' stands for itself */
	FIT_NEVER,   /* it is not valid, and so the pattern matches nothing */
};

/* Reads c, \c or [.c.]. Returns what follows it, or NULL if it is none of them. */
static const char *read_byte(const char *at, char *ret_byte)
{
	bool collates = at[0] == '[' && at[1] == '.';

	at += collates ? 2 : *at == '\\';
	*ret_byte = *at;
	if (!*at || (collates && (at[1] != '.' || at[2] != ']')))
		return NULL;
	return at + (collates ? 3 : 1);
}

/*
 * Returns what follows [:name:] or [=c=], or NULL if there is none of them. *ret_fit says whether
 * it has the byte c.
 */
static const char *read_class(const char *at, char c, enum fit *ret_fit)
{
	const char *name = at + 2, *end = name, *pairs;

	if (at[0] != '[' || (at[1] != ':' && at[1] != '='))
		return NULL;
	if (at[1] == '=')
		end += *name != '\0';
	else
		while (*end >= 'a' && *end <= 'z')
			end++;
	if (end[0] != at[1] || end[1] != ']')
		return NULL;
	pairs = at[1] == ':' ? class_find(name, (size_t)(end - name)) : NULL;
	if (at[1] == '=')
		*ret_fit = *name == c ? FIT : FIT_NOT;
	else
		*ret_fit = !pairs ? FIT_NEVER : class_has(pairs, c) ? FIT : FIT_NOT;
	return end + 2;
}

/* Reads a member or a range. Returns what follows it, or NULL if it is not valid. */
static const char *read_range(const char *at, char c, enum fit *ret_fit)
{
	char pair[3] = { 0 };

	at = read_byte(at, &pair[0]);
	pair[1] = pair[0];
	if (at && at[0] == '-' && at[1] != ']')
		at = read_byte(at + 1, &pair[1]);
	*ret_fit = class_has(pair, c) ? FIT : FIT_NOT;
	return at;
}

/* Finds out whether the set that begins at `at`, behind its '[', has c; *ret_end is its end. */
static enum fit fit_set(const char *at, char c, const char **ret_end)
{
	bool negated = *at == '!' || *at == '^', found = false;
	const char *first = at + negated, *next;
	enum fit fit;

	for (at = first; *at && (*at != ']' || at == first); at = next) {
		next = read_class(at, c, &fit);
		if (!next)
			next = read_range(at, c, &fit);
		if (!next || fit == FIT_NEVER)
			return FIT_NEVER;
		found = found || fit == FIT;
	}
	*ret_end = at + 1;
	if (!*at)
		return FIT_LITERAL;
	return found != negated ? FIT : FIT_NOT;
}

/* Returns whether the first element of the pattern matches c; *ret_rest is what follows it. */
static bool element_matches(const char *pattern, char c, const char **ret_rest)
{
	*ret_rest = pattern + 1;
	if (*pattern == '[') {
		enum fit fit = fit_set(pattern + 1, c, ret_rest);

		if (fit != FIT_LITERAL)
			return fit == FIT;
		*ret_rest = pattern + 1;
	}
	if (*pattern == '?')
		return true;
	if (*pattern == '\\') {
		*ret_rest = pattern + 2;
		return pattern[1] == c;
	}
	return *pattern == c;
}

/*
 * If a byte does not match, only the last '*' before it has to be tried with one byte more: what an
 * earlier '*' could match instead, the last one can match as well.
 */
bool glob_matches(const char *pattern, const char *string)
{
	const char *star = NULL, *tried = NULL;

	while (*string || *pattern == '*') {
		const char *rest;

		if (*pattern == '*') {
			star = ++pattern;
			tried = string;
		} else if (element_matches(pattern, *string, &rest)) {
			pattern = rest;
			string++;
		} else if (star) {
			pattern = star;
			string = ++tried;
		} else {
			return false;
		}
	}
	return !*pattern;
}
