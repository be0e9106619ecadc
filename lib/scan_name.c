#include <string.h>

#include "ere.h"
#include "scan.h"

#define DIGITS "0123456789"

static bool is_name_byte(char c)
{
	char lower = (char)(c | 0x20);

	return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool scan_name_ok(const struct scan_rule *rule, const char *name)
{
	if (ENABLE_REGEX && rule->pattern)
		return ere_match(rule->pattern, name);
	for (; *name; name++)
		if (!is_name_byte(*name) &&
		    !(rule->names == SCAN_NAMES_ENVIRONMENT && *name == '.'))
			return false;
	return true;
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
