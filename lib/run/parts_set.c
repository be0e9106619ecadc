/* SPDX-License-Identifier: Apache-2.0 */
/* How a set of scripts emits its events, and the failures that are not the end of a script. */
#include <errno.h>
#include <string.h>

#include "job/loop.h"
#include "run/parts_impl.h"
#include "scan/trust.h"
#include "sys/clock.h"

struct job_grace limits_grace(const struct limits *limits)
{
	if (limits->grace_ns == LIMITS_GRACE_DEFAULT)
		return (struct job_grace){ .at_deadline_ns = 0, .after_signal_ns = 5 * NS_PER_SEC };
	return (struct job_grace){ limits->grace_ns, limits->grace_ns };
}

void parts_emit(const struct part_set *set, struct event *event)
{
	if (set->parts->purpose == PARTS_TRUST && event->kind != EV_REFUSED)
		return;
	event->phase = set->phase;
	if (!event->path)
		event->path = set->dirs[0];
	event_emit(set->parts->sinks, event);
}

void parts_emit_part(const struct part_set *set, enum event_kind kind, const struct part *part)
{
	const struct parts *parts = set->parts;

	parts_emit(set, &(struct event){ .kind = kind,
					 .part = part,
					 .text = parts->dialect.bad_name,
					 .args = parts->policy.args.v });
}

void parts_emit_number(const struct part_set *set, enum event_kind kind, const struct part *part,
		       int64_t number, const char *text)
{
	parts_emit(set,
		   &(struct event){ .kind = kind, .part = part, .number = number, .text = text });
}

void parts_emit_text(const struct part_set *set, enum event_kind kind, const char *path,
		     const char *text)
{
	parts_emit(set, &(struct event){ .kind = kind, .path = path, .text = text });
}

void parts_fail(struct part_set *set, const char *path, const char *text, int error)
{
	struct event event = {
		.kind = EV_PARTS_FAILED, .path = path, .text = text, .error = error
	};

	status_note_failure(&set->outcome, FAILURE_DIRECTORY, 0, path ? path : set->dirs[0]);
	parts_emit(set, &event);
}

/* Adds the string to the vector, if it is not there. Returns whether it was. */
static bool was_noted(struct mem *mem, struct strvec *noted, const char *string)
{
	char *copy;

	if (strvec_has(noted, string))
		return true;
	copy = mem_dup(mem, string, strlen(string));
	if (copy)
		(void)strvec_add(mem, noted, copy);
	return false;
}

/* In a user namespace, most files may have owners that are not known: one stands for all. */
static void report_doubt(void *self, const char *path, const char *reason)
{
	struct part_set *set = self;
	struct parts *parts = set->parts;

	if (parts->policy.strict) {
		status_note_failure(&set->outcome, FAILURE_INSECURE, 0, NULL);
		set->refused = true;
	}
	if (!was_noted(parts->mem, &parts->doubted, reason == trust_unmapped ? reason : path))
		parts_emit_text(set, parts->policy.strict ? EV_REFUSED : EV_INSECURE, path, reason);
}

void parts_check_trust(struct part_set *set, const char *path)
{
	const struct parts_policy *policy = &set->parts->policy;

	if (ENABLE_TRUST && set->parts->purpose != PARTS_LIST &&
	    (policy->strict || policy->warn_trust))
		trust_check(path, report_doubt, set);
}

void parts_fail_timeout(struct part_set *set, const struct part *part)
{
	struct parts *parts = set->parts;

	parts_emit(set, &(struct event){
				.kind = EV_TIMEOUT,
				.part = part,
				.number = parts->limit_ns,
				.grace_ns = limits_grace(&parts->policy.limits).at_deadline_ns });
	status_note_failure(&set->outcome, FAILURE_TIMEOUT, parts->dialect.abnormal_status,
			    part ? part->path : NULL);
	set->over = true;
}

void parts_stop(struct part_set *set)
{
	set->over = true;
	if (loop_take_signals(set->parts->loop))
		set->outcome.interrupted = true;
	else
		parts_fail_timeout(set, NULL);
}

void parts_lose(struct part_set *set, const struct part *part)
{
	bool ends = set->parts->dialect.stop_on_error;
	/* As with debianutils, nothing fails because there is no such part any more. */
	bool is_gone = part->error == ENOENT || part->error == ENOTDIR || part->error == ELOOP;

	if (ends || !is_gone)
		status_note_failure(&set->outcome, FAILURE_GONE, 0, part->path);
	if (ends)
		set->over = true;
	parts_emit(set,
		   &(struct event){ .kind = EV_PART_GONE, .part = part, .error = part->error });
}

void parts_skip(struct part_set *set, const struct part *part)
{
	bool is_error = part->verdict == SCAN_SPECIAL && set->parts->dialect.special_is_error;

	if (is_error)
		status_note_failure(&set->outcome, FAILURE_SPECIAL_FILE, 0, part->path);
	parts_emit_part(set, is_error ? EV_PART_UNFIT : EV_PART_SKIPPED, part);
}
