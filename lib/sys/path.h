/* SPDX-License-Identifier: Apache-2.0 */
/*
 * path: what is in the file system, and what we change there. Unless they say otherwise, the
 * functions return 0 or -errno.
 */
#ifndef SYS_PATH_H
#define SYS_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* Calls fstatat(2), where the flags are 0 or AT_SYMLINK_NOFOLLOW, or fstat(2). */
int sys_stat(int dirfd, const char *path, struct stat *ret_stat, int flags);
int sys_fstat(int fd, struct stat *ret_stat);

/* Asks whether the real user has access in this mode, as faccessat(2) without flags. */
int sys_access(int dirfd, const char *path, int mode);

/* Returns whether the path is that of a directory, or of a link to one. */
bool sys_is_directory(const char *path);

/* Returns whether these are one file; the flags are those of sys_stat for the second path. */
bool sys_is_same_file(const char *path, const char *other, int flags);

/* Returns whether the file system of this file is mounted noexec; false if that is not known. */
bool sys_is_noexec(const char *path);

/*
 * Returns whether the file has an ACL (acl(5)) that gives rights to users or groups of their own;
 * also if that is not known.
 */
bool sys_has_acl(const char *path);

/* Stores the target of a symbolic link, without a NUL, in buf. Returns its bytes or -errno. */
int sys_readlink(const char *path, char *buf, size_t size);

/*
 * Stores the directory that the last name of the path is in, "./" or what is before that name, in
 * buf, which has PATH_MAX bytes. Returns 0 or -ENAMETOOLONG.
 */
int sys_directory_of(const char *path, char *buf);

/* One directory entry as the kernel lays it out for getdents64(2). */
struct sys_dirent {
	uint64_t inode;
	int64_t offset;
	uint16_t size;
	uint8_t type;
	char name[];
};

/*
 * Fills buf with entries of the directory, by getdents64(2). Returns how many bytes they have, 0 at
 * the end of the directory, or -errno.
 */
ssize_t sys_getdents(int dirfd, void *buf, size_t size);

/* Stores the absolute path of the working directory, with a NUL after it, in buf. */
int sys_getcwd(char *buf, size_t size);

/* Each changes the working directory. */
int sys_chdir(const char *path);
int sys_fchdir(int dirfd);

/* Makes the path the root directory of this process, and its working directory. */
int sys_chroot(const char *path);

/* Makes a directory. */
int sys_mkdir(const char *path, mode_t mode);

/* Each makes a link to `target` with this name in the directory: a symbolic or a hard one. */
int sys_symlink(const char *target, int dirfd, const char *name);
int sys_link(const char *target, int dirfd, const char *name);

/* Removes a name. */
int sys_unlink(const char *path);

/* Gives a file another name, in the place of what had that name. */
int sys_rename(const char *from, const char *to);

/* Stores the path without links of what is there in buf, which has PATH_MAX bytes. */
int sys_real_path(const char *path, char *buf);

/* Gives an open file the owner, group and mode of another; what may not be set stays as it is. */
void sys_own_as(int fd, const struct stat *other);

/* Sets the umask of this process. */
void sys_umask(mode_t mask);

#endif
