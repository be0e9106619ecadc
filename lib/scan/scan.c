/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/scan.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "scan/script.h"
#include "scan/trust.h"
#include "sys/mem.h"
#include "sys/path.h"
#include "sys/signals.h"

#define ANY_EXECUTE_BIT 0111
#define DIRENT_BUFFER_SIZE 32768

/* A directory being read. */
struct scan {
	struct mem *mem;
	int dirfd;
	const char *dir;
	const struct scan_rule *rule;
	struct part_list *list;
};

/* Looks at the part, whose path from dirfd is this. */
static void examine(const struct scan_rule *rule, struct part *part, int dirfd, const char *path,
		    struct stat *ret_stat)
{
	int access = rule->access, err = 0;

	part->error = -sys_stat(dirfd, path, ret_stat, 0);
	part->is_doubtful = part->is_doubtful || !trust_is_plain(ret_stat);
	part->is_file = part->error == 0 && S_ISREG(ret_stat->st_mode);
	if (part->is_file && access)
		err = sys_access(dirfd, path, access);
	part->accessible = part->is_file && err == 0;
	/* EACCES is an answer; any other error means that there is none. */
	if (err < 0 && err != -EACCES)
		part->error = -err;
}

static enum scan_verdict find_verdict(const struct scan_rule *rule, struct part *part,
				      const struct stat *st)
{
	if (!scan_name_ok(rule, part->name, &part->rule))
		return SCAN_BAD_NAME;
	if (part->error == ENOENT || (part->error == ELOOP && rule->eloop_is_dangling))
		return SCAN_DANGLING;
	if (part->error)
		return SCAN_FAILED;
	if (S_ISDIR(st->st_mode))
		return SCAN_DIRECTORY;
	if (!part->is_file)
		return SCAN_SPECIAL;
	if (part->accessible || (ENABLE_CHECK && rule->in_image && (st->st_mode & ANY_EXECUTE_BIT)))
		return scan_passes_filter(rule, part->name) ? SCAN_KEPT : SCAN_FILTERED;
	if (rule->access == R_OK)
		return SCAN_UNREADABLE;
	return (st->st_mode & ANY_EXECUTE_BIT) && sys_is_noexec(part->path) ? SCAN_NOEXEC :
									      SCAN_NOT_EXECUTABLE;
}

static const char *const reasons[] = {
	[SCAN_DIRECTORY] = "it is a directory",
	[SCAN_SPECIAL] = "it is not a regular file",
	[SCAN_DANGLING] = "it is a dangling symlink",
	[SCAN_NOT_EXECUTABLE] = "it is not executable",
	[SCAN_NOEXEC] = "its file system is mounted noexec",
	[SCAN_UNREADABLE] = "it is not readable",
	[SCAN_MASKED] = "an earlier directory has one of its name",
	[SCAN_FILTERED] = "--only or --from leaves it out",
	[SCAN_FAILED] = "it cannot be examined",
	[SCAN_GONE] = "it can no longer be examined",
};

const char *scan_reason(enum scan_verdict verdict, const char *bad_name)
{
	return verdict == SCAN_BAD_NAME ? bad_name : reasons[verdict];
}

/* Returns what the link leads to, or NULL. */
static const char *read_target(const struct scan *scan, const char *path)
{
	char target[PATH_MAX];
	int n = sys_readlink(path, target, sizeof(target));

	return n < 0 ? NULL : mem_dup(scan->mem, target, (size_t)n);
}

static bool has_interpreter_line(const struct scan *scan, const char *name)
{
	char start[SCRIPT_START_SIZE];

	(void)script_read_start(scan->dirfd, name, start);
	return script_interpreter(start);
}

/*
 * Backups and hidden files are left out on purpose. A link to nothing is not, nor is any other file
 * that is executable, begins with "#!" or has a number at the beginning of its name.
 */
static bool likely_mistake(const struct scan *scan, const struct part *part, mode_t mode)
{
	const char *name = part->name;

	if (part->verdict == SCAN_DANGLING)
		return true;
	if (!part->is_file || part->verdict == SCAN_FILTERED || name[0] == '.' ||
	    name[strlen(name) - 1] == '~')
		return false;
	return (mode & ANY_EXECUTE_BIT) || (name[0] >= '0' && name[0] <= '9') ||
	       has_interpreter_line(scan, name);
}

/* Looks for a reason to stop at the step i of some work, and at one of so many. */
static bool must_stop(const struct scan_rule *rule, size_t i, size_t steps)
{
	return rule->stop && i % steps == 0 && sys_must_stop(rule->stop);
}

static int add_entry(struct scan *scan, const struct sys_dirent *entry)
{
	const char *name = entry->name;
	struct part_list *list = scan->list;
	struct part *part = mem_reserve(scan->mem, list->v, &list->cap, list->n + 1, sizeof(*part));
	struct stat st = { 0 };

	if (!part)
		return -ENOMEM;
	/* A pattern may take milliseconds for each. */
	if (must_stop(scan->rule, list->n, 16))
		return -EINTR;
	list->v = part;
	part += list->n;
	*part = (struct part){ .path = mem_concat(scan->mem, scan->dir, "/", name),
			       .dir = list->dirs,
			       .is_doubtful = entry->type != DT_REG };
	if (!part->path)
		return -ENOMEM;
	part->name = part->path + strlen(scan->dir) + 1;
	examine(scan->rule, part, scan->dirfd, name, &st);
	part->verdict = find_verdict(scan->rule, part, &st);
	if (SCAN_LIKELY_BUILT_IN && part->verdict != SCAN_KEPT && scan->rule->warn_likely) {
		part->likely_mistake = likely_mistake(scan, part, st.st_mode);
		if (part->verdict == SCAN_DANGLING)
			part->target = read_target(scan, part->path);
	}
	list->n++;
	return 0;
}

static int add_entries(struct scan *scan, const char *at, const char *end)
{
	int err = 0;

	while (at < end && err == 0) {
		const struct sys_dirent *entry = (const void *)at;

		if (strcmp(entry->name, ".") != 0 && strcmp(entry->name, "..") != 0)
			err = add_entry(scan, entry);
		at += entry->size;
	}
	return err;
}

int scan_dir(struct mem *mem, int dirfd, const char *dir, const struct scan_rule *rule,
	     struct part_list *list)
{
	struct scan scan = { .mem = mem, .dirfd = dirfd, .dir = dir, .rule = rule, .list = list };
	char *buf = mem_alloc(mem, DIRENT_BUFFER_SIZE);
	ssize_t n = -ENOMEM;
	int err = 0;

	/* cppcheck-suppress redundantInitialization ; for a NULL buf */
	while (buf && err == 0 && (n = sys_getdents(dirfd, buf, DIRENT_BUFFER_SIZE)) > 0)
		err = add_entries(&scan, buf, buf + n);
	return err ? err : (int)n;
}

void scan_again(const struct scan_rule *rule, struct part *part)
{
	struct stat st = { 0 };

	if (part->error || part->verdict == SCAN_BAD_NAME || part->verdict == SCAN_MASKED)
		return;
	examine(rule, part, AT_FDCWD, part->path, &st);
	part->verdict = part->error ? SCAN_GONE : find_verdict(rule, part, &st);
}

/* A sort by name and then by directory; with kept_first, parts to run come before all others. */
struct sorting {
	const struct scan_rule *rule;
	struct part *v;
	bool kept_first;
};

static bool is_after(const struct sorting *sorting, const struct part *a, const struct part *b)
{
	bool a_out = a->verdict != SCAN_KEPT, b_out = b->verdict != SCAN_KEPT;
	int order;

	if (sorting->kept_first && a_out != b_out)
		return a_out;
	order = scan_compare(sorting->rule->order, a->name, b->name);
	return order ? order > 0 : a->dir > b->dir;
}

static void swap_parts(struct part *a, struct part *b)
{
	struct part tmp = *a;

	*a = *b;
	*b = tmp;
}

/*
 * This is Shell's sort with odd gaps. It needs no recursion and no memory, takes time n to the
 * power of 1.5 at worst, and is a tenth of the size of musl's qsort(3). It is not stable, and need
 * not be: no two parts are equal in the order. It leaves them unsorted if it has to stop.
 */
static void sort_parts(const struct sorting *sorting, size_t n)
{
	struct part *v = sorting->v;
	size_t gap = n;

	do {
		gap = gap / 2 | 1;
		for (size_t i = gap; i < n && !must_stop(sorting->rule, i, 4096); i++)
			for (size_t at = i; at >= gap && is_after(sorting, &v[at - gap], &v[at]);
			     at -= gap)
				swap_parts(&v[at - gap], &v[at]);
	} while (gap > 1);
}

/*
 * The list is sorted by name and directory. Masks those after the first of a name that could be
 * examined.
 */
static void mask_same_names(struct part_list *list)
{
	for (size_t i = 1; i < list->n; i++) {
		const struct part *before = &list->v[i - 1];
		struct part *part = &list->v[i];

		if (part->verdict != SCAN_BAD_NAME && strcmp(part->name, before->name) == 0 &&
		    (before->verdict == SCAN_MASKED || !before->error))
			part->verdict = SCAN_MASKED;
	}
}

void scan_sort(const struct scan_rule *rule, struct part_list *list)
{
	struct sorting sorting = { .rule = rule, .v = list->v };

	if (rule->keep_order || list->dirs > 1) {
		sort_parts(&sorting, list->n);
		mask_same_names(list);
	}
	list->kept = rule->keep_order ? list->n : 0;
	if (rule->keep_order)
		return;
	sorting.kept_first = true;
	sort_parts(&sorting, list->n);
	while (list->kept < list->n && list->v[list->kept].verdict == SCAN_KEPT)
		list->kept++;
}

void scan_reverse(struct part_list *list)
{
	for (size_t i = 0, j = list->n; i + 1 < j; i++)
		swap_parts(&list->v[i], &list->v[--j]);
}
