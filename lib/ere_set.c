#include <string.h>

#include "ere_code.h"
#include "sys.h"

static const struct {
	char name[7];
	char pairs[9];
} classes[] = {
	{ "alnum", "09AZaz" },   { "alpha", "AZaz" },
	{ "blank", "\t\t  " },   { "cntrl", "\1\37\177\177" },
	{ "digit", "09" },       { "graph", "!~" },
	{ "lower", "az" },       { "print", " ~" },
	{ "punct", "!/:@[`{~" }, { "space", ERE_SPACE },
	{ "upper", "AZ" },       { "xdigit", "09AFaf" },
};

static const char *find_class(const char *name, size_t n)
{
	for (size_t i = 0; i < countof(classes); i++)
		if (strlen(classes[i].name) == n && memcmp(classes[i].name, name, n) == 0)
			return classes[i].pairs;
	return NULL;
}

bool ere_in_pairs(const char *pairs, char c)
{
	unsigned char byte = (unsigned char)c;

	for (; *pairs; pairs += 2)
		if (byte >= (unsigned char)pairs[0] && byte <= (unsigned char)pairs[1])
			return true;
	return false;
}

void ere_set_add(struct ere_set *set, const char *pairs, bool inverted)
{
	for (unsigned byte = 0; byte < 256; byte++)
		if (ere_in_pairs(pairs, (char)byte) != inverted)
			set->bits[byte / 8] |= (uint8_t)(1U << byte % 8);
}

/* Is what stands here [: or [= or [. ? */
static bool is_named(const char *at)
{
	return at[0] == '[' && (at[1] == ':' || at[1] == '=' || at[1] == '.');
}

/* A '-' with something after it but the closing ']'. */
static bool is_range(const char *at)
{
	return at[0] == '-' && at[1] != ']' && at[1];
}

/* The end of the name in [:name:], [=name=] or [.name.]; NULL when that is not closed. */
static const char *find_name_end(const char *open)
{
	for (const char *at = open + 2; *at; at++)
		if (at[0] == open[1] && at[1] == ']')
			return at;
	return NULL;
}

static const char *read_class(const char **at, struct ere_set *set)
{
	const char *name = *at + 2, *end = find_name_end(*at);
	const char *pairs = end ? find_class(name, (size_t)(end - name)) : NULL;

	if (!pairs)
		return end ? "unknown character class" : "unmatched [:";
	ere_set_add(set, pairs, false);
	*at = end + 2;
	return NULL;
}

/* Reads a byte as itself, as [.c.] or as [=c=], which are all the same where nothing collates. */
static const char *read_member(const char **at, char *ret_byte)
{
	const char *open = *at;

	if (!is_named(open)) {
		*ret_byte = *(*at)++;
		return NULL;
	}
	if (open[1] == ':')
		return "a character class in a range";
	if (!open[2] || open[3] != open[1] || open[4] != ']')
		return find_name_end(open) ? "not a single character" : "unmatched [. or [=";
	*ret_byte = open[2];
	*at += 5;
	return NULL;
}

static const char *read_item(const char **at, struct ere_set *set)
{
	const char *start = *at, *wrong;
	char pair[3] = "";

	wrong = read_member(at, &pair[0]);
	pair[1] = pair[0];
	if (!wrong && is_range(*at)) {
		++*at;
		wrong = read_member(at, &pair[1]);
	}
	if (wrong)
		return wrong;
	if ((unsigned char)pair[0] > (unsigned char)pair[1]) {
		*at = start;
		return "range out of order";
	}
	ere_set_add(set, pair, false);
	return NULL;
}

static const char *read_items(const char **at, struct ere_set *set)
{
	const char *first = *at, *wrong = NULL;

	while (!wrong && **at && (**at != ']' || *at == first)) {
		if (is_range(*at) && *at != first)
			return "a range without a beginning";
		if ((*at)[0] == '[' && (*at)[1] == ':')
			wrong = read_class(at, set);
		else
			wrong = read_item(at, set);
	}
	return wrong;
}

/* Is a bracket expression, from its first member on, no more than a class that lacks brackets? */
static bool is_bare_class(const char *first, const char *end)
{
	return end - first > 2 && *first == ':' && end[-1] == ':' &&
	       find_class(first + 1, (size_t)(end - first - 2));
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
