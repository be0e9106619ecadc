/*
 * scan: the entries of directories as parts, the ones to run in the order of their dialect, then
 * the ones left out, each with its reason. Deterministic: a total order, and every entry but . and
 * .. is in. It looks and never runs.
 */
#ifndef SCAN_H
#define SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct ere;
struct mem;

enum scan_names {
	SCAN_NAMES_SCRIPT,      /* [0-9A-Za-z_-]+ */
	SCAN_NAMES_ENVIRONMENT, /* [0-9A-Za-z_.-]+ */
	SCAN_NAMES_LSB,         /* the name spaces of debianutils' --lsbsysinit */
};

enum scan_order {
	SCAN_NUMERIC, /* by leading number of any length, ties by bytes: LANG=C sort -n */
	SCAN_BYTES,   /* strcmp */
};

struct scan_rule {
	enum scan_names names;
	enum scan_order order;
	bool reverse;         /* for who runs the parts: see scan_reverse */
	unsigned char access; /* what the real user must be allowed: X_OK, R_OK, or 0: nothing */
	bool warn_likely;           /* find out which of the parts left out look meant to run */
	bool keep_order;        /* what is left out keeps its place among what is to run */
	bool eloop_is_dangling;    /* a circle of links is SCAN_DANGLING, not SCAN_FAILED */
	const struct ere *pattern; /* replaces the name rule when set */
	const char *only;          /* a pattern as of glob(7) for the names to keep, or NULL */
	const char *from;          /* the first name to keep, or NULL */
};

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
	SCAN_FILTERED,     /* would be kept, but for `only` or `from` */
	SCAN_FAILED,         /* could not be looked at: see error */
};

/* One entry of a directory. */
struct part {
	char *name;
	char *path;       /* DIR/name, DIR as the caller spelt it */
	const char *rule; /* what its name was held against, in debianutils' words */
	enum scan_verdict verdict;
	bool is_file;         /* a regular file or a link to one */
	bool accessible;      /* a file that the real user may use as the rule asks */
	bool likely_mistake;     /* left out, but its mode, name or first line say it is a script */
	unsigned dir;         /* which directory it is in: part_list.dirs then */
	int error;            /* errno of looking at it, or 0 */
	const char *insecure; /* who else could have written it, in words, or NULL */
};

struct part_list {
	struct part *v;
	size_t n;
	size_t kept; /* by scan_sort: v[0..kept) are to run, but for those left out in place */
	size_t cap;
	const char *insecure; /* of the directory read last */
	unsigned dirs;        /* directories read so far, or not there: counted by who reads them */
};

/*
 * Appends the entries of the open directory dirfd, called dir in the paths, in the order of the
 * directory. Returns 0 or -errno.
 */
int scan_dir(struct mem *mem, int dirfd, const char *dir, const struct scan_rule *rule,
	     struct part_list *list);

/*
 * Puts the parts in order, and unless the rule has them in place, those left out behind the others.
 * Of one name only the part in the earliest directory counts that is more than a link to nothing:
 * as debianutils 5.21.
 */
void scan_sort(const struct scan_rule *rule, struct part_list *list);

/* Turns the order of parts that are all in their places round. */
void scan_reverse(struct part_list *list);

/*
 * Does the name pass the rule (its pattern, if it has one)? *ret_rule is the rule in the words of
 * debianutils' --debug: "classicalre", "customre" ...
 */
bool scan_name_ok(const struct scan_rule *rule, const char *name, const char **ret_rule);

/* Is the name one of those that `only` and `from` of the rule leave? */
bool scan_passes_filter(const struct scan_rule *rule, const char *name);

/*
 * Why a part with this verdict is left out, in words; bad_name is the reason for SCAN_BAD_NAME. A
 * part that is kept has none: NULL.
 */
const char *scan_reason(enum scan_verdict verdict, const char *bad_name);

/* <0, 0, >0 as strcmp; 0 only for equal strings. */
int scan_compare(enum scan_order order, const char *a, const char *b);

#endif
