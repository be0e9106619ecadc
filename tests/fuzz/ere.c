/* SPDX-License-Identifier: Apache-2.0 */
/* ere: a byte that chooses what a newline is, a pattern, NUL, a name. */
#include "base/ere.h"

#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "sys/mem.h"

static void check_pattern(struct mem *mem, const char *pattern, const char *name,
			  enum ere_newline newline)
{
	struct ere_error error = { .what = NULL };
	struct ere *ere = NULL;
	int err = ere_compile(mem, pattern, newline, &ere, &error);
	bool matched;

	if (err < 0) {
		fuzz_check(err == -EINVAL || err == -E2BIG);
		fuzz_check(error.what && error.offset <= strlen(pattern));
		return;
	}
	fuzz_check(!error.what);
	matched = ere_match(ere, name);
	ere_match(ere, pattern);
	fuzz_check(ere_match(ere, name) == matched);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem mem = { 0 };
	enum ere_newline newline = size > 0 && data[0] % 2 ? ERE_NEWLINE_OR : ERE_NEWLINE_BYTE;
	char *words[2];

	if (size > 0 && fuzz_words(&mem, data + 1, size - 1, words, 2) == 2)
		check_pattern(&mem, words[0], words[1], newline);
	mem_release(&mem);
	return 0;
}
