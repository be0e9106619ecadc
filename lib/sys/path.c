/* SPDX-License-Identifier: Apache-2.0 */
#include "sys/path.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "sys/sys_impl.h"

int sys_stat(int dirfd, const char *path, struct stat *ret_stat, int flags)
{
	return (int)value_or_errno(fstatat(dirfd, path, ret_stat, flags));
}

int sys_fstat(int fd, struct stat *ret_stat)
{
	return sys_stat(fd, "", ret_stat, AT_EMPTY_PATH);
}

/* musl's faccessat(3) has code to start a child process for a flag that we never pass. */
int sys_access(int dirfd, const char *path, int mode)
{
	return (int)value_or_errno(syscall(SYS_faccessat, dirfd, path, mode));
}

bool sys_is_directory(const char *path)
{
	struct stat st;

	return sys_stat(AT_FDCWD, path, &st, 0) == 0 && S_ISDIR(st.st_mode);
}

bool sys_is_same_file(const char *path, const char *other, int flags)
{
	struct stat a, b;

	return sys_stat(AT_FDCWD, path, &a, 0) == 0 && sys_stat(AT_FDCWD, other, &b, flags) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool sys_is_noexec(const char *path)
{
	struct statfs fs;

	return statfs(path, &fs) == 0 && (fs.f_flags & ST_NOEXEC);
}

bool sys_has_acl(const char *path)
{
	return getxattr(path, "system.posix_acl_access", NULL, 0) >= 0 ||
	       (errno != ENODATA && errno != EOPNOTSUPP);
}

int sys_readlink(const char *path, char *buf, size_t size)
{
	return (int)value_or_errno(syscall(SYS_readlinkat, AT_FDCWD, path, buf, size));
}

int sys_directory_of(const char *path, char *buf)
{
	const char *slash = strrchr(path, '/'), *dir = slash ? path : "./";
	size_t n = slash ? (size_t)(slash - path) + 1 : 2;

	if (n >= PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(buf, dir, n);
	buf[n] = '\0';
	return 0;
}

/* readdir(3) would need malloc(3), and cannot distinguish the end from an error as plainly. */
ssize_t sys_getdents(int dirfd, void *buf, size_t size)
{
	return value_or_errno(syscall(SYS_getdents64, dirfd, buf, size));
}

/* getcwd(3) would need malloc(3). A directory that cannot be reached from "/" has "(" first. */
int sys_getcwd(char *buf, size_t size)
{
	long n = value_or_errno(syscall(SYS_getcwd, buf, size));

	if (n < 0)
		return (int)n;
	return *buf == '/' ? 0 : -ENOENT;
}

int sys_chdir(const char *path)
{
	return (int)value_or_errno(chdir(path));
}

int sys_chroot(const char *path)
{
	return chroot(path) < 0 ? -errno : sys_chdir("/");
}

/* musl's fchdir(3) has code for descriptors of O_PATH, which we never have. */
int sys_fchdir(int dirfd)
{
	return (int)value_or_errno(syscall(SYS_fchdir, dirfd));
}

int sys_mkdir(const char *path, mode_t mode)
{
	return (int)value_or_errno(mkdir(path, mode));
}

int sys_symlink(const char *target, int dirfd, const char *name)
{
	return (int)value_or_errno(symlinkat(target, dirfd, name));
}

int sys_link(const char *target, int dirfd, const char *name)
{
	return (int)value_or_errno(linkat(AT_FDCWD, target, dirfd, name, AT_SYMLINK_FOLLOW));
}

int sys_unlink(const char *path)
{
	return (int)value_or_errno(unlink(path));
}

int sys_rename(const char *from, const char *to)
{
	return (int)value_or_errno(rename(from, to));
}

int sys_real_path(const char *path, char *buf)
{
	return realpath(path, buf) ? 0 : -errno;
}

void sys_own_as(int fd, const struct stat *other)
{
	(void)!fchown(fd, other->st_uid, other->st_gid);
	(void)!fchmod(fd, other->st_mode & 07777);
}

void sys_umask(mode_t mask)
{
	(void)umask(mask);
}
