/* SPDX-License-Identifier: Apache-2.0 */
/* glob: patterns for file names, as those of fnmatch(3). */
#ifndef GLOB_H
#define GLOB_H

#include <stdbool.h>

/*
 * Returns whether the pattern matches the whole string as with fnmatch(3) of glibc in the C locale
 * and without flags: * ? [a-c] [!x] [[:alpha:]], and \ before a character that stands for itself.
 */
bool glob_matches(const char *pattern, const char *string);

#endif
