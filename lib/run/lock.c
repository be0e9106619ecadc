/* SPDX-License-Identifier: Apache-2.0 */
#include "run/lock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/date.h"
#include "base/text.h"
#include "scan/trust.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/path.h"
#include "sys/write.h"

/* The lock file of a run before /var was there. Nearly everywhere, /var/run is a link to /run. */
#define EARLY_LOCKFILE "/run/os-refresh-config.lock"

/* Appends what the holder has written into the file, if it is there already. */
static void read_holder(int fd, struct text *holder)
{
	char buf[128];
	ssize_t n = sys_read(fd, buf, sizeof(buf) - 1);

	if (n <= 0)
		return;
	buf[n] = '\0';
	buf[text_until(buf, "\n")] = '\0';
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

/* Only we may open the file: everybody who can open it could hold the lock. */
static int open_or_make(const char *path)
{
	return trust_open(path, O_RDWR | O_CREAT | O_NOCTTY | O_NONBLOCK, 0600);
}

/*
 * The directory of the file is made if it is missing. By then, trust_open has found that no link of
 * others is on the way there.
 */
static int open_lock_file(const char *path)
{
	int fd = open_or_make(path), err;
	char dir[PATH_MAX];
	struct stat st;

	if (fd == -ENOENT) {
		err = sys_directory_of(path, dir);
		if (err == 0)
			err = sys_mkdir(dir, 0755);
		fd = err == 0 ? open_or_make(path) : err == -EEXIST ? fd : err;
	}
	if (fd < 0)
		return fd;
	err = sys_fstat(fd, &st);
	if (err == 0 && !S_ISREG(st.st_mode))
		err = -EINVAL;
	if (err == 0)
		return fd;
	sys_close(fd);
	return err;
}

const char *lock_default(void)
{
	const char *path = CONFIG_DEFAULT_LOCKFILE;

	if (strcmp(path, "/var" EARLY_LOCKFILE) != 0)
		return path;
	if (sys_is_directory("/var/run") && (sys_access(AT_FDCWD, EARLY_LOCKFILE, F_OK) < 0 ||
					     sys_is_same_file(EARLY_LOCKFILE, path, 0)))
		return path;
	return EARLY_LOCKFILE;
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
	if (fd == -EROFS || fd == -ENOENT)
		text_str(note, "; --lockfile names another, --no-lock takes none");
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
