/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "sys/fd.h"
#include "sys/path.h"
#include "sys/process.h"

/* The kernel follows no more links than this in one path. */
#define LINKS_MAX 40

/* The user id that files have whose owner the user namespace does not know. */
#define OVERFLOW_UID 65534

#define WRITABLE_BY_OTHERS "others can write to it"

const char trust_unmapped[] = "it belongs to nobody, or to a user outside of this user namespace";

/* A path that is being resolved. */
struct walk {
	char at[PATH_MAX]; /* the place that has been reached: absolute, without links; "" is "/" */
	size_t len;
	char rest[PATH_MAX]; /* the way from there to the end */
	unsigned links;      /* how many have been followed */
	bool shared;         /* the place is a directory in which everybody may make files */
	void (*doubt)(void *self, const char *path, const char *reason);
	void *self;
};

static void doubt_place(const struct walk *walk, const char *reason)
{
	walk->doubt(walk->self, walk->len ? walk->at : "/", reason);
}

static bool is_trusted_user(uid_t uid)
{
	return uid == 0 || uid == sys_uid();
}

/* With an ACL, the bits of the group are the most that any of its users and groups may do. */
static bool can_others_write(const char *path, const struct stat *st)
{
	if (!(st->st_mode & S_IWGRP))
		return st->st_mode & S_IWOTH;
	return (st->st_mode & S_IWOTH) || !is_trusted_user(st->st_gid) || sys_has_acl(path);
}

bool trust_is_plain(const struct stat *st)
{
	return is_trusted_user(st->st_uid) && !(st->st_mode & (S_IWGRP | S_IWOTH));
}

/* Examines the place itself. Returns whether it could be; *ret_mode is its mode. */
static bool check_place(struct walk *walk, mode_t *ret_mode)
{
	const char *path = walk->len ? walk->at : "/";
	bool in_shared = walk->shared;
	struct stat st;

	if (sys_stat(AT_FDCWD, path, &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	*ret_mode = st.st_mode;
	if (!is_trusted_user(st.st_uid))
		doubt_place(walk, st.st_uid == OVERFLOW_UID ? trust_unmapped :
							      "it belongs to another user");
	/* The sticky bit does not keep others from making a hard link to a file of root's. */
	if (in_shared && !S_ISDIR(st.st_mode) && st.st_nlink > 1)
		doubt_place(walk, "others could have linked it there");
	if (S_ISLNK(st.st_mode))
		return true;
	walk->shared = can_others_write(path, &st);
	if (walk->shared && !(S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX))) {
		doubt_place(walk, WRITABLE_BY_OTHERS);
		walk->shared = false;
	}
	return true;
}

/* Goes on with the target of the link at the place. Returns whether that is possible. */
static bool follow_link(struct walk *walk)
{
	char target[PATH_MAX];
	size_t left = strlen(walk->rest);
	int n = sys_readlink(walk->at, target, sizeof(target));

	if (n < 0 || ++walk->links > LINKS_MAX || (size_t)n + left + 2 > sizeof(walk->rest))
		return false;
	memmove(walk->rest + n + 1, walk->rest, left + 1);
	memcpy(walk->rest, target, (size_t)n);
	walk->rest[n] = '/';
	walk->len = (size_t)(strrchr(walk->at, '/') - walk->at);
	if (*target == '/') {
		walk->len = 0;
		walk->shared = false;
	}
	walk->at[walk->len] = '\0';
	return true;
}

/* Moves the place by the first name of the rest. Returns false if it would be too long. */
static bool enter(struct walk *walk)
{
	const char *name = walk->rest + strspn(walk->rest, "/");
	size_t n = strcspn(name, "/");

	if (n == 2 && memcmp(name, "..", 2) == 0) {
		while (walk->len > 0 && walk->at[--walk->len] != '/')
			;
	} else if (n != 1 || *name != '.') {
		if (walk->len + n + 2 > sizeof(walk->at))
			return false;
		walk->at[walk->len++] = '/';
		memcpy(walk->at + walk->len, name, n);
		walk->len += n;
	}
	walk->at[walk->len] = '\0';
	memmove(walk->rest, name + n, strlen(name + n) + 1);
	return true;
}

/* Fills in the rest: the path, after the working directory if the path begins there. */
static bool begin_walk(struct walk *walk, const char *path)
{
	size_t n = 0;

	if (*path != '/') {
		if (sys_getcwd(walk->rest, sizeof(walk->rest)) < 0)
			return false;
		n = strlen(walk->rest);
		walk->rest[n++] = '/';
	}
	if (n + strlen(path) >= sizeof(walk->rest))
		return false;
	memcpy(walk->rest + n, path, strlen(path) + 1);
	return true;
}

void trust_check(const char *path, void (*doubt)(void *self, const char *path, const char *reason),
		 void *self)
{
	struct walk walk = { .doubt = doubt, .self = self };
	mode_t mode = 0;
	bool good = begin_walk(&walk, path) && check_place(&walk, &mode);

	while (good && walk.rest[strspn(walk.rest, "/")])
		good = enter(&walk) && check_place(&walk, &mode) &&
		       (!S_ISLNK(mode) || follow_link(&walk));
	if (!good)
		doubt(self, path, "it cannot be looked at");
	else if (walk.shared)
		doubt_place(&walk, WRITABLE_BY_OTHERS);
}

/* Returns whether other users can put files into the directory that the path is in. */
static bool is_in_shared_dir(const char *path)
{
	char dir[PATH_MAX];
	struct stat st;

	return sys_directory_of(path, dir) == 0 && sys_stat(AT_FDCWD, dir, &st, 0) == 0 &&
	       (!is_trusted_user(st.st_uid) || can_others_write(dir, &st));
}

int trust_open(const char *path, int flags, mode_t mode)
{
	bool shared = is_in_shared_dir(path);
	int fd = sys_open(AT_FDCWD, path, flags | (shared ? O_NOFOLLOW : 0), mode);
	struct stat st;
	int err;

	if (fd < 0 || !shared)
		return fd;
	err = sys_stat(fd, "", &st, AT_EMPTY_PATH);
	if (err == 0 && !is_trusted_user(st.st_uid))
		err = -EACCES;
	else if (err == 0 && st.st_nlink > 1)
		err = -EMLINK;
	if (err == 0)
		return fd;
	sys_close(fd);
	return err;
}
