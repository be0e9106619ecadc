/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop: the event loop. It starts jobs in slots, reads what they write to pipes, ends them at their
 * deadline or after a signal, reaps every process that becomes our child, and writes what is queued
 * in the outputs. From loop_open on it does all the waiting. It knows nothing of phases, logs or
 * formats.
 *
 * A process that a job started becomes our child when its parent dies, for we are a subreaper. So a
 * job that is made to end can be ended with all of its processes: they are our children. That is
 * not enough if other processes are our children as well, such as daemons that earlier jobs left.
 * Then the job gets a shim: a process of ours between us and the
 * program, which is the subreaper of this one job. See shim.c.
 */
#ifndef LOOP_H
#define LOOP_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "job/job.h"
#include "sys/clock.h"
#include "sys/output.h"
#include "sys/signals.h"

/* The most jobs that can run at a time, and the outputs. */
enum { LOOP_SLOTS = ENABLE_JOBS ? 256 : 1, LOOP_OUTPUTS = 3 };

/* How long to wait before we look again, where nothing will wake us. */
#define LOOP_LOOK_AGAIN_NS (10 * NS_PER_MS)

struct loop {
	struct job *slots[LOOP_SLOTS]; /* the jobs that run, or NULL */
	int running;                   /* how many of the slots are in use */
	pid_t pid;                     /* ours, the parent of the programs */
	pid_t parent;                  /* our parent, whose death asks us to end */
	struct spawn_room *room;       /* for the start of a program; NULL: no memory for it */
	sigset_t awaited;              /* SIGCHLD, SIGTERM, and the signals that ask us to end */
	bool term_is_ignored;          /* SIGTERM only tells us of the death of our parent */
	int signal;                    /* the first signal that asked us to end, or 0 */
	bool signal_passed;            /* that signal has been passed on to the jobs */
	bool deadline_passed;          /* in a shim: we have been told so */
	int signal_fd; /* readable while one of these is pending; -1: not open yet */
	int input_fd;  /* the descriptor of loop_wait_for_input; or -1 */
	struct output *outputs[LOOP_OUTPUTS]; /* written in this order; NULL after the last */
	int64_t tick_ns; /* the caller's: loop_step returns at least this often; 0: no need */
	bool childless;  /* we had no child when loop_reap last looked */
	unsigned reaped; /* how many children loop_reap has reaped */
	unsigned steps;  /* how many steps were made: also loop_write and loop_drain make some */
	size_t n_slots;  /* the caller's: how many of the slots may be used */
};

/* Returns how many slots may be used. Where only one is built in, the compiler knows that. */
static inline size_t loop_slots(const struct loop *loop)
{
	return LOOP_SLOTS > 1 ? loop->n_slots : 1;
}

/*
 * Fills in the signals that a process with children awaits: SIGCHLD, and those of HUP, INT, QUIT
 * and TERM that are not ignored. These ask us to end.
 */
void loop_awaited_signals(sigset_t *ret_awaited);

/* Returns whether this is one of the four signals that ask us to end. */
bool loop_is_ending_signal(int sig);

/*
 * Opens the loop, with one slot. It is for the rest of this process, which becomes a subreaper.
 * worker_run must have blocked the signals. No signal has a handler: the loop takes those that are
 * pending while it waits. The death of our parent, the process with the pid `parent`, counts as a
 * SIGTERM, also if SIGTERM is ignored. A signal that is ignored stays so for the programs; SIGPIPE
 * and SIGXFSZ get their default action.
 */
void loop_open(struct loop *loop, pid_t parent);

/*
 * Gives the loop an output to write. While its reader stalls, jobs are ended at their deadline and
 * after a signal as ever, but their streams are not read before there is room for what on_output
 * may append. After a signal has asked us to end, no reader is waited for.
 */
void loop_add_output(struct loop *loop, struct output *out);

/*
 * Writes what is queued, and waits until each output has room again. Whoever appends much outside
 * of the functions of a job calls this after each piece.
 */
void loop_write(struct loop *loop);

/* The same, but waits until nothing is queued, or a signal asks us to end. */
void loop_drain(struct loop *loop);

/*
 * Starts a job in a free slot; there must be one. The job must stay where it is until it is DONE.
 * Returns 0, or -errno if no process could be made: then the job is DONE, and the result is that of
 * a program that exited with 126, with the stage of the failure. If a signal has asked us to end,
 * it returns -ECANCELED and leaves the job as it is, captured_fd included.
 */
int loop_start(struct loop *loop, struct job *job);

/*
 * Writes what is queued, waits for one event (a signal, output, a deadline, room or a tick) and
 * deals with it. Returns 0, or the signal that asks us to end, which has been passed on to the
 * jobs: each is made to end as at its deadline, except that one in a session of its own goes on
 * without us. The caller then looks which jobs are DONE or have timed out, and calls this until
 * none runs.
 */
int loop_step(struct loop *loop);

/* Returns whether the job is over, and all that was in its streams then has been read. */
bool loop_has_read_all(const struct job *job);

/* Returns what should end long work between jobs: the signals that ask us to end, or a deadline. */
struct sys_stop loop_stop(const struct loop *loop, int64_t deadline_ns);

/*
 * Takes the signals that are pending, and does to the jobs what they ask for. Returns the one that
 * asks us to end, or 0.
 */
int loop_take_signals(struct loop *loop);

/*
 * Waits until there is something to read from the descriptor, or it is at its end, while no job is
 * running. Returns 0; -ETIME after the deadline, by sys_now_ns(), unless that is 0; or -ECANCELED
 * if a signal asks us to end.
 */
int loop_wait_for_input(struct loop *loop, int fd, int64_t deadline_ns);

/*
 * Waits until a signal comes, at most `ns` nanoseconds, while no job is running. Returns the signal
 * that asks us to end, or 0 if there is none: the time may not be over then, for SIGCHLD ends it.
 */
int loop_sleep(struct loop *loop, int64_t ns);

#endif
