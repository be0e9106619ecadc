/* datagram: messages to a socket in the file system, as syslog takes them, never waited for. */
#ifndef SYS_DATAGRAM_H
#define SYS_DATAGRAM_H

#include <stddef.h>

/* A socket that is connected to this path: its descriptor or -errno. */
int sys_connect_datagram(const char *path);

/*
 * Sends n bytes as one message; where the one that listened at the path has ended, to whoever
 * listens there now. What cannot be taken at once is lost.
 */
void sys_send_datagram(int fd, const char *path, const void *bytes, size_t n);

#endif
