#include "scan.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "mem.h"
#include "sys.h"

#define ANY_EXECUTE_BIT 0111
#define DIRENT_BUFFER_SIZE 32768

struct scan {
	struct mem *mem;
	int dirfd;
	const char *dir;
	const struct scan_rule *rule;
	struct part_list list;
};

static void look(const struct scan *scan, struct part *part, struct stat *ret_stat)
{
	part->error = -sys_stat(scan->dirfd, part->name, ret_stat, 0);
	part->is_file = part->error == 0 && S_ISREG(ret_stat->st_mode);
	part->executable = part->is_file && scan->rule->executable &&
			   sys_access(scan->dirfd, part->name, X_OK) == 0;
}

static enum scan_verdict judge(const struct scan *scan, const struct part *part,
			       const struct stat *st)
{
	if (!scan_name_ok(scan->rule, part->name))
		return SCAN_BAD_NAME;
	if (part->error)
		return part->error == ENOENT ? SCAN_DANGLING : SCAN_FAILED;
	if (S_ISDIR(st->st_mode))
		return SCAN_DIRECTORY;
	if (!part->is_file)
		return SCAN_SPECIAL;
	if (part->executable || !scan->rule->executable)
		return SCAN_KEPT;
	return (st->st_mode & ANY_EXECUTE_BIT) && sys_is_noexec(scan->dirfd) ? SCAN_NOEXEC :
									       SCAN_NOT_EXECUTABLE;
}

static bool has_interpreter_line(const struct scan *scan, const char *name)
{
	char start[2];
	int fd = sys_open(scan->dirfd, name, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
	bool found = fd >= 0 && sys_read(fd, start, 2) == 2 && memcmp(start, "#!", 2) == 0;

	sys_close(fd);
	return found;
}

/* Backups and hidden files are left out on purpose; of the rest, what was written as a script. */
static bool looks_meant(const struct scan *scan, const struct part *part, mode_t mode)
{
	const char *name = part->name;

	if (part->verdict == SCAN_DANGLING)
		return true;
	if (!part->is_file || name[0] == '.' || name[strlen(name) - 1] == '~')
		return false;
	return (mode & ANY_EXECUTE_BIT) || (name[0] >= '0' && name[0] <= '9') ||
	       has_interpreter_line(scan, name);
}

static int add_entry(struct scan *scan, const char *name)
{
	struct part_list *list = &scan->list;
	struct part *part = mem_grow(scan->mem, list->v, &list->cap, list->n + 1, sizeof(*part));
	struct stat st = { 0 };

	if (!part)
		return -ENOMEM;
	list->v = part;
	part += list->n;
	*part = (struct part){ .path = mem_join(scan->mem, scan->dir, "/", name) };
	if (!part->path)
		return -ENOMEM;
	part->name = part->path + strlen(scan->dir) + 1;
	look(scan, part, &st);
	part->verdict = judge(scan, part, &st);
	if (part->verdict == SCAN_KEPT)
		list->kept++;
	else
		part->looks_meant = looks_meant(scan, part, st.st_mode);
	list->n++;
	return 0;
}

static int add_entries(struct scan *scan, const char *at, const char *end)
{
	int err = 0;

	while (at < end && err == 0) {
		const struct sys_dirent *entry = (const void *)at;

		if (strcmp(entry->name, ".") != 0 && strcmp(entry->name, "..") != 0)
			err = add_entry(scan, entry->name);
		at += entry->size;
	}
	return err;
}

static bool is_after(const struct scan *scan, const struct part *a, const struct part *b)
{
	bool a_out = a->verdict != SCAN_KEPT, b_out = b->verdict != SCAN_KEPT;

	if (a_out != b_out)
		return a_out;
	return scan_compare(a_out ? SCAN_BYTES : scan->rule->order, a->name, b->name) > 0;
}

static void swap(struct part *a, struct part *b)
{
	struct part tmp = *a;

	*a = *b;
	*b = tmp;
}

static void sift_down(const struct scan *scan, size_t root, size_t end)
{
	struct part *v = scan->list.v;
	size_t child;

	while ((child = root * 2 + 1) < end) {
		if (child + 1 < end && is_after(scan, &v[child + 1], &v[child]))
			child++;
		if (!is_after(scan, &v[child], &v[root]))
			return;
		swap(&v[root], &v[child]);
		root = child;
	}
}

/* Heap sort: no recursion, no memory, a tenth of qsort's size; the order is total, so stable or not
 * makes no difference. */
static void sort(const struct scan *scan)
{
	size_t n = scan->list.n;

	for (size_t root = n / 2; root-- > 0;)
		sift_down(scan, root, n);
	for (size_t end = n; end-- > 1;) {
		swap(&scan->list.v[0], &scan->list.v[end]);
		sift_down(scan, 0, end);
	}
}

int scan_dir(struct mem *mem, int dirfd, const char *dir, const struct scan_rule *rule,
	     struct part_list *ret_list)
{
	struct scan scan = { .mem = mem, .dirfd = dirfd, .dir = dir, .rule = rule };
	char *buf = mem_alloc(mem, DIRENT_BUFFER_SIZE);
	ssize_t n = -ENOMEM;
	int err = 0;

	while (buf && err == 0 && (n = sys_getdents(dirfd, buf, DIRENT_BUFFER_SIZE)) > 0)
		err = add_entries(&scan, buf, buf + n);
	if (err == 0)
		err = (int)n;
	if (err < 0)
		return err;
	sort(&scan);
	*ret_list = scan.list;
	return 0;
}
