/* path: what stands in the file system, and what we change there. Each returns 0 or -errno. */
#ifndef SYS_PATH_H
#define SYS_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

/* fstatat(2): flags are AT_SYMLINK_NOFOLLOW or 0; or AT_EMPTY_PATH, with "", for dirfd itself. */
int sys_stat(int dirfd, const char *path, struct stat *ret_stat, int flags);

/* faccessat(2), which asks for the real user. */
int sys_access(int dirfd, const char *path, int mode);

/* Is there a directory, or a link to one, of this path? */
bool sys_is_directory(const char *path);

/* Is the file system of this open directory mounted noexec? No answer counts as no. */
bool sys_is_noexec(int dirfd);

/* One directory entry as the kernel lays it out for getdents64(2). */
struct sys_dirent {
	uint64_t inode;
	int64_t offset;
	uint16_t size;
	uint8_t type;
	char name[];
};

/* getdents64(2): bytes of sys_dirents filled into buf, 0 at the end, or -errno. */
ssize_t sys_getdents(int dirfd, void *buf, size_t size);

/* getcwd(2): the absolute path of the working directory, NUL-terminated, in buf. */
int sys_getcwd(char *buf, size_t size);

/* chdir(2). */
int sys_chdir(const char *path);

/* mkdir(2). */
int sys_mkdir(const char *path, mode_t mode);

/* Makes a link to `target` of this name in the directory: a symbolic one, or a hard one. */
int sys_symlink(const char *target, int dirfd, const char *name);
int sys_link(const char *target, int dirfd, const char *name);

/* umask(2). */
void sys_umask(mode_t mask);

#endif
