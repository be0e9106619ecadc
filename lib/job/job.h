/* SPDX-License-Identifier: Apache-2.0 */
/*
 * job: one program that the loop runs, as data: what the caller asks for, the state that the loop
 * keeps, and the result. A job is the program together with every process that it started; which
 * of them a job waits for is said at enum job_state. The functions are in loop.h.
 */
#ifndef JOB_H
#define JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "job/children.h"
#include "job/spawn.h"

enum {
	JOB_STREAMS = 2,     /* pipes that a program may write to: its stdout and its stderr */
	JOB_CAPTURED_FD = 3, /* the program's descriptor for job.captured_fd */
};

/* Whether an option is built that passes on what daemons print. */
#define JOB_FORWARDER_BUILT_IN (ENABLE_CAPTURE || ENABLE_JOBS)

/* A pipe from one descriptor of the program to us. */
struct job_stream {
	int as;      /* the program's descriptor; 0 means that the stream is not used */
	int also;    /* another one of the program's that writes to the same pipe, or 0 */
	int fd;      /* our end of the pipe, which the loop opens and closes, or -1 */
	size_t left; /* the loop's own: bytes to be read after the end of the job */
};

/* The times from asking a job to end to SIGKILL, in nanoseconds; 0: it is killed at once. */
struct job_grace {
	int64_t at_deadline_ns;
	int64_t after_signal_ns;
};

/* The resources that a program used, with those of its children that it waited for. */
struct job_usage {
	int64_t user_ns;
	int64_t system_ns;
	int64_t peak_kib; /* the largest resident size of one of these processes */
};

/* How a job ended. */
struct job_result {
	pid_t pid;          /* of the program, or of the shim if that left no report */
	int wait_status;    /* of wait4(2) */
	int64_t elapsed_ns; /* from the start of the program to its end */
	struct job_usage usage;
	struct spawn_failure failure; /* the stage is SPAWN_STARTED if the program was started */
	bool forwarded;         /* a forwarder goes on copying what daemons of the program print */
	int forward_error;      /* errno of starting a forwarder, or 0 */
	int signal;             /* a signal to the shim, which counts as one to us; or 0 */
	bool timed_out;         /* the deadline passed before the job had ended */
	bool forced;            /* the job was made to end, by its deadline or by a signal to us */
	bool left_running;      /* it goes on in its own session */
	bool shim_killed;       /* the shim was killed, and the job ended for that reason */
	struct pid_list killed; /* other processes that ended after the job was made to end */
	struct pid_list stuck;  /* processes that SIGKILL did not end, and that were left */
	char stuck_states[PIDS_KEPT]; /* the states of these, as /proc shows them */
};

/*
 * The states of a job, each with the events that end it and the next state. job_advance() and
 * job_pass_signal() in job.c make these transitions. Only loop_start() and shim.c, which begin a
 * job, and the end of the loop's step, which makes a job DONE, set a state as well.
 *
 *	RUNNING	the program has ended: DRAINING; daemons that it left go on
 *		the deadline passed, or we got a signal: ASKED if there is a grace, else KILLING
 *		its shim has been killed: KILLING
 *	ASKED	the program has ended: ASKED_REST, or DRAINING if nothing of the job is left
 *		the grace is over: KILLING
 *	ASKED_REST
 *		nothing of the job is left: DRAINING
 *		the grace is over: KILLING
 *	KILLING	nothing of the job is left: DRAINING
 *		SIGKILL has ended nothing for 10 seconds: DRAINING, and what is left is named in
 *		the result
 *	DRAINING
 *		the output that was there has been read: DONE
 *
 * A job in a session of its own is DRAINING as soon as we get a signal, and goes on without us. A
 * job with a shim stays RUNNING until the shim ends, which goes through these states itself, but
 * for the deadline, of which we tell it.
 */
enum job_state {
	JOB_RUNNING,
	JOB_ASKED,      /* the program has been sent SIGTERM, or the signal that we got */
	JOB_ASKED_REST, /* the processes that the program left have been sent SIGTERM */
	JOB_KILLING,    /* every process of the job is sent SIGKILL, again and again */
	JOB_DRAINING,   /* nothing of the job is waited for any more; its output is still read */
	JOB_DONE,       /* the job is over, and the loop has let it go */
};

/* One program to run. The caller owns it and keeps it until it is JOB_DONE. */
struct job {
	/* The caller sets these; what it leaves out is zero. loop_start sets spec.fds and n_fds. */
	struct spawn_spec spec;
	int64_t deadline_ns; /* by sys_now_ns(); 0 is never */
	struct job_grace grace;
	/*
	 * Descriptors of ours, or 0 for none, or the -errno of opening them, with which loop_start
	 * fails. The program gets stdin_fd as its stdin, or else ours; it stays open here. It gets
	 * captured_fd as its JOB_CAPTURED_FD; loop_start closes it here.
	 */
	int stdin_fd;
	int captured_fd;
	bool forward_after_exit; /* forwarders go on copying what daemons of the program print */
	bool has_neighbours;     /* other jobs may be started while it runs */
	/*
	 * The caller holds output of the job back. It may change this while the job runs: no
	 * forwarder is started before it is false.
	 */
	bool is_held;
	struct job_stream streams[JOB_STREAMS];
	/*
	 * Takes the next n bytes from the stream `as`. Returns whether it wants more; if not, the
	 * stream is closed. A negative n is the -errno of reading, after which nothing comes.
	 */
	bool (*on_output)(struct job *job, int as, const char *bytes, ssize_t n);
	void *owner; /* the caller's; the loop does not look at it */

	/* The loop sets this; it is complete in JOB_DONE, and timed_out is set at the deadline. */
	struct job_result result;

	/* These are the loop's own. */
	enum job_state state;
	bool exited;          /* the program, or its shim, has been reaped */
	int64_t started_ns;   /* by sys_now_ns() */
	bool draining;        /* the streams know how much is left to read */
	int64_t kill_ns;      /* the end of the grace; in JOB_KILLING, when SIGKILL is sent again */
	int64_t pause_ns;     /* the time between the last two rounds of SIGKILL */
	int64_t stuck_ns;     /* when what is left is stuck, if no process ends until then */
	unsigned reaped;      /* loop->reaped at the last round of SIGKILL */
	struct pid_list left; /* what that round found */
	int shim_fd;          /* where the shim reports the result; -1: the job has no shim */
};

#endif
