/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks a set of scripts without running any: finds what would keep a script from running or from
 * being started, and numbers that two scripts have. All of it is reported as failures of the set.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "job/spawn.h"
#include "run/parts_impl.h"
#include "scan/script.h"
#include "sys/mem.h"
#include "sys/path.h"

#define ANY_EXECUTE_BIT 0111

/* Returns what keeps the kernel from starting this interpreter, or "" for nothing. */
static const char *interpreter_fault(struct mem *mem, const char *path)
{
	const char *fault = "' does not exist";
	struct stat st;

	if (sys_stat(AT_FDCWD, path, &st, 0) == 0) {
		if (S_ISREG(st.st_mode) && (st.st_mode & ANY_EXECUTE_BIT))
			return "";
		fault = "' is not executable";
	}
	return mem_concat(mem, "its interpreter '", path, fault);
}

/*
 * Returns what keeps a file from being started that has these n bytes at its beginning; "" for
 * nothing, and NULL if there is no memory.
 */
static const char *start_fault(const struct parts *parts, char *start, ssize_t n)
{
	size_t line = strcspn(start, "\n");
	const char *interpreter;

	if (n < 0)
		return scan_reason(SCAN_UNREADABLE, NULL);
	if (n == 0)
		return "it is empty";
	if (strncmp(start, "\177ELF", 4) == 0)
		return "";
	if (line > 0 && start[line - 1] == '\r')
		return "its first line ends in a carriage return (DOS file?)";
	interpreter = script_interpreter(start);
	if (interpreter)
		return interpreter_fault(parts->mem, interpreter);
	if (!script_is_text(start, (size_t)n) || !SPAWN_SHELL_BUILT_IN || !parts->dialect.shell)
		return "it is not a program and has no \"#!\" line";
	return *spawn_find_shell() ? "" : SPAWN_NO_SHELL;
}

/*
 * Returns the same for a part: what keeps it from running, if it is a script, will make a run fail,
 * or should probably be a script.
 */
static const char *part_fault(const struct parts *parts, const struct part *part)
{
	char start[SCRIPT_START_SIZE];

	if (part->verdict == SCAN_KEPT)
		return start_fault(parts, start, script_read_start(AT_FDCWD, part->path, start));
	if (part->likely_mistake || part->verdict == SCAN_FAILED ||
	    (part->verdict == SCAN_SPECIAL && parts->dialect.special_is_error))
		return scan_reason(part->verdict, parts->dialect.bad_name);
	return "";
}

static void report(struct part_set *set, const struct part *part, const char *fault)
{
	int error = part->verdict == SCAN_FAILED ? part->error : 0;

	if (!fault || *fault)
		parts_fail(set, part->path, fault, fault ? error : ENOMEM);
}

/* Equal numbers leave it to the rest of the names which script runs first, maybe by accident. */
static void check_number(struct part_set *set, const struct part *before, const struct part *part)
{
	if (before && set->parts->dialect.scan.order == SCAN_NUMERIC &&
	    scan_same_number(before->name, part->name))
		report(set, part,
		       mem_concat(set->parts->mem, "it has the same number as ", before->name, ""));
}

void parts_check_scripts(struct part_set *set)
{
	const struct part *before = NULL;

	for (const struct part *part = set->found.v; part < set->found.v + set->found.n; part++) {
		report(set, part, part_fault(set->parts, part));
		if (part->verdict != SCAN_KEPT)
			continue;
		check_number(set, before, part);
		before = part;
	}
}
