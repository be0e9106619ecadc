/*
 * relay: copies of log lines for the kernel's log and for syslog, with their levels. Neither is
 * ever waited for, and what they do not take is lost.
 */
#ifndef LOG_RELAY_H
#define LOG_RELAY_H

#include <stddef.h>

#define LOG_RELAY_KMSG "/dev/kmsg"
#define LOG_RELAY_SYSLOG "/dev/log"

/* Where the copies go; -1: not there. */
struct log_relay {
	int kmsg;
	int syslog;
};

/* Opens the one or the other. Returns 0 or -errno. */
int log_relay_open_kmsg(struct log_relay *relay);
int log_relay_open_syslog(struct log_relay *relay);

void log_relay_close(struct log_relay *relay);

/* Sends n bytes as a line of the program `name`; severity as of syslog(3): 7 is for debugging. */
void log_relay_line(struct log_relay *relay, int severity, const char *name, const char *bytes,
		    size_t n);

#endif
