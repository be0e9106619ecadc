/*
 * pool_own, private to pool: what its files share. pool_streams.c has the pipes of jobs,
 * pool_keeper.c the processes that keep one, pool_reap.c the ends of processes,
 * pool_copier.c what daemons print after that.
 */
#ifndef POOL_OWN_H
#define POOL_OWN_H

#include <stddef.h>

#include "job/pool.h"

#define READ_SIZE 16384

/* The descriptors a program starts with, as long as it takes to start it. */
struct pool_start {
	struct proc_fd fds[2 + JOB_STREAMS];
	size_t n;
};

/* Makes the pipes of the job. Returns 0 or -errno; then close what there is all the same. */
int pool_open_streams(struct job *job, struct pool_start *start);

/* Once the program has its ends of the pipes. */
void pool_close_ends(const struct proc_spec *spec);

void pool_close_streams(struct job *job);

/* Hands over what can be read, up to a limit: what never stops writing must not keep us. */
ssize_t pool_read_stream(struct job *job, struct job_stream *stream, size_t limit);

/* A daemon may hold the pipes: what was written by now is all that counts. */
void pool_drain_streams(struct job *job);

/* Those that writing brings: nobody reads it any more (SIGPIPE), it may not grow (SIGXFSZ). */
void pool_set_write_signals(void (*handler)(int));

static inline bool pool_is_kept(const struct job *job)
{
	return job->report_fd >= 0;
}

/*
 * Takes note of every child that has ended. Strangers come to us as a subreaper or as process 1:
 * they are reaped as well.
 */
void pool_reap(struct pool *pool);

/*
 * Starts a copier for each of the streams that is open still, a process of ours that goes on
 * copying it until nobody holds its other end. Returns 0 or -errno.
 */
int pool_copy_on(struct pool *pool, struct job *job);

/* Starts a keeper that runs the job. Returns its pid or -errno. */
pid_t pool_keep(struct pool *pool, struct job *job);

/* Learns from a keeper that has ended; one that was killed leaves no word, and its end stands. */
void pool_take_report(struct pool *pool, struct job *job);

/* Waits for news, and does what time, signals and the end of processes ask for. */
void pool_look_after(struct pool *pool);

#endif
