/* utf8: characters of UTF-8 (RFC 3629). */
#ifndef UTF8_H
#define UTF8_H

#include <stddef.h>
#include <stdint.h>

/*
 * Returns how many bytes the character that the string s begins with has: 1 for ASCII, also for the
 * NUL at the end; 2 to 4; or 0 if these bytes are not UTF-8. It reads no byte behind the NUL.
 */
size_t utf8_length(const char *s);

/*
 * Writes the character, which is not above U+10FFFF, to up to 4 bytes at `to`. Returns the place
 * behind it.
 */
char *utf8_put(char *to, uint32_t code);

#endif
