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

/* The log for the lines of the table, and the time that all of them have. */
struct table {
	const struct log *log;
	int64_t wall_ns;
};

static void print_row(const struct table *table, const char *name, int64_t elapsed_ns)
{
	long long ms = (long long)sys_ns_to_ms(elapsed_ns);

	log_line_at(table->log, table->wall_ns, LOG_INFO, "%-40s %6lld.%03d", name, ms / 1000,
		    (int)(ms % 1000));
}

/* Logs the lines of the text, each of which ends in a newline. */
static void print_lines(const struct table *table, const char *text)
{
	struct log_message message;

	for (size_t n; *text; text += n + 1) {
		n = (size_t)(strchrnul(text, '\n') - text);
		if (log_begin(&message, table->log, LOG_INFO, table->wall_ns)) {
			text_add(&message.text, text, n);
			log_end(&message);
		}
	}
}

void profile_handle(void *self, const struct event *event)
{
	const struct table table = { self, event->wall_ns };
	char buf[NAME_MAX + 1];
	struct text name = TEXT_OVER(buf);

	if (event->kind != EV_PARTS_ENDED)
		return;
	add_base_name(&name, event->path);
	print_lines(&table, "----------------------- PROFILING -----------------------\n\n");
	log_line_at(table.log, table.wall_ns, LOG_INFO, "Target: %s", buf);
	print_lines(&table, "\nScript                                     Seconds\n"
			    "---------------------------------------  ----------\n\n");
	for (size_t i = 0; i < event->parts->kept; i++)
		if (event->runs[i].started)
			print_row(&table, event->parts->v[i].name, event->runs[i].elapsed_ns);
	print_lines(&table, "\n--------------------- END PROFILING ---------------------\n");
}
