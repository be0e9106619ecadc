/* SPDX-License-Identifier: Apache-2.0 */
/* diff: what the comparisons of lib/ere with others share: the counts, and the complaints. */
#ifndef DIFF_H
#define DIFF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/ere.h"
#include "gen.h"
#include "sys/mem.h"

struct diff {
	struct gen gen;
	struct mem mem;
	struct ere *ere; /* the expression at hand, if err is 0 */
	int err;
	struct ere_error error;
	unsigned long patterns;
	unsigned long pairs;
	unsigned long matches;
	unsigned long invalid;       /* patterns that both refuse */
	unsigned long ours_refuses;  /* as documented: see enum gen_refused */
	unsigned long ours_is_laxer; /* as documented: what grep -E takes and regcomp(3) does not */
	unsigned long respelt_pairs; /* compared with the posix spelling alone */
	unsigned long too_large;
	unsigned long unmatched; /* as documented: valid, but the other one is known to err */
	unsigned long wrong;
};

/* The next random pattern, compiled by lib/ere. */
void diff_next(struct diff *diff, unsigned lines, enum ere_newline newline);

/* Is what lib/ere says against the pattern one of the refusals that are documented and expected? */
bool diff_is_refusal(const struct diff *diff);

/* Counts a pair on which both agree, or complains. */
void diff_pair(struct diff *diff, const char *name, bool ours, bool theirs);

/* Complains of the pattern. */
void diff_wrong(struct diff *diff, const char *name, const char *what);

/* Prints the counts. Returns whether all was right, and no kind of case was missing. */
bool diff_report(const struct diff *diff, const char *with);

/* The comparison with `grep -E` of at least this many pairs; false where there is no GNU grep. */
bool diff_grep(struct diff *diff, unsigned long pairs);

#endif
