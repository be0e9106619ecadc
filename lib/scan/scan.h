/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scan: makes an ordered list of parts out of the entries of directories. First come those to run,
 * in the order of the rule, then those left out, each with its reason; or, if the rule has
 * keep_order, all in one order. Every entry but . and .. is in the list, and the order is total, so
 * that one directory always makes one list. Nothing is run here.
 *
 * The rules are those of run-parts from debianutils 5.23 and of dib-run-parts from dib-utils
 * 0.0.11.
 */
#ifndef SCAN_H
#define SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ere;
struct mem;

/* Whether a dialect with warn_likely is built. */
#define SCAN_LIKELY_BUILT_IN \
	(ENABLE_OS_REFRESH_CONFIG || ENABLE_REFRESH_PHASE || ENABLE_DIB_RUN_PARTS || ENABLE_CHECK)

enum scan_names {
	SCAN_NAMES_SCRIPT,      /* [0-9A-Za-z_-]+ */
	SCAN_NAMES_ENVIRONMENT, /* [0-9A-Za-z_.-]+ */
	SCAN_NAMES_LSB,         /* the name spaces of debianutils' --lsbsysinit */
};

enum scan_order {
	SCAN_NUMERIC, /* by the number that the name begins with, then by bytes: LC_ALL=C sort -n */
	SCAN_BYTES,   /* by bytes, as strcmp(3) */
};

/* The rule decides which entries are parts to run, and in which order. */
struct scan_rule {
	enum scan_names names;
	enum scan_order order;
	bool reverse;           /* the caller runs them in reverse: see scan_reverse */
	unsigned char access;   /* what the real user must be allowed to do: X_OK, R_OK or 0 */
	bool warn_likely;       /* find the parts that are left out by mistake */
	bool keep_order;        /* parts left out stay in their places among those to run */
	bool eloop_is_dangling; /* a circle of links is SCAN_DANGLING, not SCAN_FAILED */
	bool in_image;          /* the mode alone counts, not the way it is mounted here */
	struct ere *pattern;    /* names have to match this instead of `names`, or NULL */
	const char *only; /* keep the names that match this pattern, by glob_matches, or NULL */
	const char *from; /* keep this name and those after it, or NULL */
	const struct sys_stop *stop; /* look at this from time to time, or NULL */
};

/* Whether a part is to run, or the reason why it is not. */
enum scan_verdict {
	SCAN_KEPT,
	SCAN_BAD_NAME,
	SCAN_DIRECTORY,
	SCAN_SPECIAL,        /* a socket, a device, a fifo */
	SCAN_DANGLING,       /* a link to nothing */
	SCAN_NOT_EXECUTABLE, /* no permission bit lets this user execute it */
	SCAN_NOEXEC,         /* its file system is mounted noexec */
	SCAN_UNREADABLE,     /* this user may not read it */
	SCAN_MASKED,         /* an earlier directory has an entry of this name */
	SCAN_FILTERED,       /* only `only` or `from` of the rule leave it out */
	SCAN_FAILED,         /* it could not be examined: see part.error */
	SCAN_GONE,           /* it could be examined, but not when scan_again looked */
};

/* One entry of a directory. */
struct part {
	char *name;
	char *path;         /* DIR/name, DIR as the caller spelt it */
	const char *rule;   /* the name of the rule for its name: see scan_name_ok */
	const char *target; /* what a SCAN_DANGLING links to, with warn_likely; or NULL */
	enum scan_verdict verdict;
	bool is_file;        /* a regular file or a link to one */
	bool accessible;     /* a file that the real user may use as the rule asks */
	bool likely_mistake; /* it is left out, though its mode, name or first line say script */
	bool is_doubtful;    /* a link, or one whose mode or owner trust_check has to judge */
	unsigned dir;        /* the number of its directory, from 0 */
	int error;           /* the errno of examining it, or 0 */
	int group;           /* the caller's: its group among those to run, from 1; 0: none */
};

struct part_list {
	struct part *v;
	size_t n;
	size_t kept; /* set by scan_sort: v[0..kept) are to run; with keep_order it is n */
	size_t cap;
	unsigned dirs; /* directories before the next one, also missing ones: the caller's */
};

/*
 * Appends the entries of the open directory dirfd in the order of the directory; their paths, in
 * `mem`, begin with dir. Returns 0 or -errno; some of the entries may have been appended then. It
 * is -EINTR if rule->stop says so.
 */
int scan_dir(struct mem *mem, int dirfd, const char *dir, const struct scan_rule *rule,
	     struct part_list *list);

/*
 * Looks at the part again, from the working directory, and gives it a new verdict. One that could
 * not be examined, has a bad name or is masked stays as it is.
 */
void scan_again(const struct scan_rule *rule, struct part *part);

/*
 * Sorts the parts and, unless the rule has keep_order, moves those left out behind the others. Of
 * several parts of one name the first one counts, in the order of the directories, that could be
 * examined and so is not a link to nothing; those after it become SCAN_MASKED. debianutils does so
 * since 5.21.
 */
void scan_sort(const struct scan_rule *rule, struct part_list *list);

/* Reverses the order of parts; it is for lists with keep_order. */
void scan_reverse(struct part_list *list);

/*
 * Returns whether the name follows the rule: its pattern if it has one, else its `names`. *ret_rule
 * is what debianutils' --debug calls the regular expression that decided: "classicalre",
 * "customre", "tradre" ...
 */
bool scan_name_ok(const struct scan_rule *rule, const char *name, const char **ret_rule);

/* Returns whether `only` and `from` of the rule keep the name. */
bool scan_passes_filter(const struct scan_rule *rule, const char *name);

/*
 * Returns the reason why a part with this verdict is left out, as a sentence; for SCAN_BAD_NAME it
 * is bad_name, for SCAN_KEPT NULL.
 */
const char *scan_reason(enum scan_verdict verdict, const char *bad_name);

/* Returns whether both names begin with a digit, and their numbers are equal. */
bool scan_same_number(const char *a, const char *b);

/* Compares two names: less than, equal to or greater than 0 as strcmp(3); 0 if they are equal. */
int scan_compare(enum scan_order order, const char *a, const char *b);

#endif
