/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop: the event loop. It runs jobs in slots, ends them at their deadline, reads what they write
 * to pipes, and reaps every process that becomes our child. It knows nothing of phases, logs or
 * formats.
 *
 * Whatever a job started becomes our child when its parent dies, for we are a subreaper; so a job
 * that has to end ends with all of its processes. Where others than those could become our children
 * as well, daemons that earlier jobs left or children that we had before, the job gets a shim: a
 * process of ours that is the subreaper of this one job.
 */
#ifndef LOOP_H
#define LOOP_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "job/job.h"

enum { LOOP_SLOTS = 1 };

struct loop {
	struct job *slots[LOOP_SLOTS];
	int running;
	sigset_t outer_mask; /* the signal mask that we were started with */
	sigset_t awaited;    /* SIGCHLD, and the signals that ask us to end */
	int signal;          /* the first of those that came, or 0 */
	bool signal_passed;  /* every job has been passed it */
	int signal_fd;       /* is ready when one of them is pending, or -1 */
	int out_fd;          /* what sys_write_all waits for, or -1 */
	int64_t tick_ns;     /* loop_step comes back so often while jobs run; 0: it need not */
	bool childless;      /* we had no child when we last looked */
};

/*
 * Takes over the signals: from here to loop_close they are blocked, and fetched while loop_step
 * waits; there is no handler. An inherited "ignore" of TERM, INT, HUP or QUIT stays one, for us and
 * for the programs; SIGCHLD, SIGPIPE and SIGXFSZ get their default action for both.
 *
 * It takes over the waiting of sys_write_all, too: while nobody reads what we write, jobs are ended
 * at their deadline and by a signal as in loop_step, but their streams are not read, and on_exit is
 * left to loop_step. Once a signal asks us to end, no reader is waited for.
 */
void loop_open(struct loop *loop);

/*
 * Unblocks what was not blocked before. The signal in loop->signal is consumed, but one that came
 * later ends us here. SIGPIPE and SIGXFSZ are ignored from then on. No job may be running.
 */
void loop_close(struct loop *loop);

/*
 * Starts a job in a free slot. Returns 0, or -errno when there is no process: on_exit is not called
 * then, and the result is as if it had exited with 126, with the stage of the failure. Returns
 * -ECANCELED when a signal has asked us to end.
 */
int loop_start(struct loop *loop, struct job *job);

/*
 * Waits until something happens to the running jobs, and deals with it: on_exit is called from
 * here. Returns 0, or the number of the signal that asks us to end; every job has been passed it,
 * and is ended as at its deadline, but one in a session of its own, which goes on without us.
 */
int loop_step(struct loop *loop);

/* Waits for a signal that asks us to end: its number, or 0 after the time or for another event. */
int loop_sleep(struct loop *loop, int64_t ns);

#endif
