/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/trust.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "base/text.h"
#include "sys/fd.h"
#include "sys/path.h"
#include "sys/process.h"

/* The kernel follows no more links than this in one path. */
#define LINKS_MAX 40

/* The user id that files have whose owner the user namespace does not know. */
#define OVERFLOW_UID 65534

const char trust_unmapped[] = "is owned by nobody, or by a user outside of this user namespace";

/* A path that is being resolved. */
struct walk {
	char at[PATH_MAX]; /* the place that has been reached: absolute, without links; "" is "/" */
	size_t len;
	char room[PATH_MAX];
	char *rest;     /* the way from there to the end, which is that of `room` */
	unsigned links; /* how many have been followed */
	mode_t mode;    /* of the place that was examined last, if it is not a link */
	bool shared;    /* the place is a directory in which everybody may make files */
	bool doubted;   /* there was a doubt of something on the way */
	bool stops;     /* no link is followed then ... */
	bool stopped;   /* ... and there was one */
	void (*doubt)(void *self, const char *path, const char *reason);
	void *self;
};

static const char *place(const struct walk *walk)
{
	return walk->len > 0 ? walk->at : "/";
}

static void doubt_place(struct walk *walk, const char *reason)
{
	walk->doubted = true;
	walk->doubt(walk->self, place(walk), reason);
}

static void doubt_mode(struct walk *walk)
{
	char buf[48];
	struct text reason = TEXT_OVER(buf);
	int mode = (int)walk->mode;

	text_fmt(&reason, "is writable by other users (mode %d%d%d%d)", mode >> 9 & 7,
		 mode >> 6 & 7, mode >> 3 & 7, mode & 7);
	doubt_place(walk, buf);
}

static void doubt_owner(struct walk *walk, uid_t uid)
{
	char buf[32];
	struct text reason = TEXT_OVER(buf);

	text_fmt(&reason, "is owned by uid %lld", (long long)uid);
	doubt_place(walk, uid == OVERFLOW_UID ? trust_unmapped : buf);
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

/* Puts a path and a "/" before the rest. Returns whether there is room. */
static bool prepend(struct walk *walk, const char *path, size_t n)
{
	if (n >= (size_t)(walk->rest - walk->room))
		return false;
	*--walk->rest = '/';
	walk->rest -= n;
	memcpy(walk->rest, path, n);
	return true;
}

/* Goes on with the target of the link at the place. Returns whether that is possible. */
static bool follow_link(struct walk *walk)
{
	char target[PATH_MAX];
	int n = sys_readlink(walk->at, target, sizeof(target));

	if (n < 0 || ++walk->links > LINKS_MAX || !prepend(walk, target, (size_t)n))
		return false;
	walk->len = *target == '/' ? 0 : (size_t)(strrchr(walk->at, '/') - walk->at);
	walk->at[walk->len] = '\0';
	walk->shared = walk->shared && walk->len > 0;
	return true;
}

/* Examines the place, and goes on if it is a link. Returns whether that was possible. */
static bool check_place(struct walk *walk)
{
	bool in_shared = walk->shared;
	struct stat st;

	if (sys_stat(AT_FDCWD, place(walk), &st, AT_SYMLINK_NOFOLLOW) < 0)
		return false;
	if (!is_trusted_user(st.st_uid))
		doubt_owner(walk, st.st_uid);
	/* The sticky bit does not keep others from making a hard link to a file of root's. */
	if (in_shared && !S_ISDIR(st.st_mode) && st.st_nlink > 1)
		doubt_place(walk, "may be a hard link that another user has made");
	walk->stopped = walk->stops && walk->doubted && S_ISLNK(st.st_mode);
	if (S_ISLNK(st.st_mode))
		return !walk->stopped && follow_link(walk);
	walk->mode = st.st_mode;
	walk->shared = can_others_write(place(walk), &st);
	if (walk->shared && !(S_ISDIR(st.st_mode) && (st.st_mode & S_ISVTX))) {
		doubt_mode(walk);
		walk->shared = false;
	}
	return true;
}

/* Moves the place by the first name of the rest. Returns false if it would be too long. */
static bool enter(struct walk *walk)
{
	const char *name = walk->rest;
	size_t n = (size_t)(strchrnul(name, '/') - name);

	walk->rest += n;
	if (n == 2 && name[0] == '.' && name[1] == '.') {
		while (walk->len > 0 && walk->at[--walk->len] != '/')
			;
	} else if (n > 1 || (n == 1 && *name != '.')) {
		if (walk->len + n + 2 > sizeof(walk->at))
			return false;
		walk->at[walk->len++] = '/';
		memcpy(walk->at + walk->len, name, n);
		walk->len += n;
	}
	walk->at[walk->len] = '\0';
	return true;
}

/* Resolves the path. Returns false if that is not possible. */
static bool walk_path(struct walk *walk, const char *path)
{
	char cwd[PATH_MAX];

	walk->rest = walk->room + sizeof(walk->room) - 1;
	if (!prepend(walk, path, strlen(path)))
		return false;
	if (*path != '/' && (sys_getcwd(cwd, sizeof(cwd)) < 0 || !prepend(walk, cwd, strlen(cwd))))
		return false;
	/* The first round is for "/", before the first name of the rest. */
	while (check_place(walk)) {
		while (*walk->rest == '/')
			walk->rest++;
		if (!*walk->rest)
			return true;
		if (!enter(walk))
			return false;
	}
	return false;
}

void trust_check(const char *path, void (*doubt)(void *self, const char *path, const char *reason),
		 void *self)
{
	struct walk walk = { .doubt = doubt, .self = self };

	if (!walk_path(&walk, path))
		doubt(self, path, "cannot be examined");
	else if (walk.shared)
		doubt_mode(&walk);
}

/* The caller only asks whether there was a doubt, which the walk notes. */
static void ignore_doubt(void *self, const char *path, const char *reason)
{
	(void)self, (void)path, (void)reason;
}

/* Opens the file where others may have made it, by a path that has no links if it is resolved. */
static int open_in_doubt(const char *path, int flags, mode_t mode)
{
	int fd = sys_open_without_links(path, flags, mode);
	struct stat st;
	int err;

	if (fd < 0)
		return fd;
	err = sys_fstat(fd, &st);
	if (err == 0 && !is_trusted_user(st.st_uid))
		err = -EACCES;
	else if (err == 0 && st.st_nlink > 1)
		err = -EMLINK;
	if (err == 0)
		return fd;
	sys_close(fd);
	return err;
}

int trust_open(const char *path, int flags, mode_t mode)
{
	struct walk walk = { .doubt = ignore_doubt, .stops = true };
	const char *name = strrchr(path, '/');
	char dir[PATH_MAX];
	struct stat st;
	int err = sys_directory_of(path, dir);

	if (err < 0)
		return err;
	if (!walk_path(&walk, dir)) {
		if (walk.stopped)
			return -ELOOP;
		err = sys_stat(AT_FDCWD, dir, &st, 0);
		return err == -ENOENT ? err : open_in_doubt(path, flags, mode);
	}
	if (!walk.shared && !walk.doubted)
		return sys_open(AT_FDCWD, path, flags, mode);
	name = name ? name + 1 : path;
	if (walk.len + strlen(name) + 2 > sizeof(walk.at))
		return -ENAMETOOLONG;
	walk.at[walk.len] = '/';
	memcpy(walk.at + walk.len + 1, name, strlen(name) + 1);
	return open_in_doubt(walk.at, flags, mode);
}
