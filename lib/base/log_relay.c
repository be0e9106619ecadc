/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log_relay.h"

#include <fcntl.h>

#include "base/text.h"
#include "sys/datagram.h"
#include "sys/fd.h"
#include "sys/write.h"

/* The kernel refuses lines longer than its LOG_LINE_MAX: 1,024 bytes less a prefix of its own. */
#define LINE_ROOM 960

/* The values are those of syslog(3). */
#define DAEMON (3 << 3)
#define WARNING 4

int log_relay_open_kmsg(void)
{
	return sys_open(AT_FDCWD, LOG_RELAY_KMSG, O_WRONLY | O_NONBLOCK | O_NOCTTY, 0);
}

int log_relay_open_syslog(void)
{
	return sys_connect_datagram(LOG_RELAY_SYSLOG);
}

void log_relay_close(struct log_relay *relay)
{
	sys_close(relay->kmsg);
	sys_close(relay->syslog);
}

static void reopen_kmsg(struct log_relay *relay)
{
	int fresh = log_relay_open_kmsg();

	if (fresh < 0)
		return;
	sys_close(relay->kmsg);
	relay->kmsg = fresh;
}

/*
 * From one open /dev/kmsg the kernel takes ten lines in five seconds, if printk_devkmsg is not
 * "on". So that a warning or an error is not lost for the lines before it, it gets an opening of
 * its own. The time is left out: both logs add theirs.
 */
void log_relay_line(struct log_relay *relay, int severity, const char *name, const char *bytes,
		    size_t n)
{
	char buf[LINE_ROOM + 1];
	struct text line = TEXT_TO_END(buf);

	if (relay->kmsg >= 0 && severity <= WARNING)
		reopen_kmsg(relay);
	while (n > 0 && bytes[n - 1] == '\n')
		n--;
	text_fmt(&line, "<%d>%s[%d]: ", DAEMON | severity, name, (int)relay->pid);
	text_add(&line, bytes, n);
	text_end(&line, "\n");
	if (relay->kmsg >= 0)
		sys_try_write(relay->kmsg, buf, line.len);
	/* A script may have started another daemon in the place of the one that we connected to. */
	if (relay->syslog >= 0)
		sys_send_datagram(relay->syslog, LOG_RELAY_SYSLOG, buf, line.len - 1);
}
