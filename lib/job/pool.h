/*
 * pool: the event loop, and the only place that touches signals, waits or polls. It runs jobs
 * side by side in slots, ends them at their deadline, reads what they write to pipes, and reaps
 * every process that becomes our child. It knows nothing of phases, logs or formats.
 *
 * Whatever a job started comes to us when its parent dies, for we are a subreaper; so a job that
 * has to end ends with all of its processes. Where others than those could come to us as well,
 * daemons that earlier jobs left or children we had before, the job gets a keeper: a process of
 * ours that is the subreaper for this one job.
 */
#ifndef POOL_H
#define POOL_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "job/proc.h"

enum { POOL_SLOTS = 1, JOB_STREAMS = 2, JOB_TAIL_FD = 3, JOB_KILLED_MAX = 16 };

/* What a program writes to one of its descriptors. */
struct job_stream {
	int as; /* which; 0: none */
	int fd; /* the pool's own: where we read it, or -1 */
};

/* What a program used, and those of its processes that it has waited for. */
struct job_usage {
	int64_t user_ns;
	int64_t system_ns;
	int64_t peak_kib; /* of the largest of them in memory */
};

/* How a job came to its end. */
struct job_end {
	pid_t pid;
	int wait_status;
	int64_t elapsed_ns;
	struct job_usage usage;
	struct proc_failure failure;
	bool copied;       /* what its daemons print is copied on by a process of its own */
	int copy_error;    /* errno of going on to copy what its daemons print, or 0 */
	int signal;        /* to its keeper, which stands for one to us */
	bool timed_out;    /* its deadline had passed: it was killed */
	bool forced;       /* for that, or for a signal to us, it was to end */
	bool left_running; /* in its own session, or not ours to kill, as after its setuid(0) */
	unsigned n_killed; /* its other processes that ended once it was to end */
	pid_t killed[JOB_KILLED_MAX]; /* the first of them */
};

/* One program to run. The caller owns it and keeps it until `done`. */
struct job {
	/* set by the caller; mask and descriptors of the spec are the pool's */
	struct proc_spec spec;
	int64_t deadline_ns; /* of sys_now_ns(); 0 is never */
	int64_t grace_ns;    /* how long before SIGKILL comes SIGTERM, or the signal to us */
	int in_fd;           /* our descriptor that it reads as its 0; 0: the same; or -errno */
	int tail_fd;         /* ours that it gets as JOB_TAIL_FD, then closed; 0: none; or -errno */
	bool lasting;        /* what daemons of it print is copied on when it has ended */
	struct job_stream streams[JOB_STREAMS];
	/*
	 * Takes what came on the stream `as`, in order; false: wants no more of it. A negative n is
	 * the -errno of reading the stream, which ends with it.
	 */
	bool (*take)(struct job *job, int as, const char *bytes, ssize_t n);
	/* Called once: it has ended, with all of its processes where it was killed. */
	void (*done)(struct job *job);
	void *owner;

	/* set by the pool, to be read from `done` on */
	struct job_end end;

	/* the pool's own */
	int64_t started_ns;
	int64_t kill_ns; /* when to kill its processes (again); 0: it need not end */
	int report_fd;   /* where its keeper tells of the end; -1: it has none */
	int64_t idle_ns; /* when to let go what we may not kill; 0: there was none such */
	bool exited;     /* the program, or its keeper */
	bool over;       /* and with it all that has to */
	bool passed;     /* the signal to us has been sent to it */
	bool told;       /* what it left behind has been sent SIGTERM */
	bool killing;    /* kill_ns has come */
};

struct pool {
	struct job *slots[POOL_SLOTS];
	int running;
	sigset_t outer_mask; /* the signal mask we were started with */
	sigset_t awaited;    /* SIGCHLD, and the signals that ask us to end */
	int signal;          /* which of those came first, or 0 */
	int signal_fd;       /* tells of them while we wait for descriptors too, or -1 */
	int out_fd;          /* what sys_write_all waits for, or -1 */
	int64_t tick_ns;     /* pool_turn comes back so often while jobs run; 0: it need not */
	bool childless;      /* we had no child when we last looked */
};

/*
 * Takes over the signals: from here to pool_close they are blocked, and fetched while pool_turn
 * waits; there is no handler. An inherited "ignore" of TERM, INT, HUP or QUIT stays one, for us and
 * for the programs; SIGCHLD, SIGPIPE and SIGXFSZ get their default action for both.
 *
 * It takes over what sys_write_all waits for, too: while nobody reads what we write, jobs are ended
 * at their deadline and by a signal as in pool_turn, but their streams are not read, and `done` is
 * left to pool_turn. Once a signal asks us to end, nobody is waited for.
 */
void pool_open(struct pool *pool);

/*
 * Unblocks what was not blocked before; the signal that pool->signal tells of is taken, but one
 * that came later ends us here. SIGPIPE and SIGXFSZ are ignored then. No job may be running.
 */
void pool_close(struct pool *pool);

/*
 * Starts a job in a free slot. Returns 0, or -errno when there is no process (`done` is not called
 * then; job->end.failure tells the stage); -ECANCELED: a signal has asked us to end.
 */
int pool_start(struct pool *pool, struct job *job);

/*
 * Waits until something happens to the running jobs, and deals with it: `done` is called from here.
 * Returns 0, or the number of the signal that asks us to end; every job has been passed it, and is
 * ended as at its deadline, but one in a session of its own, which goes on without us.
 */
int pool_turn(struct pool *pool);

/* Waits for a signal that asks us to end: its number, or 0 after the time or for other news. */
int pool_sleep(struct pool *pool, int64_t ns);

#endif
