/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

#include <stdbool.h>

/* The smallest character of each length; a smaller one in so many bytes is not valid. */
static const uint32_t least[] = { [2] = 0x80, [3] = 0x800, [4] = 0x10000 };

static bool is_surrogate(uint32_t code)
{
	return code >= 0xd800 && code <= 0xdfff;
}

size_t utf8_decode(const char *s, uint32_t *ret_code)
{
	unsigned char first = (unsigned char)*s;
	size_t n = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
	uint32_t code = first & (0x7fU >> n);

	*ret_code = first;
	if (first < 0x80)
		return 1;
	if (first < 0xc0 || first >= 0xf8)
		return 0;
	for (size_t i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (s[i] & 0x3f);
	}
	*ret_code = code;
	return code < least[n] || code > 0x10ffff || is_surrogate(code) ? 0 : n;
}

size_t utf8_length(const char *s)
{
	uint32_t code;

	return utf8_decode(s, &code);
}

char *utf8_put(char *to, uint32_t code)
{
	int more = code < 0x80 ? 0 : code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;

	*to++ = (char)(more ? (0xff00U >> (more + 1) & 0xff) | code >> 6 * more : code);
	while (more-- > 0)
		*to++ = (char)(0x80 | (code >> 6 * more & 0x3f));
	return to;
}
