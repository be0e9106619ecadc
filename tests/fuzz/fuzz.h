/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fuzz: what the targets share. Each target is one file here, with the entry that libFuzzer calls;
 * corpus/NAME has inputs to begin with. `make check-fuzz` finds them by themselves.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sys/mem.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Ends the run, with the input kept, unless this holds. */
static inline void fuzz_check(bool ok)
{
	if (!ok)
		abort();
}

/*
 * Copies the strings of the data, which NULs separate, into memory of their own. The last of at
 * most `max` ends where the data does. Returns how many.
 */
static inline size_t fuzz_words(struct mem *mem, const uint8_t *data, size_t size, char **ret_words,
				size_t max)
{
	const char *at = (const char *)data, *end = at + size;
	size_t n = 0;

	while (n < max && at <= end && size > 0) {
		size_t length = strnlen(at, (size_t)(end - at));

		ret_words[n++] = mem_dup(mem, at, length);
		at += length + 1;
	}
	return n;
}

#endif
