/*
 * relay: copies of log lines for the kernel's log and for syslog, with their levels. Neither is
 * ever waited for, and what they do not take is lost.
 */
#ifndef RELAY_H
#define RELAY_H

#include <stddef.h>

#define RELAY_KMSG "/dev/kmsg"
#define RELAY_SYSLOG "/dev/log"

/* Where the copies go; -1: not there. */
struct relay {
	int kmsg;
	int syslog;
};

/* Opens the one or the other. Returns 0 or -errno. */
int relay_open_kmsg(struct relay *relay);
int relay_open_syslog(struct relay *relay);

void relay_close(struct relay *relay);

/* Sends n bytes as a line of the program `name`; severity as of syslog(3): 7 is for debugging. */
void relay_line(struct relay *relay, int severity, const char *name, const char *bytes, size_t n);

#endif
