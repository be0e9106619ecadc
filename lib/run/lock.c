/* SPDX-License-Identifier: Apache-2.0 */
#include "run/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "base/date.h"
#include "base/text.h"
#include "scan/trust.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/path.h"
#include "sys/write.h"

/* Appends what the holder has written into the file, if it is there already. */
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

/* The line is for people: if the disk is full, the lock is taken without it. */
static void write_holder(int fd, pid_t pid, struct date_cache *dates)
{
	char buf[128];
	struct text note = TEXT_OVER(buf);

	text_fmt(&note, "Locked by pid==%d at ", (int)pid);
	date_asctime(&note, dates, sys_wall_ns());
	text_char(&note, '\n');
	if (sys_truncate(fd) == 0)
		(void)sys_write_all(fd, note.buf, note.len);
}

/* Makes the directory of the file if there is none. */
static int make_dir(const char *path)
{
	char dir[PATH_MAX];
	struct stat st;
	int err = sys_directory_of(path, dir);

	if (err == 0 && sys_stat(AT_FDCWD, dir, &st, 0) == -ENOENT)
		err = sys_mkdir(dir, 0755);
	return err == -EEXIST ? 0 : err;
}

/* Only we may open the file: everybody who can open it could hold the lock. */
static int open_lock_file(const char *path)
{
	int err = make_dir(path), fd;
	struct stat st;

	if (err < 0)
		return err;
	fd = trust_open(path, O_RDWR | O_CREAT | O_NOCTTY | O_NONBLOCK, 0600);
	if (fd < 0)
		return fd;
	err = sys_stat(fd, "", &st, AT_EMPTY_PATH);
	if (err == 0 && !S_ISREG(st.st_mode))
		err = -EINVAL;
	if (err == 0)
		return fd;
	sys_close(fd);
	return err;
}

/* A link to it does not count: somebody else may have made that. */
static bool is_null_device(const char *path)
{
	struct stat st;

	return sys_stat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISCHR(st.st_mode) &&
	       st.st_rdev == makedev(1, 3);
}

int lock_take(const char *path, pid_t pid, struct date_cache *dates, struct text *note)
{
	int fd, err;

	if (is_null_device(path))
		return sys_open(AT_FDCWD, path, O_RDONLY, 0);
	fd = open_lock_file(path);
	if (fd == -EROFS)
		text_str(note, "; --lockfile names another");
	if (fd < 0)
		return fd;
	err = sys_lock(fd);
	if (err == 0) {
		write_holder(fd, pid, dates);
		return fd;
	}
	if (err == -EAGAIN)
		read_holder(fd, note);
	sys_close(fd);
	return err;
}

void lock_release(int fd)
{
	if (fd < 0)
		return;
	(void)sys_truncate(fd);
	sys_close(fd);
}
