/* SPDX-License-Identifier: Apache-2.0 */
#include "work.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/ere.h"
#include "sys/mem.h"

#define BYTES 1200
#define UNCOUNTED __attribute__((no_instrument_function))

static unsigned long calls;

/* The compiler has every function call this, also what it puts in line. */
/* NOLINTBEGIN(bugprone-reserved-identifier): its names */
void __cyg_profile_func_enter(void *function, void *caller);
void __cyg_profile_func_exit(void *function, void *caller);

UNCOUNTED void __cyg_profile_func_enter(void *function, void *caller)
{
	(void)function;
	(void)caller;
	calls++;
}

UNCOUNTED void __cyg_profile_func_exit(void *function, void *caller)
{
	(void)function;
	(void)caller;
}
/* NOLINTEND(bugprone-reserved-identifier) */

static unsigned long count_match(struct ere *ere, const char *unit, size_t n)
{
	char *name = calloc(1, n + strlen(unit) + 2);
	unsigned long before;

	for (size_t i = 0; name && i < n; i += strlen(unit))
		strcat(name + i, unit);
	if (name)
		strcat(name, "!");
	before = calls;
	if (!name || ere_match(ere, name))
		printf("ere: %s... should not match\n", unit);
	free(name);
	return calls - before;
}

/*
 * A hundred bytes more must cost the same everywhere. The first thousand or so may be cheaper, for
 * there the matcher has not yet been led into all of the expression.
 */
static bool is_linear(const char *pattern, const char *unit)
{
	struct mem mem = { 0 };
	struct ere_error error = { .what = "" };
	struct ere *ere;
	unsigned long compiling = calls, early, late;
	bool ok;

	if (ere_compile(&mem, pattern, ERE_NEWLINE_BYTE, &ere, &error) < 0) {
		printf("ere: %s: %s\n", pattern, error.what);
		return false;
	}
	compiling = calls - compiling;
	early = count_match(ere, unit, BYTES + 100) - count_match(ere, unit, BYTES);
	late = count_match(ere, unit, 10 * BYTES + 100) - count_match(ere, unit, 10 * BYTES);
	ok = early >= 100 && late <= early + early / 100;
	printf("ere: %s: %lu calls to compile, %lu for 100 bytes, later %lu%s\n", pattern,
	       compiling, early, late, ok ? "" : ": not linear");
	mem_release(&mem);
	return ok;
}

bool work_is_linear(void)
{
	static const struct {
		const char *pattern, *unit;
	} blow_ups[] = {
		{ "(a*)*b", "a" },
		{ "((a*)*)*b", "a" },
		{ "(a|aa)+$", "a" },
		{ "(a|a)*b", "a" },
		{ "(x+x+)+y", "x" },
		{ "^(([a-z])+.)+[A-Z]([a-z])+$", "a" },
		{ "a{0,1000}b", "a" },
		{ "(a?){1000}b", "a" },
		{ "(.*)(.*)(.*)[bc]", "a" },
		{ "((a{1,10}){1,10}){1,10}b", "a" },
		{ "((a?){20}){20}c", "a" },
		{ "(a|ab|ba|b)*c", "ab" },
		{ "(.*)*(\\<.*\\>)*x", "a-" },
		{ "(^|a)*(|a)*b", "a" },
		{ "((((((((a*)*)*)*)*)*)*)*)*b", "a" },
	};
	bool ok = true;

	for (size_t i = 0; i < sizeof(blow_ups) / sizeof(blow_ups[0]); i++)
		ok = is_linear(blow_ups[i].pattern, blow_ups[i].unit) && ok;
	return ok;
}
