/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The interpreter of the parts that tests/tools/run_parts_diff.py makes. A part is a "#!" line that
 * names this program, and below it one command a line:
 *
 *	out N, err N	write N bytes in whole lines to stdout or stderr
 *	outp TEXT, errp TEXT	write TEXT without a newline
 *	drain		wait until what stderr was given has been read, where it is a pipe
 *	stdin N		read at most N bytes of stdin and record them
 *	daemon		leave a process behind that holds stdout and stderr; its pid goes to RECORD.pids
 *	mode OCTAL NAME, remove NAME	change the entry of this name beside the part
 *	make KIND NAME	put something in its place: script, plain, dir, fifo, dangling or loop
 *	exit N, kill N	end so
 *
 * Called as "recorder -u UID PROGRAM NAME [ARGUMENT]...", it runs a program as another user instead.
 *
 * Before anything else a part appends what it sees of itself to the file that RECORD names: arguments,
 * umask, working directory, session, descriptors, signals, environment.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

struct record {
	char text[65536];
	size_t len;
};

static void add(struct record *record, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	record->len += (size_t)vsnprintf(record->text + record->len,
					 sizeof record->text - record->len, format, args);
	va_end(args);
	if (record->len >= sizeof record->text)
		record->len = sizeof record->text - 1;
}

static void append(const char *suffix, const char *text, size_t len)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof path, "%s%s", getenv("RECORD") ? getenv("RECORD") : "", suffix);
	fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC);
	if (fd < 0 || write(fd, text, len) != (ssize_t)len)
		_exit(99);
	close(fd);
}

static void write_all(int fd, const char *text, size_t len)
{
	ssize_t n;

	while (len > 0) {
		n = write(fd, text, len);
		if (n < 0 && errno != EINTR)
			_exit(98);
		if (n > 0) {
			text += n;
			len -= (size_t)n;
		}
	}
}

static const char *kind(int fd)
{
	struct stat st;

	if (fstat(fd, &st) < 0)
		return "closed";
	return S_ISREG(st.st_mode)  ? "file" :
	       S_ISFIFO(st.st_mode) ? "pipe" :
	       S_ISCHR(st.st_mode)  ? "device" :
	       S_ISDIR(st.st_mode)  ? "directory" :
				      "other";
}

static void add_descriptors(struct record *record)
{
	int fd;

	add(record, " descriptors");
	for (fd = 0; fd < 64; fd++)
		if (fd < 3 || fcntl(fd, F_GETFD) >= 0)
			add(record, " %d=%s", fd, kind(fd));
	add(record, "\n");
}

static void add_signals(struct record *record)
{
	struct sigaction action;
	sigset_t blocked;
	int n;

	sigprocmask(SIG_BLOCK, NULL, &blocked);
	add(record, " signals");
	for (n = 1; n < 32; n++) {
		if (sigaction(n, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			add(record, " %d=ignored", n);
		if (sigismember(&blocked, n))
			add(record, " %d=blocked", n);
	}
	add(record, "\n");
}

static void record_self(char **argv)
{
	static struct record record;
	char cwd[4096];
	mode_t mask = umask(0);
	pid_t sid = getsid(0);
	int i;

	umask(mask);
	for (i = 1; argv[i]; i++)
		add(&record, "%s<%s>\n", i == 1 ? "part " : " arg ", argv[i]);
	add(&record, " umask %03o cwd %s\n", (unsigned)mask, getcwd(cwd, sizeof cwd) ? cwd : "?");
	add(&record, " session %s group %s\n",
	    sid == getpid()          ? "own" :
	    sid == getsid(getppid()) ? "parent's" :
				       "another",
	    getpgrp() == getpid()           ? "own" :
	    getpgrp() == getpgid(getppid()) ? "parent's" :
					      "another");
	add_descriptors(&record);
	add_signals(&record);
	for (i = 0; environ[i]; i++)
		add(&record, " env %s\n", environ[i]);
	append("", record.text, record.len);
}

static void write_lines(int fd, const char *word, long count)
{
	static char text[1 << 20];
	size_t len = 0;
	int line = 0;

	while (len < (size_t)count && len < sizeof text - 64)
		len += (size_t)sprintf(text + len, "%s %d\n", word, line++);
	if (len > (size_t)count)
		len = (size_t)count;
	if (len > 0)
		text[len - 1] = '\n';
	write_all(fd, text, len);
}

static void drain_stderr(void)
{
	const struct timespec moment = { .tv_nsec = 200000 };
	int left, tries;

	for (tries = 0; tries < 50000 && ioctl(2, FIONREAD, &left) == 0 && left > 0; tries++) {
		if (strcmp(kind(2), "pipe") != 0)
			return;
		nanosleep(&moment, NULL);
	}
}

static void read_stdin(size_t want)
{
	static char text[1 << 18];
	static struct record record;
	unsigned sum = 0;
	size_t len = 0, i;
	ssize_t n = 0;

	while (len < want && len < sizeof text && (n = read(0, text + len, want - len)) > 0)
		len += (size_t)n;
	for (i = 0; i < len; i++)
		sum = sum * 31 + (unsigned char)text[i];
	record.len = 0;
	add(&record, " stdin %zu bytes %08x%s\n", len, sum, n < 0 ? " failed" : "");
	append("", record.text, record.len);
}

static void leave_daemon(void)
{
	char line[32];
	int ready[2];
	pid_t pid;

	if (pipe(ready) < 0)
		_exit(97);
	pid = fork();
	if (pid == 0) {
		setsid();
		snprintf(line, sizeof line, "%d\n", (int)getpid());
		append(".pids", line, strlen(line));
		close(ready[0]);
		close(ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	while (read(ready[0], line, 1) < 0 && errno == EINTR)
		;
	close(ready[0]);
}

/* Removes the entry, whatever it is. */
static void remove_entry(const char *path)
{
	if (unlink(path) < 0)
		(void)rmdir(path);
}

static void write_part(const char *path, const char *interpreter, mode_t mode)
{
	char text[4200];
	int n = snprintf(text, sizeof text, "#!%s\nout 7\n", interpreter);
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return;
	write_all(fd, text, (size_t)n);
	fchmod(fd, mode);
	close(fd);
}

static void make_entry(const char *path, const char *name, const char *kind, const char *self)
{
	int err = 0;

	remove_entry(path);
	if (strcmp(kind, "dir") == 0)
		err = mkdir(path, 0755);
	else if (strcmp(kind, "fifo") == 0)
		err = mkfifo(path, 0755);
	else if (strcmp(kind, "dangling") == 0)
		err = symlink("nowhere", path);
	else if (strcmp(kind, "loop") == 0)
		err = symlink(name, path);
	else
		write_part(path, self, strcmp(kind, "script") == 0 ? 0755 : 0644);
	/* A user who may not do this is one of the cases. */
	(void)err;
}

/* Not through a link: it may lead to /dev/null, which is everybody's. */
static void change_mode(const char *path, mode_t mode)
{
	struct stat st;

	if (lstat(path, &st) == 0 && !S_ISLNK(st.st_mode))
		(void)chmod(path, mode);
}

/* Changes an entry of the directory of the part: "COMMAND WORD NAME", or "remove NAME". */
static void change_entry(char **argv, const char *command, char *rest)
{
	char path[8192];
	const char *slash = strrchr(argv[1], '/'), *name = rest;
	char *blank = strcmp(command, "remove") == 0 ? NULL : strchr(rest, ' ');

	if (blank) {
		*blank = '\0';
		name = blank + 1;
	}
	snprintf(path, sizeof path, "%.*s%s", (int)(slash - argv[1] + 1), argv[1], name);
	if (strcmp(command, "mode") == 0)
		change_mode(path, (mode_t)strtoul(rest, NULL, 8));
	else if (strcmp(command, "remove") == 0)
		remove_entry(path);
	else
		make_entry(path, name, rest, argv[0]);
}

static void obey(char **argv, char *line)
{
	const struct rlimit none = { 0, 0 };
	char *rest = strchr(line, ' ');
	long number;

	if (rest)
		*rest++ = '\0';
	else
		rest = "";
	number = strtol(rest, NULL, 10);
	if (strcmp(line, "out") == 0)
		write_lines(1, "out", number);
	else if (strcmp(line, "err") == 0)
		write_lines(2, "err", number);
	else if (strcmp(line, "outp") == 0)
		write_all(1, rest, strlen(rest));
	else if (strcmp(line, "errp") == 0)
		write_all(2, rest, strlen(rest));
	else if (strcmp(line, "drain") == 0)
		drain_stderr();
	else if (strcmp(line, "stdin") == 0)
		read_stdin((size_t)number);
	else if (strcmp(line, "daemon") == 0)
		leave_daemon();
	else if (strcmp(line, "mode") == 0 || strcmp(line, "remove") == 0 ||
		 strcmp(line, "make") == 0)
		change_entry(argv, line, rest);
	else if (strcmp(line, "exit") == 0)
		_exit((int)number);
	else if (strcmp(line, "kill") == 0) {
		setrlimit(RLIMIT_CORE, &none);
		signal((int)number, SIG_DFL);
		kill(getpid(), (int)number);
	}
}

static int run_as(char **argv)
{
	uid_t id = (uid_t)strtoul(argv[2], NULL, 10);

	if (setgroups(0, NULL) == 0 && setgid(id) == 0 && setuid(id) == 0)
		execv(argv[3], argv + 4);
	return 94;
}

static int run_part(char **argv)
{
	static char text[65536];
	ssize_t len;
	char *line, *next;
	int fd = open(argv[1], O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		write_all(2, "recorder: cannot read its part\n", 31);
		return 96;
	}
	len = read(fd, text, sizeof text - 1);
	close(fd);
	if (len < 0)
		return 95;
	record_self(argv);
	for (line = strchr(text, '\n'); line && line[1]; line = next) {
		line++;
		next = strchr(line, '\n');
		if (next)
			*next = '\0';
		obey(argv, line);
		if (next)
			*next = '\n';
	}
	return 0;
}

int main(int argc, char **argv)
{
	if (argc > 4 && strcmp(argv[1], "-u") == 0)
		return run_as(argv);
	return argc > 1 ? run_part(argv) : 93;
}
