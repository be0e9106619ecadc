/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log_relay: copies of log lines for the kernel's log, /dev/kmsg, and for syslog, as datagrams to
 * /dev/log (syslog(3), RFC 3164). Neither is ever waited for: a line that they do not take at once
 * is lost.
 */
#ifndef LOG_RELAY_H
#define LOG_RELAY_H

#include <stddef.h>
#include <sys/types.h>

#define LOG_RELAY_KMSG "/dev/kmsg"
#define LOG_RELAY_SYSLOG "/dev/log"

struct log_relay {
	int kmsg; /* the descriptors that lines are copied to, or negative numbers */
	int syslog;
	pid_t pid; /* the one that the lines name */
};

/* Each opens one of the two. Returns its descriptor or -errno. */
int log_relay_open_kmsg(void);
int log_relay_open_syslog(void);

/* Closes what is open. */
void log_relay_close(struct log_relay *relay);

/*
 * Sends the n bytes as a line of the program `name`, in the facility daemon; the severity is one of
 * syslog(3), 0 to 7. A line of more than 960 bytes is cut and ends in "...".
 */
void log_relay_line(struct log_relay *relay, int severity, const char *name, const char *bytes,
		    size_t n);

#endif
