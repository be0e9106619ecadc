/* SPDX-License-Identifier: Apache-2.0 */
/* datagram: messages to a Unix socket in the file system, as syslog takes them, without waiting. */
#ifndef SYS_DATAGRAM_H
#define SYS_DATAGRAM_H

#include <stddef.h>

/* Returns the descriptor of a socket that is connected to this path, or -errno. */
int sys_connect_datagram(const char *path);

/*
 * Sends n bytes as one message. If the receiver that fd is connected to has ended, the message goes
 * to the one that has bound the path since. What is not taken at once is lost.
 */
void sys_send_datagram(int fd, const char *path, const void *bytes, size_t n);

#endif
