/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refreshbox --install: makes links to this binary, for all applets or some. It needs no /proc. A
 * symbolic link is relative, so that it holds in an image as well, wherever the image is mounted.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "applet.h"
#include "base/text.h"
#include "sys/fd.h"
#include "sys/path.h"
#include "sys/process.h"

static const struct log install_log = { .name = "refreshbox --install", .form = LOG_NAME };

/* A link that takes the place of another file has this name at first. */
#define NEW_NAME ".refreshbox.new"

/* Where the links are made, which is then our working directory, and to which file. */
struct install {
	const char *dir;       /* as it was named */
	bool symbolic;         /* not hard links */
	bool force;            /* replace other links and files */
	char target[PATH_MAX]; /* the way from there to this binary */
};

/* Stores the path without links of the working directory, with a "/" after it. */
static int working_directory(char *buf)
{
	int err = sys_getcwd(buf, PATH_MAX);

	if (err == 0)
		memcpy(buf + strlen(buf), "/", 2);
	return err;
}

/* Appends the way from one directory to the other: "../lib/" from "/usr/bin/" to "/usr/lib/". */
static void add_way(struct text *text, const char *from, const char *to)
{
	size_t shared = 0;

	for (size_t i = 0; from[i] && from[i] == to[i]; i++)
		if (from[i] == '/')
			shared = i + 1;
	for (from += shared; *from; from++)
		if (*from == '/')
			text_str(text, "../");
	text_str(text, to + shared);
}

/*
 * Enters the directory, and finds the way from there to this binary. A relative path of either is
 * one from the working directory that we were started in.
 */
static int prepare(struct install *install)
{
	const char *path = sys_own_path(), *slash = strrchr(path, '/');
	char own_dir[PATH_MAX + 1] = "", dir[PATH_MAX + 1] = "";
	struct text target = TEXT_OVER(install->target);
	int fd = sys_open(AT_FDCWD, install->dir, O_RDONLY | O_DIRECTORY, 0), err = fd;

	if (fd >= 0)
		err = sys_directory_of(path, own_dir);
	if (err == 0)
		err = sys_chdir(own_dir);
	if (err == 0)
		err = working_directory(own_dir);
	if (err == 0)
		err = sys_fchdir(fd);
	if (err == 0)
		err = working_directory(dir);
	sys_close(fd);
	if (err < 0)
		return err;
	add_way(&target, dir, own_dir);
	text_str(&target, slash ? slash + 1 : path);
	return 0;
}

static int make_link(const struct install *install, const char *name)
{
	return (install->symbolic ? sys_symlink : sys_link)(install->target, AT_FDCWD, name);
}

/* It succeeds if the link is there already. It never replaces this binary or a directory. */
static int install_applet(const struct install *install, const char *name)
{
	int err = make_link(install, name);

	if (err != -EEXIST)
		return err;
	if (sys_is_same_file(install->target, name, install->force ? AT_SYMLINK_NOFOLLOW : 0))
		return 0;
	if (!install->force)
		return err;
	err = make_link(install, NEW_NAME);
	if (err == 0)
		err = sys_rename(NEW_NAME, name);
	(void)sys_unlink(NEW_NAME);
	return err;
}

static int install_named(const struct install *install, const char *name)
{
	int err = install_applet(install, name);

	if (err == 0)
		return EXIT_OK;
	log_line(&install_log, LOG_ERROR, "%s/%s: %s", install->dir, name, text_error(-err));
	return EXIT_FAILED;
}

/* Takes an option of --install. Returns false if it is none. */
static bool take_install_option(struct install *install, const char *arg)
{
	bool symbolic = strcmp(arg, "-s") == 0, force = strcmp(arg, "-f") == 0;

	install->symbolic |= symbolic;
	install->force |= force;
	return symbolic || force;
}

int install_main(const struct applet *applets, char **argv)
{
	struct install install = { .dir = NULL };
	int status = EXIT_OK, err;

	while (*++argv && take_install_option(&install, *argv))
		;
	install.dir = *argv++;
	if (!install.dir || *install.dir == '-') {
		log_line(&install_log, LOG_ERROR,
			 "usage: refreshbox --install [-s] [-f] DIR [APPLET]...");
		return EXIT_USAGE;
	}
	for (char **name = argv; *name; name++)
		if (!applet_find(applets, &install_log, *name))
			return EXIT_NO_APPLET;
	err = prepare(&install);
	if (err < 0) {
		log_line(&install_log, LOG_ERROR, "%s: %s", install.dir, text_error(-err));
		return EXIT_FAILED;
	}
	for (; !*argv && applets->name; applets++)
		status |= install_named(&install, applets->name);
	for (; *argv; argv++)
		status |= install_named(&install, *argv);
	return status;
}
