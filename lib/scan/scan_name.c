/* SPDX-License-Identifier: Apache-2.0 */
/* The rules for names: which are scripts, their order, and which of them --only and --from keep. */
#include <string.h>

#include "base/class.h"
#include "base/ere.h"
#include "base/glob.h"
#include "scan/scan.h"
#include "sys/util.h"

/* Bytes of names, as class_has takes them. */
#define LSB_BYTES "az09"
#define ALL_BYTES "az09AZ__--"

/* The hierarchical and reserved names of the LSB match ^_?([a-z0-9_.]+-)+[a-z0-9]+$. */
static bool is_hierarchical(const char *name)
{
	const char *last = strrchr(name, '-');

	if (!last || !last[1] || !class_has_all(last + 1, LSB_BYTES) || *name == '-')
		return false;
	for (const char *at = name; at < last; at++)
		if (at[0] == '-' && at[1] == '-')
			return false;
	return class_has_all(name, LSB_BYTES "__..--");
}

static const char dpkg_suffixes[][11] = { ".dpkg-old", ".dpkg-dist", ".dpkg-new", ".dpkg-tmp" };

/*
 * dpkg keeps files beside a configuration file that match ^[a-z0-9-].*\.dpkg-(old|dist|new|tmp)$.
 */
static bool is_left_by_dpkg(const char *name)
{
	const char *suffix = strrchr(name, '.');

	if (!suffix || *name == '_' || *name == '.')
		return false;
	for (size_t i = 0; i < countof(dpkg_suffixes); i++)
		if (strcmp(suffix, dpkg_suffixes[i]) == 0)
			return true;
	return false;
}

/*
 * A name that is not hierarchical has to be one of the name space of cron scripts. debianutils'
 * expression for it, ^[a-z0-9][a-z0-9_-]*$, is stricter than its manual says. The empty name cannot
 * occur.
 */
static bool is_lsb_name(const char *name, const char **ret_rule)
{
	if (is_hierarchical(name)) {
		*ret_rule = "hierre pass, excsre";
		return !is_left_by_dpkg(name);
	}
	*ret_rule = "tradre";
	return *name != '_' && *name != '-' && class_has_all(name, LSB_BYTES "__--");
}

bool scan_name_ok(const struct scan_rule *rule, const char *name, const char **ret_rule)
{
	*ret_rule = "customre";
	if (ENABLE_REGEX && rule->pattern)
		return ere_match(rule->pattern, name);
	if (ENABLE_RUN_PARTS && rule->names == SCAN_NAMES_LSB)
		return is_lsb_name(name, ret_rule);
	*ret_rule = "classicalre";
	if (ENABLE_ENVIRONMENT_D && rule->names == SCAN_NAMES_ENVIRONMENT)
		return class_has_all(name, ALL_BYTES "..");
	return class_has_all(name, ALL_BYTES);
}

/* The number that a name begins with, as sort -n reads it: blanks, '-', digits, '.', digits. */
struct number {
	bool negative;
	const char *whole; /* without leading zeros */
	int whole_len;
	const char *fraction; /* without trailing zeros */
	int fraction_len;
};

static const char *skip_digits(const char *at)
{
	while (*at >= '0' && *at <= '9')
		at++;
	return at;
}

static void parse_number(const char *name, struct number *ret_number)
{
	const char *fraction, *end;

	while (*name == ' ' || *name == '\t')
		name++;
	ret_number->negative = *name == '-';
	name += ret_number->negative;
	while (*name == '0')
		name++;
	fraction = skip_digits(name);
	ret_number->whole = name;
	ret_number->whole_len = (int)(fraction - name);
	end = fraction;
	if (*fraction == '.') {
		fraction++;
		end = skip_digits(fraction);
	}
	while (end > fraction && end[-1] == '0')
		end--;
	ret_number->fraction = fraction;
	ret_number->fraction_len = (int)(end - fraction);
	if (ret_number->whole_len + ret_number->fraction_len == 0)
		ret_number->negative = false;
}

static int compare_magnitude(const struct number *a, const struct number *b)
{
	int longer = a->fraction_len - b->fraction_len, order = a->whole_len - b->whole_len;

	if (order == 0)
		order = strncmp(a->whole, b->whole, (size_t)a->whole_len);
	if (order == 0)
		order = strncmp(a->fraction, b->fraction,
				(size_t)(longer < 0 ? a->fraction_len : b->fraction_len));
	return order ? order : longer;
}

static int compare_numbers(const char *a, const char *b)
{
	struct number na, nb;
	int order;

	parse_number(a, &na);
	parse_number(b, &nb);
	order = na.negative == nb.negative ? compare_magnitude(&na, &nb) : 1;
	return na.negative ? -order : order;
}

static bool has_number(const char *name)
{
	return *name >= '0' && *name <= '9';
}

bool scan_same_number(const char *a, const char *b)
{
	return has_number(a) && has_number(b) && compare_numbers(a, b) == 0;
}

int scan_compare(enum scan_order order, const char *a, const char *b)
{
	int by_number = order == SCAN_NUMERIC ? compare_numbers(a, b) : 0;

	return by_number ? by_number : strcmp(a, b);
}

bool scan_passes_filter(const struct scan_rule *rule, const char *name)
{
	if (!ENABLE_REFRESH_PHASE)
		return true;
	return (!rule->only || glob_matches(rule->only, name)) &&
	       (!rule->from || scan_compare(rule->order, name, rule->from) >= 0);
}
