/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runaway trees of odder means: clone, subreapers, terminals, threads, tracing, namespaces. What this
 * machine or user may not do is left undone.
 */
#include "runaway.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define THREADS 8
#define REAPERS 5

static void make_subreaper(void)
{
	ignore_all();
	prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	for (int i = 0; i < REAPERS; i++)
		spawn_orphan(idle);
	settle();
}

static void make_reapers(void)
{
	for (int i = 0; i < REAPERS; i++) {
		prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
		spawn_orphan(idle);
		if (fork() > 0)
			idle();
	}
	settle();
}

static void own_terminal(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	setsid();
	if (master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0)
		open(ptsname(master), O_RDWR);
	spawn(idle);
	settle();
}

static void make_terminal(void)
{
	spawn(own_terminal);
	idle();
}

static void *thread_idle(void *arg)
{
	(void)arg;
	idle();
}

static void start_threads(void)
{
	pthread_t thread;

	for (int i = 0; i < THREADS; i++)
		pthread_create(&thread, NULL, thread_idle, NULL);
}

static void make_threads(void)
{
	spawn(idle);
	start_threads();
	settle();
}

/* Its first thread ends: the process looks like a zombie and is none. */
static void make_headless(void)
{
	start_threads();
	ready();
	syscall(SYS_exit, 0);
}

static void headless_orphan(void)
{
	spawn_orphan(make_headless);
	idle();
}

static void *thread_forks(void *arg)
{
	(void)arg;
	setsid();
	spawn_orphan(idle);
	spawn(settle);
	idle();
}

static void make_thread_forks(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, thread_forks, NULL);
	idle();
}

static void be_traced(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	idle();
}

static void make_traced(void)
{
	waitpid(spawn(be_traced), NULL, WUNTRACED);
	settle();
}

/* Its tracer has to be asked before it may end, and does not answer. */
static void make_held(void)
{
	pid_t pid = spawn(idle);

	ptrace(PTRACE_SEIZE, pid, NULL, (void *)(long)PTRACE_O_TRACEEXIT);
	settle();
}

static pid_t clone_with(unsigned long flags)
{
	return (pid_t)syscall(SYS_clone, flags, 0, 0, 0, 0);
}

/* A child of whose end no signal tells. */
static void make_silent(void)
{
	if (clone_with(0) == 0)
		settle();
	idle();
}

/* The children of the script become its siblings, and those children of its parent. */
static void make_sibling(void)
{
	for (int i = 0; i < 3; i++)
		if (clone_with(CLONE_PARENT | SIGCHLD) > 0)
			idle();
	settle();
}

static void make_user_namespace(void)
{
	if (fork() == 0) {
		unshare(CLONE_NEWUSER);
		spawn_orphan(idle);
		settle();
	}
	idle();
}

/* Another one's process 1 gets no signal that it does not wait for. */
static void make_pid_namespace(void)
{
	if (unshare(CLONE_NEWPID) < 0)
		unshare(CLONE_NEWUSER | CLONE_NEWPID);
	if (fork() == 0) {
		ignore_all();
		setsid();
		spawn_orphan(idle);
		settle();
	}
	idle();
}

static void make_undumpable(void)
{
	prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
	spawn_orphan(settle);
	idle();
}

static void other_user(void)
{
	if (setgid(65533) < 0 || setuid(65533) < 0)
		setsid();
	settle();
}

static void make_other_user(void)
{
	spawn_orphan(other_user);
	idle();
}

static void other_root(void)
{
	if (mkdir("root", 0777) < 0 && errno != EEXIST)
		return;
	if (chroot("root") < 0 || chdir("/") < 0)
		setsid();
	settle();
}

static void make_other_root(void)
{
	spawn_orphan(other_root);
	idle();
}

const struct kind odd_kinds[] = {
	{ "subreaper", make_subreaper },
	{ "reapers", make_reapers },
	{ "terminal", make_terminal },
	{ "threads", make_threads },
	{ "headless", make_headless },
	{ "headless-orphan", headless_orphan },
	{ "thread-forks", make_thread_forks },
	{ "traced", make_traced },
	{ "held", make_held },
	{ "silent", make_silent },
	{ "sibling", make_sibling },
	{ "user-namespace", make_user_namespace },
	{ "pid-namespace", make_pid_namespace },
	{ "undumpable", make_undumpable },
	{ "other-user", make_other_user },
	{ "other-root", make_other_root },
	{ NULL, NULL },
};
