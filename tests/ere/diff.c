/* SPDX-License-Identifier: Apache-2.0 */
/*
 * diff [-s SEED] [-n PAIRS] [-g PAIRS]: holds lib/ere to glibc's regcomp(3) and regexec(3), to GNU
 * grep -E, and to its promise of linear time, and prints what it has compared. It fails on any
 * difference that lib/base/ere.h does not document.
 */
#include "diff.h"

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "work.h"

#define NAMES_PER_PATTERN 10
#define COMPLAINTS_MAX 20

/* glibc's own functions only: other C libraries' regcomp(3) has another syntax. */
#ifdef __GLIBC__
#define HAVE_GLIBC true
#else
#define HAVE_GLIBC false
#endif

void diff_next(struct diff *diff, unsigned lines, enum ere_newline newline)
{
	mem_release(&diff->mem);
	gen_pattern(&diff->gen, lines);
	diff->patterns++;
	diff->error = (struct ere_error){ .what = "" };
	diff->err = ere_compile(&diff->mem, diff->gen.grep.s, newline, &diff->ere, &diff->error);
	if (diff->err == 0)
		return;
	if (diff->err != -EINVAL && diff->err != -E2BIG)
		diff_wrong(diff, "", "an error that is none of the pattern");
	if (diff->error.offset > diff->gen.grep.n || !*diff->error.what)
		diff_wrong(diff, "", "an error without a place or a cause");
}

bool diff_is_refusal(const struct diff *diff)
{
	static const struct {
		enum gen_refused refused;
		const char *what;
	} refusals[] = {
		{ GEN_BACK_REFERENCE, "back-references are not supported" },
		{ GEN_UNKNOWN_ESCAPE, "unknown escape" },
		{ GEN_BARE_CLASS, "a character class is written [[:name:]]" },
	};

	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (strcmp(diff->error.what, refusals[i].what) == 0)
			return diff->gen.mutated || (diff->gen.refused & refusals[i].refused);
	return false;
}

static void print_escaped(const char *s)
{
	fputc('\'', stderr);
	for (; *s; s++)
		if (*s >= ' ' && *s <= '~')
			fputc(*s, stderr);
		else
			fprintf(stderr, "\\x%02x", (unsigned)(unsigned char)*s);
	fputc('\'', stderr);
}

void diff_wrong(struct diff *diff, const char *name, const char *what)
{
	if (diff->wrong++ >= COMPLAINTS_MAX)
		return;
	fprintf(stderr, "diff: %s: pattern ", what);
	print_escaped(diff->gen.grep.s);
	if (strcmp(diff->gen.grep.s, diff->gen.posix.s) != 0) {
		fprintf(stderr, " alias ");
		print_escaped(diff->gen.posix.s);
	}
	fprintf(stderr, ", name ");
	print_escaped(name);
	fprintf(stderr, " (error %d, %s at %zu)\n", diff->err, diff->error.what,
		diff->error.offset);
}

void diff_pair(struct diff *diff, const char *name, bool ours, bool theirs)
{
	diff->pairs++;
	diff->matches += theirs;
	if (ours != theirs)
		diff_wrong(diff, name, ours ? "matches, and should not" : "does not match");
}

/* What regcomp(3) has against the repetition of nothing and against '{' as itself. */
static bool is_strictness(int err)
{
	return err == REG_BADRPT || err == REG_BADBR || err == REG_EBRACE;
}

/*
 * Is there an anchor but at the very ends? In a repeated group glibc may lose it, and a mutated
 * pattern has no other spelling that avoids this.
 */
static bool has_inner_anchor(const char *s)
{
	for (size_t i = 0; s[i]; i++)
		if ((s[i] == '^' && i > 0) || (s[i] == '$' && s[i + 1]) ||
		    (s[i] == '\\' && s[i + 1] && strchr("<>bB`'", s[i + 1])))
			return true;
	return false;
}

/* Compares the verdicts on the pattern. Returns true if there is something to match. */
static bool compare_validity(struct diff *diff, int strict_err, int posix_err)
{
	bool lax = diff->gen.respelt & (GEN_NOTHING_REPEATED | GEN_PLAIN_BRACE);
	if (diff->err == -E2BIG) {
		diff->too_large++;
	} else if (diff->err < 0 && posix_err) {
		diff->invalid++;
	} else if (diff->err < 0) {
		diff->ours_refuses++;
		if (!diff_is_refusal(diff))
			diff_wrong(diff, "", "is refused");
	} else if (posix_err) {
		diff->ours_is_laxer++;
		if (!diff->gen.mutated || !is_strictness(posix_err))
			diff_wrong(diff, "", "is not refused");
	} else if (!diff->gen.mutated && lax != (strict_err != 0)) {
		diff_wrong(diff, "", "is not what regcomp was thought to refuse or take");
	} else {
		diff->ours_is_laxer += lax;
	}
	if (diff->err < 0 || posix_err)
		return false;
	if (!diff->gen.mutated || !has_inner_anchor(diff->gen.grep.s))
		return true;
	diff->unmatched++;
	return false;
}

/*
 * regexec(3) gets a vertical tab for each newline: without REG_NEWLINE both are bytes like any
 * other, but glibc's lets a $ stand before a newline at times.
 */
static void compare_name(struct diff *diff, const regex_t *regex)
{
	char name[GEN_NAME_MAX], posix[GEN_NAME_MAX];
	bool respelt = diff->gen.respelt;

	gen_name(&diff->gen, name);
	strcpy(posix, name);
	respelt |= gen_replace_newlines(posix);
	diff->respelt_pairs += respelt;
	diff_pair(diff, name, ere_match(diff->ere, name), regexec(regex, posix, 0, NULL, 0) == 0);
}

static void compare_regcomp(struct diff *diff)
{
	regex_t strict, posix;
	int strict_err, posix_err;

	diff_next(diff, 1, ERE_NEWLINE_BYTE);
	strict_err = regcomp(&strict, diff->gen.grep.s, REG_EXTENDED | REG_NOSUB);
	posix_err = regcomp(&posix, diff->gen.posix.s, REG_EXTENDED | REG_NOSUB);
	if (compare_validity(diff, strict_err, posix_err))
		for (int i = 0; i < NAMES_PER_PATTERN; i++)
			compare_name(diff, &posix);
	if (!strict_err)
		regfree(&strict);
	if (!posix_err)
		regfree(&posix);
}

bool diff_report(const struct diff *diff, const char *with)
{
	printf("ere: compared with %s: "
	       "%lu pairs, %lu matches and %lu not, %lu in another spelling; %lu patterns, %lu of "
	       "them invalid, %lu refused by us, %lu taken by us alone, %lu too large, %lu not matched; %lu wrong\n",
	       with, diff->pairs, diff->matches, diff->pairs - diff->matches, diff->respelt_pairs,
	       diff->patterns, diff->invalid, diff->ours_refuses, diff->ours_is_laxer,
	       diff->too_large, diff->unmatched, diff->wrong);
	/* A generator that has gone dull would prove nothing. */
	if (diff->matches < diff->pairs / 5 || diff->matches > diff->pairs / 10 * 9 ||
	    diff->invalid < diff->patterns / 100 || diff->invalid > diff->patterns / 4 ||
	    (diff->ours_refuses == 0 && diff->patterns > 1000) ||
	    diff->too_large > diff->patterns / 100) {
		printf("ere: the patterns compared with %s are too much alike\n", with);
		return false;
	}
	return diff->wrong == 0;
}

static unsigned long number(const char *s)
{
	char *end;
	unsigned long n = strtoul(s, &end, 10);

	if (*end || end == s) {
		fprintf(stderr, "diff: not a number: %s\n", s);
		exit(2);
	}
	return n;
}

int main(int argc, char **argv)
{
	unsigned long seed = 1, pairs = 200000, grep_pairs = 5000;
	struct diff regcomp_diff = { .pairs = 0 }, grep_diff = { .pairs = 0 };
	bool ok = true;

	for (int c; (c = getopt(argc, argv, "s:n:g:")) != -1;) {
		if (c == '?')
			return 2;
		*(c == 's' ? &seed : c == 'n' ? &pairs : &grep_pairs) = number(optarg);
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("ere: seed %lu\n", seed);
	regcomp_diff.gen.state = grep_diff.gen.state = seed + 1;
	regcomp_diff.gen.newlines = true;
	if (HAVE_GLIBC) {
		while (regcomp_diff.pairs < pairs)
			compare_regcomp(&regcomp_diff);
		ok = diff_report(&regcomp_diff, "regcomp");
	} else {
		printf("ere: not compared with regcomp, which is not glibc's\n");
	}
	if (diff_grep(&grep_diff, grep_pairs))
		ok = diff_report(&grep_diff, "grep") && ok;
	else
		printf("ere: not compared with grep, which is not GNU's\n");
	ok = work_is_linear() && ok;
	mem_release(&regcomp_diff.mem);
	mem_release(&grep_diff.mem);
	return !ok;
}
