/* SPDX-License-Identifier: Apache-2.0 */
#include "base/duration.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "sys/clock.h"

void duration_add_ms(struct text *text, int64_t ns)
{
	long long ms = (long long)sys_ns_to_ms(ns);

	text_fmt(text, "%lld.%03d", ms / 1000, (int)(ms % 1000));
}

void duration_add(struct text *text, int64_t ns)
{
	if (ns % NS_PER_SEC)
		duration_add_ms(text, ns);
	else
		text_fmt(text, "%lld", (long long)(ns / NS_PER_SEC));
}

void duration_add_us(struct text *text, int64_t ns)
{
	long long us = (long long)(ns / NS_PER_US);

	text_fmt(text, "%lld.%06d", us / 1000000, (int)(us % 1000000));
}

/* Returns where the fraction of a number without anything before its '.' begins, or NULL. */
static const char *find_bare_fraction(const char *s)
{
	s = text_skip_blanks(s);
	s += *s == '-' || *s == '+';
	return s[0] == '.' && s[1] >= '0' && s[1] <= '9' ? s : NULL;
}

int duration_parse(const char *s, int64_t *ret_ns)
{
	int64_t ns = 0, fraction_ns = 0, unit = 1;
	bool negative = strchr(s, '-');
	const char *bare = find_bare_fraction(s);

	s = bare ? bare : text_parse_int(s, &ns);
	if (!s)
		return -EINVAL;
	/* Digits below a nanosecond are ignored. */
	if (*s == '.')
		for (int64_t place = NS_PER_SEC / 10; *++s >= '0' && *s <= '9'; place /= 10)
			fraction_ns += (*s - '0') * place;
	if (negative)
		fraction_ns = -fraction_ns;
	if (*s == 'm')
		unit = 60;
	else if (*s == 'h')
		unit = 60 * 60;
	s += *s == 's' || unit > 1;
	if (*text_skip_blanks(s))
		return -EINVAL;
	if (__builtin_mul_overflow(ns, NS_PER_SEC * unit, &ns) ||
	    __builtin_add_overflow(ns, fraction_ns * unit, &ns))
		return -ERANGE;
	*ret_ns = ns;
	return 0;
}
