/* SPDX-License-Identifier: Apache-2.0 */
#include "base/class.h"

#include "base/text.h"
#include "sys/util.h"

static const struct {
	const char *name;
	const char *pairs;
} classes[] = {
	{ "alnum", "09AZaz" },   { "alpha", "AZaz" },
	{ "blank", "\t\t  " },   { "cntrl", "\1\37\177\177" },
	{ "digit", "09" },       { "graph", "!~" },
	{ "lower", "az" },       { "print", " ~" },
	{ "punct", "!/:@[`{~" }, { "space", CLASS_SPACE },
	{ "upper", "AZ" },       { "xdigit", "09AFaf" },
};

const char *class_find(const char *name, size_t n)
{
	for (size_t i = 0; i < countof(classes); i++)
		if (text_equals(classes[i].name, name, n))
			return classes[i].pairs;
	return NULL;
}

bool class_has(const char *pairs, char c)
{
	unsigned char byte = (unsigned char)c;

	for (; *pairs; pairs += 2)
		if (byte >= (unsigned char)pairs[0] && byte <= (unsigned char)pairs[1])
			return true;
	return false;
}

bool class_has_all(const char *s, const char *pairs)
{
	while (*s && class_has(pairs, *s))
		s++;
	return !*s;
}
