/* SPDX-License-Identifier: Apache-2.0 */
#include "report/findings.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "report/event.h"
#include "report/messages.h"
#include "sys/write.h"

/* Returns the format of the line. In the log, some texts have the path as their subject. */
static const char *find_format(const struct event *event)
{
	bool has_subject;

	if (event->number > 0)
		return "%p:%n: %t";
	if (!event->text)
		return event->kind == EV_BASE_FAILED ? "%p: %e (set OS_REFRESH_CONFIG_BASE_DIR)" :
						       "%p: %e";
	has_subject = strncmp(event->text, "it", 2) == 0;
	if (event->error)
		return has_subject ? "%p: %t: %e" : "%p: it %t: %e";
	return has_subject ? "%p: %t" : "%p: it %t";
}

void findings_handle(void *self, const struct event *event)
{
	struct findings *findings = self;
	struct text line = { .mem = findings->mem };
	const struct message *message = messages_find(findings->messages, event->kind);
	int err;

	if (!message || message->level < LOG_WARN)
		return;
	/* Only what is found about a pattern has no path: it has the line of the log. */
	messages_format(&line, event->kind == EV_PATTERN_BAD ? message->text : find_format(event),
			event);
	text_char(&line, '\n');
	if (!line.truncated && strvec_has(&findings->lines, line.buf))
		return;
	err = line.truncated ? -ENOMEM : strvec_add(findings->mem, &findings->lines, line.buf);
	if (err == 0)
		err = sys_write_all(STDOUT_FILENO, line.buf, line.len);
	if (err < 0)
		findings->error = -err;
}
