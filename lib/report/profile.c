/* SPDX-License-Identifier: Apache-2.0 */
#include "report/profile.h"

#include <limits.h>
#include <string.h>

#include "base/log.h"
#include "base/text.h"
#include "report/event.h"
#include "sys/clock.h"

/* Appends the last component of the path, without the slashes after it, as basename(1). */
static void add_base_name(struct text *text, const char *path)
{
	size_t end = strlen(path), start;

	while (end > 1 && path[end - 1] == '/')
		end--;
	for (start = end; start > 0 && (start == end || path[start - 1] != '/');)
		start--;
	text_add(text, path + start, end - start);
}

static void print_row(const struct profile *profile, const char *name, int64_t elapsed_ns)
{
	long long ms = (long long)sys_ns_to_ms(elapsed_ns);

	log_line_at(&profile->log, profile->wall_ns, LOG_INFO, "%-40s %6lld.%03d", name, ms / 1000,
		    (int)(ms % 1000));
}

static void print_line(const struct profile *profile, const char *line)
{
	log_line_at(&profile->log, profile->wall_ns, LOG_INFO, "%s", line);
}

static void begin_table(struct profile *profile, const struct event *event)
{
	char buf[NAME_MAX + 1];
	struct text name = TEXT_OVER(buf);

	profile->wall_ns = event->wall_ns;
	add_base_name(&name, event->path);
	print_line(profile, "----------------------- PROFILING -----------------------");
	print_line(profile, "");
	log_line_at(&profile->log, profile->wall_ns, LOG_INFO, "Target: %s", buf);
	print_line(profile, "");
	print_line(profile, "Script                                     Seconds");
	print_line(profile, "---------------------------------------  ----------");
	print_line(profile, "");
}

static void add_up(struct profile_sums *sums, const struct event *event)
{
	if (sums->group != event->part->group) {
		sums->group = event->part->group;
		sums->longest_ns = 0;
	}
	sums->sum_ns += event->number;
	if (event->number > sums->longest_ns) {
		sums->path_ns += event->number - sums->longest_ns;
		sums->longest_ns = event->number;
	}
}

static void print_group(struct profile *profile, const struct event *event)
{
	char buf[2 * NAME_MAX + 32];
	struct text name = TEXT_OVER(buf);

	if (!profile->sums.has_groups)
		print_line(profile, "");
	profile->sums.has_groups = true;
	text_fmt(&name, "Group %d: %s to %s", event->part->group, event->part->name, event->text);
	print_row(profile, buf, event->number);
}

static void print_sums(const struct profile *profile)
{
	print_row(profile, "Sum of all scripts", profile->sums.sum_ns);
	print_row(profile, "Critical path: longest of each group", profile->sums.path_ns);
	print_row(profile, "Wall clock", profile->sums.elapsed_ns);
}

void profile_handle(void *self, const struct event *event)
{
	struct profile *profile = self;

	switch (event->kind) {
	case EV_PARTS_SCANNED:
		if (ENABLE_JOBS)
			profile->sums = (struct profile_sums){ 0 };
		break;
	case EV_PART_STARTED:
		if (ENABLE_JOBS && !profile->sums.first_ns)
			profile->sums.first_ns = event->at_ns;
		break;
	case EV_PARTS_ENDED:
		if (ENABLE_JOBS)
			profile->sums.elapsed_ns = event->at_ns - profile->sums.first_ns;
		begin_table(profile, event);
		break;
	case EV_PART_PROFILED:
		if (ENABLE_JOBS)
			add_up(&profile->sums, event);
		print_row(profile, event->part->name, event->number);
		break;
	case EV_GROUP_PROFILED:
		if (ENABLE_JOBS)
			print_group(profile, event);
		break;
	case EV_PARTS_PROFILED:
		if (ENABLE_JOBS && profile->sums.has_groups)
			print_sums(profile);
		print_line(profile, "");
		print_line(profile, "--------------------- END PROFILING ---------------------");
		break;
	default:
		break;
	}
}
