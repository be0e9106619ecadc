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
static int make_link(const char *self, int dirfd, const char *name, bool symbolic)
{
	int err = symbolic ? sys_symlink(self, dirfd, name) : sys_link(self, dirfd, name);

	return err == -EEXIST && is_same_file(self, dirfd, name) ? 0 : err;
}

static int install_all(const char *self, const char *dir, int dirfd, bool symbolic)
{
	int status = EXIT_OK;

	for (int i = 0; i < applet_count; i++) {
		const char *name = applets[i].name;
		int err = make_link(self, dirfd, name, symbolic);

		if (err < 0) {
			log_line(&install_log, LOG_ERROR, "%s/%s: %s", dir, name, text_error(-err));
			status = EXIT_FAILED;
		}
	}
	return status;
}

int install_main(char **argv)
{
	bool symbolic = argv[1] && strcmp(argv[1], "-s") == 0;
	const char *dir = argv[1 + symbolic];
	struct mem mem = { 0 };
	const char *self;
	int dirfd, status;

	if (!dir || *dir == '-' || argv[2 + symbolic]) {
		log_line(&install_log, LOG_ERROR, "usage: refreshbox --install [-s] DIR");
		return EXIT_USAGE;
	}
	self = self_path(&mem);
	if (!self) {
		log_line(&install_log, LOG_ERROR, "cannot find this binary");
		return EXIT_FAILED;
	}
	dirfd = sys_open(AT_FDCWD, dir, O_RDONLY | O_DIRECTORY, 0);
	if (dirfd >= 0) {
		status = install_all(self, dir, dirfd, symbolic);
		sys_close(dirfd);
	} else {
		log_line(&install_log, LOG_ERROR, "%s: %s", dir, text_error(-dirfd));
		status = EXIT_FAILED;
	}
	mem_release(&mem);
	return status;
}
