/* SPDX-License-Identifier: Apache-2.0 */
/* refreshbox --install: makes a link to this binary for every applet. It needs no /proc. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <string.h>

#include "applet.h"
#include "base/text.h"
#include "sys/fd.h"
#include "sys/mem.h"
#include "sys/path.h"
#include "sys/process.h"

static const struct log install_log = { .name = "refreshbox --install", .form = LOG_NAME };

/* Where the links are made, and to which file. */
struct install {
	const char *self;
	const char *dir;
	int dirfd;
	bool symbolic;
};

/* Returns the path that the kernel started us by, made absolute, or NULL. */
static const char *self_path(struct mem *mem)
{
	const char *path = sys_own_path();
	char cwd[PATH_MAX];

	if (!path || *path == '/')
		return path;
	return sys_getcwd(cwd, sizeof(cwd)) < 0 ? NULL : mem_concat(mem, cwd, "/", path);
}

static bool is_same_file(const char *self, int dirfd, const char *name)
{
	struct stat a, b;

	return sys_stat(AT_FDCWD, self, &a, 0) == 0 && sys_stat(dirfd, name, &b, 0) == 0 &&
	       a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

/* It is not an error if the link is there already. */
static int make_link(const struct install *install, const char *name)
{
	int err = install->symbolic ? sys_symlink(install->self, install->dirfd, name) :
				      sys_link(install->self, install->dirfd, name);

	return err == -EEXIST && is_same_file(install->self, install->dirfd, name) ? 0 : err;
}

static int install_all(const struct install *install, const struct applet *applets)
{
	int status = EXIT_OK;

	for (; applets->name; applets++) {
		int err = make_link(install, applets->name);

		if (err < 0) {
			log_line(&install_log, LOG_ERROR, "%s/%s: %s", install->dir, applets->name,
				 text_error(-err));
			status = EXIT_FAILED;
		}
	}
	return status;
}

int install_main(const struct applet *applets, char **argv)
{
	struct install install = { .symbolic = argv[1] && strcmp(argv[1], "-s") == 0 };
	struct mem mem = { 0 };
	int status = EXIT_FAILED;

	install.dir = argv[1 + install.symbolic];
	if (!install.dir || *install.dir == '-' || argv[2 + install.symbolic]) {
		log_line(&install_log, LOG_ERROR, "usage: refreshbox --install [-s] DIR");
		return EXIT_USAGE;
	}
	install.self = self_path(&mem);
	if (!install.self) {
		log_line(&install_log, LOG_ERROR, "cannot find this binary");
		return EXIT_FAILED;
	}
	install.dirfd = sys_open(AT_FDCWD, install.dir, O_RDONLY | O_DIRECTORY, 0);
	if (install.dirfd >= 0)
		status = install_all(&install, applets);
	else
		log_line(&install_log, LOG_ERROR, "%s: %s", install.dir,
			 text_error(-install.dirfd));
	sys_close(install.dirfd);
	mem_release(&mem);
	return status;
}
