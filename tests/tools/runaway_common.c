/* SPDX-License-Identifier: Apache-2.0 */
/* Runaway trees of everyday means: sessions, signals, files, names. And one script that is tame. */
#include "runaway.h"

#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* A script that does its work and ends; where there is a file "hang-" and its name it does not. */
static void make_brief(void)
{
	const struct timespec work = { .tv_nsec = 4000000 };
	const char *name = strrchr(script_path, '/') + 1;
	char hang[PATH_MAX];

	snprintf(hang, sizeof(hang), "hang-%s", name);
	if (access(hang, F_OK) == 0)
		settle();
	nanosleep(&work, NULL);
	printf("%s\n", name);
	fflush(stdout);
	_exit(0);
}

static void make_plain(void)
{
	for (int i = 0; i < 3; i++)
		spawn(idle);
	settle();
}

static void make_orphan(void)
{
	spawn_orphan(settle);
	idle();
}

static void orphan_again(void)
{
	spawn_orphan(make_orphan);
	idle();
}

static void make_orphans(void)
{
	spawn_orphan(orphan_again);
	idle();
}

static void own_session(void)
{
	setsid();
	settle();
}

static void make_session(void)
{
	spawn(own_session);
	idle();
}

static void own_group(void)
{
	setpgid(0, 0);
	settle();
}

static void make_group(void)
{
	spawn(own_group);
	idle();
}

static void become_daemon(void)
{
	if (daemon(0, 0) == 0)
		settle();
}

static void make_daemon(void)
{
	spawn(become_daemon);
	idle();
}

static void make_nohup(void)
{
	execl("/bin/sh", "sh", "-c", "nohup sleep 1000 >/dev/null 2>&1 & printf r >>ready; wait",
	      (char *)NULL);
}

static void make_ignore(void)
{
	ignore_all();
	spawn(idle);
	spawn_orphan(settle);
	idle();
}

static void make_block(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	spawn_orphan(settle);
	idle();
}

static void stop_itself(void)
{
	for (;;)
		raise(SIGSTOP);
}

static void make_stopped(void)
{
	ready();
	spawn_orphan(stop_itself);
	stop_itself();
}

static void stop_parent(void)
{
	const struct timespec moment = { .tv_nsec = 1000000 };
	pid_t parent = getppid();

	ready();
	while (getppid() == parent) {
		kill(parent, SIGSTOP);
		nanosleep(&moment, NULL);
	}
	idle();
}

static void make_stopper(void)
{
	spawn(stop_parent);
	idle();
}

static void close_all(void)
{
	ready();
	for (int fd = 0; fd < 256; fd++)
		close(fd);
	idle();
}

static void make_closed(void)
{
	spawn_orphan(close_all);
	idle();
}

static void go_nowhere(void)
{
	char dir[32], cwd[PATH_MAX];

	snprintf(dir, sizeof(dir), "gone-%d", (int)getpid());
	if (mkdir(dir, 0777) == 0 && chdir(dir) == 0 && rmdir(getcwd(cwd, sizeof(cwd))) == 0)
		settle();
}

static void make_nowhere(void)
{
	spawn(go_nowhere);
	idle();
}

static void hide_name(void)
{
	for (char **text = environ; *text; text++)
		memset(*text, 0, strlen(*text));
	prctl(PR_SET_NAME, "kworker/0:0", 0, 0, 0);
	settle();
}

static void make_renamed(void)
{
	spawn_orphan(hide_name);
	idle();
}

static void spin(void)
{
	ready();
	for (;;)
		;
}

static void make_busy(void)
{
	spawn_orphan(spin);
	idle();
}

/* It runs only when nobody else wants to. */
static void make_lazy(void)
{
	const struct sched_param none = { 0 };

	setpriority(PRIO_PROCESS, 0, 19);
	sched_setscheduler(0, SCHED_IDLE, &none);
	spin();
}

static void make_fifo(void)
{
	char path[32];

	snprintf(path, sizeof(path), "fifo-%d", (int)getpid());
	mkfifo(path, 0666);
	ready();
	open(path, O_RDONLY);
}

static void make_full_pipe(void)
{
	char text[4096] = { 0 };
	int fds[2];

	ready();
	if (pipe(fds) == 0)
		while (write(fds[1], text, sizeof(text)) > 0)
			;
}

static void make_locked(void)
{
	ready();
	flock(open(script_path, O_RDONLY), LOCK_EX);
}

const struct kind brief_kind = { "brief", make_brief };

const struct kind common_kinds[] = {
	{ "plain", make_plain },     { "orphan", make_orphan },
	{ "orphans", make_orphans }, { "session", make_session },
	{ "group", make_group },     { "daemon", make_daemon },
	{ "nohup", make_nohup },     { "ignore", make_ignore },
	{ "block", make_block },     { "stopped", make_stopped },
	{ "stopper", make_stopper }, { "closed", make_closed },
	{ "nowhere", make_nowhere }, { "renamed", make_renamed },
	{ "busy", make_busy },       { "lazy", make_lazy },
	{ "fifo", make_fifo },       { "pipe", make_full_pipe },
	{ "locked", make_locked },   { NULL, NULL },
};
