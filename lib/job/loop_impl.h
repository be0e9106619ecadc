/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop_impl, private to the loop: what its files share. loop.c has the loop, job.c the states of
 * jobs, job_streams.c their pipes, reap.c the ends of processes, shim.c the process between us and
 * a program, and forwarder.c the one that copies what daemons print when their script has ended.
 */
#ifndef LOOP_IMPL_H
#define LOOP_IMPL_H

#include "job/loop.h"

#define READ_SIZE 16384

/* The wait status of a job that there was no process for: it exited with 126. */
#define WAIT_STATUS_NO_PROCESS (126 << 8)

/* The descriptors that a program starts with. They live until it has been started. */
struct job_fds {
	struct spawn_fd v[2 + JOB_STREAMS];
	size_t n;
};

/* Makes the pipes of the job. Returns 0 or -errno; what was made must be closed in either case. */
int job_open_streams(struct job *job, struct job_fds *fds);

/* Closes our copies of the program's ends of the pipes, once it has them. */
void job_close_program_ends(const struct spawn_spec *spec);

void job_close_streams(struct job *job);

/*
 * Hands over what can be read from a stream, up to a limit, so that a program that never stops
 * writing cannot hold us. Returns the bytes read, 0 at the end, or -errno.
 */
ssize_t job_read_stream(struct job *job, struct job_stream *stream, size_t limit);

/* Hands over what has been written by now; a daemon may hold the pipes, so there may be no end. */
void job_drain_streams(struct job *job);

/* A job with a shim: that one ends it, and has the only look at its clock and children. */
static inline bool job_has_shim(const struct job *job)
{
	return job->shim_fd >= 0;
}

/* Is the job being made to end? */
static inline bool job_must_end(const struct job *job)
{
	return job->state == JOB_ASKED || job->state == JOB_ASKED_REST || job->state == JOB_KILLING;
}

/*
 * Moves a job on after an event. A job that has ended is never made to end; it is not killed while
 * it may still end by itself within its grace; and a job with a shim is made to end by that alone.
 */
void job_advance(struct loop *loop, struct job *job);

/*
 * Passes a signal to us on to a job, even to one that is being made to end already. A shim does
 * with it what we do. A session of its own goes on without us.
 */
void job_pass_signal(struct loop *loop, struct job *job);

/*
 * Reaps every child that has ended, and notes what that means for its job. Strangers may become our
 * children, because we are a subreaper or process 1: they are reaped as well.
 */
void loop_reap(struct loop *loop);

/* Waits for one event, and moves the jobs on. on_exit is not called. */
void loop_run_once(struct loop *loop);

/*
 * Starts a forwarder for each stream that is still open: a process of ours that goes on copying it
 * until nobody holds its other end. Returns 0 or -errno.
 */
int forwarder_start(struct loop *loop, struct job *job);

/* Starts a shim that runs the job. Returns the shim's pid or -errno. */
pid_t shim_start(struct loop *loop, struct job *job);

#endif
