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

/* Logs the lines of the text, each of which ends in a newline. */
static void print_lines(const struct profile *profile, const char *text)
{
	struct log_message message;

	for (size_t n; *text; text += n + 1) {
		n = (size_t)(strchrnul(text, '\n') - text);
		if (log_begin(&message, &profile->log, LOG_INFO, profile->wall_ns)) {
			text_add(&message.text, text, n);
			log_end(&message);
		}
	}
}

static void begin_table(struct profile *profile, const struct event *event)
{
	char buf[NAME_MAX + 1];
	struct text name = TEXT_OVER(buf);

	profile->wall_ns = event->wall_ns;
	add_base_name(&name, event->path);
	print_lines(profile, "----------------------- PROFILING -----------------------\n\n");
	log_line_at(&profile->log, profile->wall_ns, LOG_INFO, "Target: %s", buf);
	print_lines(profile, "\nScript                                     Seconds\n"
			     "---------------------------------------  ----------\n\n");
}

static void add_up(struct profile *profile, const struct event *event)
{
	if (profile->group != event->part->group) {
		profile->path_ns += profile->longest_ns;
		profile->longest_ns = 0;
		profile->group = event->part->group;
	}
	profile->sum_ns += event->number;
	if (profile->longest_ns < event->number)
		profile->longest_ns = event->number;
}

static void print_group(struct profile *profile, const struct event *event)
{
	char buf[2 * NAME_MAX + 32];
	struct text name = TEXT_OVER(buf);

	if (!profile->has_groups)
		print_lines(profile, "\n");
	profile->has_groups = true;
	text_fmt(&name, "Group %d: %s to %s", event->part->group, event->part->name, event->text);
	print_row(profile, buf, event->number);
}

static void print_sums(const struct profile *profile)
{
	print_row(profile, "Sum of all scripts", profile->sum_ns);
	print_row(profile, "Critical path: longest of each group",
		  profile->path_ns + profile->longest_ns);
	print_row(profile, "Wall clock", profile->elapsed_ns);
}

/* Adds up what the table of scripts that run side by side has, and logs those of its rows. */
static void handle_groups(struct profile *profile, const struct event *event)
{
	if (event->kind == EV_PARTS_SCANNED)
		*profile = (struct profile){ .log = profile->log };
	else if (event->kind == EV_PART_STARTED && !profile->first_ns)
		profile->first_ns = event->at_ns;
	else if (event->kind == EV_PARTS_ENDED)
		profile->elapsed_ns = profile->first_ns ? event->at_ns - profile->first_ns : 0;
	else if (event->kind == EV_PART_PROFILED)
		add_up(profile, event);
	else if (event->kind == EV_GROUP_PROFILED)
		print_group(profile, event);
	else if (event->kind == EV_PARTS_PROFILED && profile->has_groups)
		print_sums(profile);
}

void profile_handle(void *self, const struct event *event)
{
	struct profile *profile = self;

	if (ENABLE_JOBS)
		handle_groups(profile, event);
	if (event->kind == EV_PARTS_ENDED)
		begin_table(profile, event);
	else if (event->kind == EV_PART_PROFILED)
		print_row(profile, event->part->name, event->number);
	else if (event->kind == EV_PARTS_PROFILED)
		print_lines(profile,
			    "\n--------------------- END PROFILING ---------------------\n");
}
