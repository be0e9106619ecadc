/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks a set of scripts without running any: finds what would keep a script from running or from
 * being started, and numbers that two scripts have. All of it is reported as failures of the set.
 */
#include <errno.h>

#include "run/parts_impl.h"
#include "sys/mem.h"

/*
 * Returns what keeps the part from running, if it is a script, will make a run fail, or should
 * probably be a script; "" for nothing, and NULL if there is no memory.
 */
static const char *part_fault(const struct parts *parts, const struct part *part)
{
	if (part->verdict == SCAN_KEPT)
		return parts_start_fault(parts, part->path);
	if (part->target)
		return mem_concat(parts->mem, scan_reason(part->verdict, NULL), " to ",
				  part->target);
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

/*
 * Equal numbers leave it to the rest of the names which script runs first, maybe by accident; but
 * with jobs, scripts are to run side by side by that.
 */
static void check_number(struct part_set *set, const struct part *before, const struct part *part)
{
	if (ENABLE_JOBS && set->parts->policy.jobs > 1)
		return;
	if (before && set->parts->dialect.scan.order == SCAN_NUMERIC &&
	    scan_same_number(before->name, part->name))
		report(set, part,
		       mem_concat(set->parts->mem, "it has the same number as ", before->name,
				  ", so that their names decide which is first"));
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
