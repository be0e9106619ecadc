/*
 * shscan: finds in a shell script what bash understands and a POSIX shell does not, or understands
 * otherwise, so that no script is half understood. A look at the words, not a parser: it may be too
 * strict (here-documents count as bash's, for it does not read them), and does not look for errors.
 */
#ifndef SHSCAN_H
#define SHSCAN_H

#include <stdbool.h>

/*
 * Finds the first bash-only construct of the string buf. Returns whether there is one; then its
 * line from 1, and its name, a constant.
 */
bool shscan_bash_only(const char *buf, int *ret_line, const char **ret_what);

#endif
