/*
 * shscan: finds in a shell script what bash understands and a POSIX shell does not, or understands
 * otherwise, so that no script is half understood. A look at the words, not a parser: it is rather
 * too strict (here-documents, << and case in $( ) count as bash's, for it does not read
 * them), and does not look for errors.
 */
#ifndef SHSCAN_H
#define SHSCAN_H

#include <stddef.h>

/* Returns the first bash-only construct of the string buf and its length, or NULL. */
const char *shscan_bash_only(const char *buf, size_t *ret_n);

#endif
