/* SPDX-License-Identifier: Apache-2.0 */
/* scan: three names, separated by NULs, for the order of names and the rule of names. */
#include "scan/scan.h"

#include "fuzz.h"

#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
#define NAME_BYTES LETTERS "0123456789_-"

static int sign(int n)
{
	return (n > 0) - (n < 0);
}

static void check_order(enum scan_order order, char **names)
{
	int ab = sign(scan_compare(order, names[0], names[1]));
	int bc = sign(scan_compare(order, names[1], names[2]));
	int ac = sign(scan_compare(order, names[0], names[2]));

	fuzz_check(scan_compare(order, names[0], names[0]) == 0);
	fuzz_check(ab == -sign(scan_compare(order, names[1], names[0])));
	fuzz_check((ab == 0) == (strcmp(names[0], names[1]) == 0));
	/* a <= b <= c and a >= b >= c: no way back from c to a. */
	if (ab == bc || ab == 0 || bc == 0)
		fuzz_check(ac == (ab ? ab : bc));
}

static void check_rule(enum scan_names names, const char *name, const char *allowed)
{
	struct scan_rule rule = { .names = names };
	const char *words;

	fuzz_check(scan_name_ok(&rule, name, &words) == (strspn(name, allowed) == strlen(name)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem mem = { 0 };
	char *names[3];

	if (fuzz_words(&mem, data, size, names, 3) == 3) {
		check_order(SCAN_NUMERIC, names);
		check_order(SCAN_BYTES, names);
		check_rule(SCAN_NAMES_SCRIPT, names[0], NAME_BYTES);
		check_rule(SCAN_NAMES_ENVIRONMENT, names[0], NAME_BYTES ".");
	}
	mem_release(&mem);
	return 0;
}
