/* SPDX-License-Identifier: Apache-2.0 */
/* Runaway trees that go on multiplying while they are killed. */
#include "runaway.h"

#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

/* Bounds for what multiplies. */
#define WIDE 50
#define DEEP 50

/* How many links a chain has when its tree counts as complete. */
#define LINKS 5

static void follow(void)
{
	for (int n = 0;; n++) {
		if (n == LINKS)
			ready();
		if (fork() > 0)
			_exit(0);
	}
}

/* Each link starts the next and ends, as fast as it can. */
static void make_chain(void)
{
	spawn(follow);
	idle();
}

static void make_exec(void)
{
	if (generation == LINKS)
		ready();
	again("exec", generation + 1);
}

/* A chain of which every link is a new program. */
static void make_relay(void)
{
	if (generation == LINKS)
		ready();
	if (fork() > 0) {
		if (generation == 0)
			idle();
		_exit(0);
	}
	again("relay", generation + 1);
}

static void make_deep(void)
{
	for (int depth = 0; depth < DEEP; depth++) {
		if (depth % 10 == 9)
			setsid();
		if (fork() > 0)
			idle();
	}
	settle();
}

static void replace_child(void)
{
	for (;;)
		waitpid(spawn(idle), NULL, 0);
}

/* Whose child is killed has another one. */
static void make_hydra(void)
{
	for (int i = 0; i < WIDE; i++)
		spawn(replace_child);
	settle();
}

/* All that there are double until there are enough. */
static void make_bomb(void)
{
	atomic_int *count = mmap(NULL, sizeof(*count), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int before = 0;

	while (count != MAP_FAILED && (before = atomic_fetch_add(count, 1)) < WIDE)
		fork();
	if (before == WIDE)
		ready();
	idle();
}

static void succeed(int sig)
{
	(void)sig;
	if (fork() == 0)
		setsid();
}

/* At every signal that asks it to end it has a successor. */
static void make_phoenix(void)
{
	signal(SIGTERM, succeed);
	signal(SIGHUP, succeed);
	signal(SIGINT, succeed);
	signal(SIGQUIT, succeed);
	spawn_orphan(idle);
	settle();
}

static void depart(int sig)
{
	(void)sig;
	_exit(0);
}

static void outlive(void)
{
	ignore_all();
	setsid();
	settle();
}

/* It ends when it is told to, and leaves an orphan that does not. */
static void make_polite(void)
{
	spawn(outlive);
	signal(SIGTERM, depart);
	idle();
}

static void tick(int sig)
{
	static int ticks;

	(void)sig;
	if (ticks++ < WIDE && fork() == 0)
		ticks = WIDE;
}

static void make_ticker(void)
{
	const struct itimerval often = { .it_interval.tv_usec = 500, .it_value.tv_usec = 500 };

	signal(SIGALRM, tick);
	setitimer(ITIMER_REAL, &often, NULL);
	settle();
}

static void mourn(int sig)
{
	succeed(sig);
	/* NOLINTNEXTLINE(bugprone-signal-handler): it is one system call */
	prctl(PR_SET_PDEATHSIG, SIGUSR1);
}

/* Whose parent dies has a child. */
static void make_heir(void)
{
	signal(SIGUSR1, mourn);
	for (int i = 0; i < 3; i++)
		if (fork() == 0)
			prctl(PR_SET_PDEATHSIG, SIGUSR1);
	settle();
}

static void make_vfork(void)
{
	if (vfork() == 0)
		settle();
	idle();
}

const struct kind multiplying_kinds[] = {
	{ "chain", make_chain },   { "exec", make_exec },       { "relay", make_relay },
	{ "deep", make_deep },     { "hydra", make_hydra },     { "bomb", make_bomb },
	{ "vfork", make_vfork },   { "phoenix", make_phoenix }, { "polite", make_polite },
	{ "ticker", make_ticker }, { "heir", make_heir },       { NULL, NULL },
};
