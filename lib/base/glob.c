/* SPDX-License-Identifier: Apache-2.0 */
#include "base/glob.h"

#include "base/class.h"

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

/* Returns what follows [:name:] or [=c=], or NULL if there is none of them. */
static const char *skip_class(const char *at)
{
	const char *end = at + 2;

	if (at[0] != '[' || (at[1] != ':' && at[1] != '='))
		return NULL;
	if (at[1] == '=')
		end += *end != '\0';
	else
		while (*end >= 'a' && *end <= 'z')
			end++;
	return end[0] == at[1] && end[1] == ']' ? end + 2 : NULL;
}

/*
 * Reads a class, a member or a range of a set. Returns what follows it, or NULL if it is not valid.
 */
static const char *read_set_item(const char *at, char c, bool *ret_has)
{
	const char *end = skip_class(at), *pairs;
	char pair[3] = { 0 };

	if (end && at[1] == ':') {
		pairs = class_find(at + 2, (size_t)(end - at) - 4);
		*ret_has = pairs && class_has(pairs, c);
		return pairs ? end : NULL;
	}
	if (end) {
		*ret_has = at[2] == c;
		return end;
	}
	at = read_byte(at, &pair[0]);
	pair[1] = pair[0];
	if (at && at[0] == '-' && at[1] != ']')
		at = read_byte(at + 1, &pair[1]);
	*ret_has = class_has(pair, c);
	return at;
}

/*
 * Finds out whether the set that begins at `at`, behind its '[', has c. Returns what follows it, or
 * NULL if it has no end, so that its '[' stands for itself. What is not valid has no byte.
 */
static const char *read_set(const char *at, char c, bool *ret_has)
{
	bool negated = *at == '!' || *at == '^', found = false, has;
	const char *first = at + negated;

	for (at = first; *at && (*at != ']' || at == first);) {
		at = read_set_item(at, c, &has);
		if (!at) {
			*ret_has = false;
			return first;
		}
		found = found || has;
	}
	*ret_has = found != negated;
	return *at ? at + 1 : NULL;
}

/* Returns what follows the first element of the pattern if that matches c, else NULL. */
static const char *match_element(const char *pattern, char c)
{
	const char *rest;
	bool matches;

	if (*pattern == '[') {
		rest = read_set(pattern + 1, c, &matches);
		if (rest)
			return matches ? rest : NULL;
	}
	if (*pattern == '?')
		return pattern + 1;
	pattern += *pattern == '\\';
	return *pattern == c ? pattern + 1 : NULL;
}

/*
 * If a byte does not match, only the last '*' before it has to be tried with one byte more: what an
 * earlier '*' could match instead, the last one can match as well.
 */
bool glob_matches(const char *pattern, const char *string)
{
	const char *star = NULL, *tried = NULL;

	while (*string || *pattern == '*') {
		const char *rest = match_element(pattern, *string);

		if (*pattern == '*') {
			star = ++pattern;
			tried = string;
		} else if (rest) {
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
