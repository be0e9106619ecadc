#include "lock.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>

#include "date.h"
#include "kernel.h"
#include "sys.h"
#include "text.h"

static void read_holder(int fd, struct text *holder)
{
	char buf[128];
	ssize_t n = sys_read(fd, buf, sizeof(buf) - 1);

	if (n <= 0)
		return;
	buf[n] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
	text_str(holder, " (");
	text_str(holder, buf);
	text_char(holder, ')');
}

/* For people to read: a full disk costs the note, not the lock. */
static void write_holder(int fd, struct zone *zone)
{
	char buf[128];
	struct text note = TEXT_OVER(buf);

	text_fmt(&note, "Locked by pid==%d at ", (int)KERNEL_RAW(getpid, 0));
	date_asctime(&note, zone, sys_wall_ns());
	text_char(&note, '\n');
	if (KERNEL(ftruncate, fd, 0) == 0)
		(void)sys_write_all(fd, note.buf, note.len);
}

int lock_take(const char *path, struct zone *zone, struct text *holder)
{
	int fd = sys_open(AT_FDCWD, path, O_RDWR | O_CREAT | O_NOCTTY | O_NONBLOCK, 0666);
	struct stat st;
	int err;

	if (fd < 0)
		return fd;
	if (sys_stat(fd, "", &st, AT_EMPTY_PATH) == 0 && !S_ISREG(st.st_mode)) {
		sys_close(fd);
		return -EINVAL;
	}
	err = (int)KERNEL(flock, fd, LOCK_EX | LOCK_NB);
	if (err == 0) {
		write_holder(fd, zone);
		return fd;
	}
	if (err == -EAGAIN)
		read_holder(fd, holder);
	sys_close(fd);
	return err;
}

void lock_release(int fd)
{
	if (fd < 0)
		return;
	KERNEL(ftruncate, fd, 0);
	sys_close(fd);
}
