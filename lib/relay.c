#include "relay.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "kernel.h"
#include "sys.h"
#include "text.h"

/* The kernel takes no more in one write, a little for itself included. */
#define LINE_ROOM 960

static const char cut_mark[] = "...";

/* As in syslog(3). */
#define DAEMON (3 << 3)
#define WARNING 4

int relay_open_kmsg(struct relay *relay)
{
	relay->kmsg = sys_open(AT_FDCWD, RELAY_KMSG, O_WRONLY | O_NONBLOCK | O_NOCTTY, 0);
	return relay->kmsg < 0 ? relay->kmsg : 0;
}

static const struct sockaddr_un address = { AF_UNIX, RELAY_SYSLOG };

int relay_open_syslog(struct relay *relay)
{
	int err;

	relay->syslog = (int)KERNEL(socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (relay->syslog < 0)
		return relay->syslog;
	err = (int)KERNEL(connect, relay->syslog, (const void *)&address, sizeof(address));
	if (err == 0)
		return 0;
	sys_close(relay->syslog);
	relay->syslog = -1;
	return err;
}

void relay_close(struct relay *relay)
{
	sys_close(relay->kmsg);
	sys_close(relay->syslog);
}

static void open_anew(struct relay *relay)
{
	struct relay fresh;

	if (relay_open_kmsg(&fresh) < 0)
		return;
	sys_close(relay->kmsg);
	relay->kmsg = fresh.kmsg;
}

/* Where the daemon that we know has ended, a script may have started another. */
static void send_line(int fd, const char *line, size_t n)
{
	long err = KERNEL(sendto, fd, line, n, MSG_NOSIGNAL, NULL, 0);

	if (err == -ECONNREFUSED || err == -ENOTCONN)
		(void)KERNEL(sendto, fd, line, n, MSG_NOSIGNAL, &address, sizeof(address));
}

/*
 * The kernel takes ten lines in five seconds from an open file, unless told otherwise: so those
 * that matter have one of their own. Neither log wants a time, they have theirs.
 */
void relay_line(struct relay *relay, int severity, const char *name, const char *bytes, size_t n)
{
	char buf[LINE_ROOM];
	struct text line = { .buf = buf, .cap = sizeof(buf) - sizeof(cut_mark) };

	if (relay->kmsg >= 0 && severity <= WARNING)
		open_anew(relay);
	while (n > 0 && bytes[n - 1] == '\n')
		n--;
	text_fmt(&line, "<%d>%s[%d]: ", DAEMON | severity, name, (int)KERNEL_RAW(getpid, 0));
	text_add(&line, bytes, n);
	line.cap = sizeof(buf) - 1;
	if (line.cut)
		text_str(&line, cut_mark);
	buf[line.len] = '\n';
	if (relay->kmsg >= 0)
		(void)KERNEL(write, relay->kmsg, buf, line.len + 1);
	if (relay->syslog >= 0)
		send_line(relay->syslog, buf, line.len);
}
