/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"

#define MAX_DIFFERENT 2

bool text_is_near(const char *word, size_t n, const char *name)
{
	size_t m = strlen(name);

	if (!ENABLE_HELP)
		return false;
	for (; n > 0 && m > 0 && *word == *name; n--, m--) {
		word++;
		name++;
	}
	for (; n > 0 && m > 0 && word[n - 1] == name[m - 1]; n--)
		m--;
	return n <= MAX_DIFFERENT && m <= MAX_DIFFERENT;
}
