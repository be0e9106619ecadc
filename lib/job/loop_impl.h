/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop_impl is private to the files of the loop: loop.c has the loop itself, loop_outputs.c what is
 * written, job.c the states of a job, job_streams.c its pipes, reap.c the ends of processes, shim.c
 * the process between us and a program, and forwarder.c the process that copies what daemons print
 * after their script has ended.
 */
#ifndef LOOP_IMPL_H
#define LOOP_IMPL_H

#include "job/loop.h"

struct pollfd;

/* Bytes that are read from a stream at a time. */
#define READ_SIZE 16384

/* The signal by which a shim learns that the deadline of its job has passed. */
#define LOOP_DEADLINE_SIGNAL SIGALRM

/* The wait status in the result if no process could be made: that of an exit with 126. */
#define WAIT_STATUS_NO_PROCESS (126 << 8)

/* The descriptors for spec.fds of a job, which are needed until the program has been started. */
struct job_fds {
	struct spawn_fd v[2 + JOB_STREAMS]; /* stdin, captured_fd, and stdout and stderr */
	size_t n;
};

/*
 * Makes the pipes of the job, and fills in *fds. Returns 0, or -errno after it has set the result's
 * failure. The caller calls job_close_program_ends in both cases, and job_close_streams after an
 * error.
 */
int job_open_streams(struct job *job, struct job_fds *fds);

/* Closes our copies of what the program got: its ends of the pipes, and captured_fd. */
void job_close_program_ends(const struct spawn_spec *spec);

/* Closes our ends of the pipes. */
void job_close_streams(struct job *job);

/*
 * Reads once from the stream, at most `limit` and READ_SIZE bytes, and hands them to on_output. At
 * the end of the stream, after an error, and if on_output wants no more, the stream is closed.
 * Returns the number of bytes, 0 at the end, or -errno, which is -EAGAIN if nothing is there.
 */
ssize_t job_read_stream(struct job *job, struct job_stream *stream, size_t limit);

/*
 * Reads once from each stream of a job that is over. It hands over the bytes that are in the pipes
 * when it is first called, and no more: a daemon may hold them open and write for ever, so that the
 * end of a stream may never come. Returns whether there is more of them.
 */
bool job_drain_streams(struct job *job);

/* Returns whether what daemons print has to be forwarded after the job. */
bool job_needs_forwarder(const struct job *job);

/* Returns whether the job has a shim that runs, and that ends the job when we tell it to. */
static inline bool job_has_shim(const struct job *job)
{
	return job->shim_fd >= 0;
}

/* Returns whether the job is being made to end. */
static inline bool job_must_end(const struct job *job)
{
	return job->state == JOB_ASKED || job->state == JOB_ASKED_REST || job->state == JOB_KILLING;
}

/*
 * Moves a job on to the state that follows from what has happened by now: see enum job_state. A job
 * that has ended by itself is never made to end, and no job is killed before its grace is over. A
 * job with a shim is made to end by the shim alone, which is told of the deadline.
 */
void job_advance(struct loop *loop, struct job *job);

/*
 * Passes loop->signal on to a job: the job is made to end, and the program is sent the signal, also
 * if it was made to end before. With a shim, the shim is sent the signal and does the same. A job
 * in a session of its own is left running.
 */
void job_pass_signal(struct loop *loop, struct job *job);

/*
 * Reaps every child that has ended, notes in its job that it has, and sets loop->childless.
 */
void loop_reap(struct loop *loop);

/*
 * Makes the death of our parent, which must still be `parent`, one of the signals that ask us to
 * end. If it has died already, such a signal counts as taken.
 */
void loop_watch_parent(struct loop *loop, pid_t parent);

/*
 * Waits for one event and moves the jobs on, but none to JOB_DONE. The shim uses it too.
 */
void loop_run_once(struct loop *loop);

/* Returns whether there is room in each output for what on_output of a job may append. */
bool loop_has_room(const struct loop *loop);

/* Returns whether something is queued that is waited for. */
bool loop_is_pending(const struct loop *loop);

/* Writes what can be written without waiting. */
void loop_write_outputs(const struct loop *loop);

/*
 * Fills in the LOOP_OUTPUTS places of an array for poll(2) with the outputs in which something is
 * queued, and returns whether there are any.
 */
bool loop_watch_outputs(const struct loop *loop, struct pollfd *pfd);

/*
 * Starts a forwarder for each stream that is still open, and notes in the result whether there is
 * one: see forwarder.c. Returns 0, or the first -errno; then a stream may be left without one.
 */
int forwarder_start(struct loop *loop, struct job *job);

/*
 * Forks a shim that runs the job, and opens job->shim_fd, from which loop_reap takes its report.
 * Returns the shim's pid or -errno.
 */
pid_t shim_start(struct loop *loop, struct job *job);

#endif
