/* SPDX-License-Identifier: Apache-2.0 */
/* utf8: characters of UTF-8 (RFC 3629). */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * Returns how many bytes the first character of the string s has: 1 for ASCII and for the NUL at
 * its end; 2 to 4 for others; 0 if s does not begin with a character. No byte after the NUL is
 * read.
 */
size_t utf8_length(const char *s);

/* Returns the same, and stores the character in *ret_code if s begins with one. */
size_t utf8_decode(const char *s, uint32_t *ret_code);

/*
 * Writes the 1 to 4 bytes of a character, which is not above U+10FFFF, to `to`, without a NUL.
 * Returns the place after them.
 */
char *utf8_put(char *to, uint32_t code);

#endif
