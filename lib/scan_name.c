#include <string.h>

#include "ere.h"
#include "scan.h"

#define DIGITS "0123456789"

/* Is every byte of the name one of these: letters that pass `lower`, digits, and the marks? */
static bool is_made_of(const char *name, bool upper, const char *marks)
{
	for (; *name; name++) {
		char c = (char)(upper ? *name | 0x20 : *name);

		if (!(c >= 'a' && c <= 'z') && !(*name >= '0' && *name <= '9') &&
		    !strchr(marks, *name))
			return false;
	}
	return true;
}

/* The LSB's hierarchical and reserved names: ^_?([a-z0-9_.]+-)+[a-z0-9]+$ */
static bool is_hierarchical(const char *name)
{
	const char *last = strrchr(name, '-');

	if (!last || !last[1] || !is_made_of(last + 1, false, "") || *name == '-')
		return false;
	for (const char *at = name; at < last; at++)
		if (at[0] == '-' && at[1] == '-')
			return false;
	return is_made_of(name, false, "_.-");
}

/* What dpkg leaves beside a configuration file: ^[a-z0-9-].*\.dpkg-(old|dist|new|tmp)$ */
static bool is_left_by_dpkg(const char *name)
{
	static const char suffixes[] = ".dpkg-old\0.dpkg-dist\0.dpkg-new\0.dpkg-tmp\0";
	size_t n = strlen(name), length;

	if (*name == '_' || *name == '.')
		return false;
	for (const char *suffix = suffixes; *suffix; suffix += length + 1) {
		length = strlen(suffix);
		if (n > length && strcmp(name + n - length, suffix) == 0)
			return true;
	}
	return false;
}

/* Debian's cron scripts have the rest, by an expression stricter than its documentation. */
static bool is_lsb_name(const char *name, const char **ret_rule)
{
	if (is_hierarchical(name)) {
		*ret_rule = "hierre pass, excsre";
		return !is_left_by_dpkg(name);
	}
	*ret_rule = "tradre";
	return *name != '_' && *name != '-' && is_made_of(name, false, "_-");
}

bool scan_name_ok(const struct scan_rule *rule, const char *name, const char **ret_rule)
{
	*ret_rule = "customre";
	if (ENABLE_REGEX && rule->pattern)
		return ere_match(rule->pattern, name);
	if (ENABLE_RUN_PARTS && rule->names == SCAN_NAMES_LSB)
		return is_lsb_name(name, ret_rule);
	*ret_rule = "classicalre";
	return is_made_of(name, true, rule->names == SCAN_NAMES_ENVIRONMENT ? "_-." : "_-");
}

/* The number a name begins with, as sort -n reads it: blanks, '-', digits, '.', digits. */
struct number {
	bool negative;
	const char *whole; /* without leading zeros */
	size_t whole_len;
	const char *fraction; /* without trailing zeros */
	size_t fraction_len;
};

static struct number parse_number(const char *name)
{
	struct number number = { 0 };

	name += strspn(name, " \t");
	number.negative = *name == '-';
	name += number.negative;
	name += strspn(name, "0");
	number.whole = name;
	number.whole_len = strspn(name, DIGITS);
	number.fraction = name + number.whole_len;
	if (*number.fraction == '.')
		number.fraction_len = strspn(++number.fraction, DIGITS);
	while (number.fraction_len > 0 && number.fraction[number.fraction_len - 1] == '0')
		number.fraction_len--;
	if (number.whole_len + number.fraction_len == 0)
		number.negative = false;
	return number;
}

static int compare_size(size_t a, size_t b)
{
	return (a > b) - (a < b);
}

static int compare_magnitude(const struct number *a, const struct number *b)
{
	size_t common = a->fraction_len < b->fraction_len ? a->fraction_len : b->fraction_len;
	int order = compare_size(a->whole_len, b->whole_len);

	if (order == 0)
		order = memcmp(a->whole, b->whole, a->whole_len);
	if (order == 0)
		order = memcmp(a->fraction, b->fraction, common);
	return order ? order : compare_size(a->fraction_len, b->fraction_len);
}

static int compare_numbers(const char *a, const char *b)
{
	struct number na = parse_number(a), nb = parse_number(b);

	if (na.negative != nb.negative)
		return na.negative ? -1 : 1;
	return na.negative ? compare_magnitude(&nb, &na) : compare_magnitude(&na, &nb);
}

int scan_compare(enum scan_order order, const char *a, const char *b)
{
	int by_number = order == SCAN_NUMERIC ? compare_numbers(a, b) : 0;

	return by_number ? by_number : strcmp(a, b);
}
