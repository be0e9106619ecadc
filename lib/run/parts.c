/* SPDX-License-Identifier: Apache-2.0 */
#include "run/parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "job/loop.h"
#include "report/event.h"
#include "run/parts_impl.h"
#include "sys/clock.h"
#include "sys/fd.h"

/* Emits an event about all parts of the set. */
static void emit_parts(const struct part_set *set, enum event_kind kind)
{
	parts_emit(set, &(struct event){ .kind = kind, .parts = &set->found, .args = set->dirs });
}

/* A part that could not be examined fails the set, for it might be a script. */
static void check_parts(struct part_set *set)
{
	for (size_t i = 0; i < set->found.n; i++) {
		const struct part *part = &set->found.v[i];

		parts_emit_part(set, EV_PART_SEEN, part);
		if (part->verdict == SCAN_FAILED)
			parts_fail(set, part->path, "cannot be examined", part->error);
		loop_write(set->parts->loop);
	}
}

static void read_dir(struct part_set *set, const char *dir)
{
	struct parts *parts = set->parts;
	bool is_missing;
	int err;

	sys_close(set->dirfd);
	err = set->dirfd = sys_open(AT_FDCWD, dir, O_RDONLY | O_DIRECTORY, 0);
	/* A check has an error of opening for this, too. */
	is_missing = set->parts->purpose != PARTS_CHECK && (err == -ENOENT || err == -ENOTDIR);
	if (is_missing) {
		if (parts->dialect.ignore_missing)
			return;
		status_note_failure(&set->outcome, FAILURE_DIRECTORY, 0, dir);
		parts_emit_text(set, EV_PARTS_NO_DIRECTORY, dir, NULL);
		return;
	}
	if (err < 0) {
		parts_fail(set, dir, "cannot be opened", -err);
		return;
	}
	err = scan_dir(parts->mem, set->dirfd, dir, &parts->dialect.scan, &set->found);
	if (err == -EINTR)
		parts_stop(set);
	else if (err < 0)
		parts_fail(set, dir, "cannot be read", -err);
	parts_check_trust(set, dir);
}

static void read_dirs(struct part_set *set)
{
	for (; set->dirs[set->found.dirs] && !set->over; set->found.dirs++)
		read_dir(set, set->dirs[set->found.dirs]);
}

/*
 * Only parts that would run are checked: the others do no harm. The way to those that are not
 * doubtful is that to their directory.
 */
static void check_trust_in_parts(struct part_set *set)
{
	for (size_t i = 0; i < set->found.kept; i++) {
		const struct part *part = &set->found.v[i];

		if (part->verdict == SCAN_KEPT && part->is_doubtful)
			parts_check_trust(set, part->path);
		loop_write(set->parts->loop);
	}
}

/*
 * Returns whether there is a script that the user asked for with `only` or `from`. The first part
 * that is kept must be the one that `from` names.
 */
static bool has_match(struct part_set *set)
{
	const struct scan_rule *rule = &set->parts->dialect.scan;
	const char *asked = rule->from ? rule->from : rule->only;
	const char *first = set->found.kept > 0 ? set->found.v[0].name : NULL;

	if (!ENABLE_REFRESH_PHASE || !asked ||
	    (first && (!rule->from || strcmp(first, rule->from) == 0)))
		return true;
	status_note_failure(&set->outcome, FAILURE_NO_MATCH, 0, NULL);
	parts_emit_text(set, EV_NO_MATCH, NULL, asked);
	return false;
}

/*
 * Where a file system is mounted noexec, every script of the set may be left out for that. With
 * dib-run-parts nothing would then run, and be a success; it is an error here.
 */
static void check_noexec(struct part_set *set)
{
	for (size_t i = 0; set->found.kept == 0 && i < set->found.n; i++)
		if (set->found.v[i].verdict == SCAN_NOEXEC) {
			parts_fail(set, NULL,
				   "is mounted noexec, so that none of its scripts can run",
				   EACCES);
			return;
		}
}

/*
 * Finds the parts of the set, and reports them. Returns false if none of them may run: with
 * stop_on_error, scripts may need those before them, so a directory that could not be read as a
 * whole does not run.
 */
static bool open_set(struct part_set *set)
{
	read_dirs(set);
	if (set->over)
		return false;
	check_parts(set);
	scan_sort(&set->parts->dialect.scan, &set->found);
	if (DIALECT_DIB_BUILT_IN && set->parts->dialect.scan.warn_likely)
		check_noexec(set);
	if ((set->outcome.status != 0 && set->parts->dialect.stop_on_error) || !has_match(set))
		return false;
	emit_parts(set, EV_PARTS_SCANNED);
	if (set->parts->dialect.scan.reverse)
		scan_reverse(&set->found);
	if (ENABLE_JOBS && set->parts->policy.jobs > 1)
		parts_number_groups(set);
	for (size_t i = set->found.kept; i < set->found.n; i++) {
		parts_emit_part(set, EV_PART_SKIPPED, &set->found.v[i]);
		loop_write(set->parts->loop);
	}
	return true;
}

void parts_set_limit(struct parts *parts, int64_t limit_ns)
{
	parts->limit_ns = limit_ns;
	parts->stop = loop_stop(parts->loop, limit_ns > 0 ? sys_after_ns(limit_ns) : 0);
	parts->dialect.scan.stop = &parts->stop;
}

/* Emits how long the parts i to end - 1 took together, if several of them have run. */
static void emit_group(const struct part_set *set, size_t i, size_t end)
{
	const struct part *first = NULL, *last = NULL;
	int64_t begin_ns = 0, end_ns = 0;

	for (; i < end; i++) {
		const struct part_run *run = &set->runs[i];

		if (!run->started)
			continue;
		if (!first) {
			first = &set->found.v[i];
			begin_ns = run->started_ns;
		}
		last = &set->found.v[i];
		if (end_ns < run->started_ns + run->elapsed_ns)
			end_ns = run->started_ns + run->elapsed_ns;
	}
	if (first != last)
		parts_emit_number(set, EV_GROUP_PROFILED, first, end_ns - begin_ns, last->name);
}

static void emit_groups(struct part_set *set)
{
	for (size_t i = 0, end; i < set->found.kept; i = end) {
		end = parts_group_end(set, i);
		emit_group(set, i, end);
		loop_write(set->parts->loop);
	}
}

/* The rows of the profile, which may be more than an output has room for. */
static void emit_profile(struct part_set *set)
{
	for (size_t i = 0; i < set->found.kept; i++) {
		if (set->runs[i].started)
			parts_emit_number(set, EV_PART_PROFILED, &set->found.v[i],
					  set->runs[i].elapsed_ns, NULL);
		loop_write(set->parts->loop);
	}
	if (ENABLE_JOBS && set->parts->policy.jobs > 1)
		emit_groups(set);
	emit_parts(set, EV_PARTS_PROFILED);
}

static void run_set(struct part_set *set)
{
	bool ready = open_set(set);

	check_trust_in_parts(set);
	if (!ready || set->refused || !parts_make_environment(set))
		return;
	/* A script may have to unmount the file system that this directory is on. */
	sys_close(set->dirfd);
	set->dirfd = -1;
	set->parts->envp = set->envp;
	parts_run_jobs(set);
	emit_parts(set, EV_PARTS_ENDED);
	if (set->parts->policy.profile)
		emit_profile(set);
}

static void list_set(struct part_set *set)
{
	if (!open_set(set))
		return;
	for (size_t i = 0; i < set->found.kept; i++) {
		const struct part *part = &set->found.v[i];

		if (part->verdict == SCAN_KEPT)
			parts_emit_part(set, EV_PART_LISTED, part);
		else
			parts_skip(set, part);
	}
}

/* Looks at all that a run of the set would need. */
static void check_set(struct part_set *set)
{
	enum parts_purpose purpose = set->parts->purpose;

	read_dirs(set);
	scan_sort(&set->parts->dialect.scan, &set->found);
	if (ENABLE_CHECK && purpose == PARTS_CHECK)
		parts_check_scripts(set);
	check_trust_in_parts(set);
	if (ENABLE_ENVIRONMENT_D && set->dirfd >= 0)
		(void)parts_make_environment(set);
	set->outcome = (struct outcome){ .status = purpose == PARTS_TRUST && set->refused };
}

struct outcome parts_work(struct parts *parts, const char *phase, char *const *dirs)
{
	struct part_set set = { .parts = parts, .phase = phase, .dirs = dirs, .dirfd = -1 };

	if (parts->purpose == PARTS_RUN)
		run_set(&set);
	else if (parts->purpose == PARTS_LIST)
		list_set(&set);
	else if (ENABLE_CHECK || ENABLE_TRUST)
		check_set(&set);
	sys_close(set.dirfd);
	return set.outcome;
}
