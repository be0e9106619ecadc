/* SPDX-License-Identifier: Apache-2.0 */
/*
 * class: the character classes of POSIX in the C locale, as [:alpha:], for regular expressions and
 * file name patterns. A class is ranges of bytes, written as a string of pairs: the first and the
 * last byte of each range.
 */
#ifndef CLASS_H
#define CLASS_H

#include <stdbool.h>
#include <stddef.h>

#define CLASS_SPACE "\t\r  "

/* Returns the ranges of the class whose name is the n bytes, or NULL if there is none. */
const char *class_find(const char *name, size_t n);

/* Returns whether the byte is in one of the ranges. */
bool class_has(const char *pairs, char c);

/* Returns whether each byte of the string is in one of the ranges. */
bool class_has_all(const char *s, const char *pairs);

#endif
