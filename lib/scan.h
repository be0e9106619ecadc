/*
 * scan: a directory's entries as parts, the ones to run in the order of their dialect, then the
 * ones left out, each with its reason. Deterministic: a total order, and every entry but . and
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
};

enum scan_order {
	SCAN_NUMERIC, /* by leading number of any length, ties by bytes: LANG=C sort -n */
	SCAN_BYTES,   /* strcmp */
};

struct scan_rule {
	enum scan_names names;
	enum scan_order order;
	bool executable;           /* only what the real user may execute */
	const struct ere *pattern; /* replaces the name rule when set */
};

enum scan_verdict {
	SCAN_KEPT,
	SCAN_BAD_NAME,
	SCAN_DIRECTORY,
	SCAN_SPECIAL,        /* a socket, a device, a fifo */
	SCAN_DANGLING,       /* a link to nothing */
	SCAN_NOT_EXECUTABLE, /* no permission bit lets this user execute it */
	SCAN_NOEXEC,         /* its file system is mounted noexec */
	SCAN_FAILED,         /* could not be looked at: see error */
	SCAN_VERDICTS,
};

/* One entry of a directory; the lower half is filled in by who runs it. */
struct part {
	char *name;
	char *path; /* DIR/name, DIR as the caller spelt it */
	enum scan_verdict verdict;
	bool is_file;     /* a regular file or a link to one */
	bool executable;  /* a file that the real user may execute */
	bool looks_meant; /* left out, but its mode, name or first line say it is a script */
	int error;        /* errno of SCAN_FAILED */

	bool started;
	int64_t elapsed_ns;
};

struct part_list {
	struct part *v;
	size_t n;
	size_t kept; /* v[0..kept) are to run, in order */
	size_t cap;
};

/* Reads the open directory dirfd, called dir in the paths. Returns 0 or -errno. */
int scan_dir(struct mem *mem, int dirfd, const char *dir, const struct scan_rule *rule,
	     struct part_list *ret_list);

/* Does the name pass the rule (its pattern, if it has one)? */
bool scan_name_ok(const struct scan_rule *rule, const char *name);

/* <0, 0, >0 as strcmp; 0 only for equal strings. */
int scan_compare(enum scan_order order, const char *a, const char *b);

#endif
