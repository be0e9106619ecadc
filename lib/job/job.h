/* SPDX-License-Identifier: Apache-2.0 */
/*
 * job: a program that the loop runs, from its start to its end with all that it started.
 */
#ifndef JOB_H
#define JOB_H

#include <stdbool.h>
#include <stdint.h>

#include "job/spawn.h"

enum { JOB_STREAMS = 2, JOB_CAPTURED_FD = 3, JOB_KILLED_MAX = 16 };

/* What a program writes to one of its descriptors. */
struct job_stream {
	int as; /* the program's descriptor; 0: the stream is not used */
	int fd; /* the loop's own: our end of the pipe, or -1 */
};

/* What a program used, and those of its processes that it has waited for. */
struct job_usage {
	int64_t user_ns;
	int64_t system_ns;
	int64_t peak_kib; /* the memory of the largest of them */
};

/* How a job ended. */
struct job_result {
	pid_t pid;
	int wait_status;
	int64_t elapsed_ns;
	struct job_usage usage;
	struct spawn_failure failure;
	bool forwarded;    /* a forwarder goes on to copy what its daemons print */
	int forward_error; /* errno of starting that, or 0 */
	int signal;        /* a signal that its shim was sent, which counts as one to us; or 0 */
	bool timed_out;    /* its deadline passed */
	bool forced;       /* it was made to end, by its deadline or by a signal to us */
	bool left_running; /* it leads its own session, or may not be killed (setuid(0)) */
	unsigned n_killed; /* how many of its other processes ended once it was made to end */
	pid_t killed[JOB_KILLED_MAX]; /* the first of them */
};

/*
 * The state of a job, and how it is left. job_advance() and job_pass_signal() in job.c have the
 * transitions; nothing else changes a state but the start of a job and its end.
 *
 *	state	left when
 *	RUNNING	the program has ended: DRAINING
 *		its deadline passed, or we got a signal: ASKED with a grace, else KILLING
 *		we got a signal, and it leads a session of its own, which goes on: DRAINING
 *	ASKED	the program has ended: ASKED_REST, or DRAINING where nothing of it is left
 *		the grace is over: KILLING
 *	ASKED_REST
 *		nothing of it is left: DRAINING
 *		the grace is over: KILLING
 *	KILLING	nothing of it is left, or only processes that we may not kill: DRAINING
 *	DRAINING
 *		what it printed has been read: DONE
 */
enum job_state {
	JOB_RUNNING,
	JOB_ASKED,      /* the program has been sent a signal */
	JOB_ASKED_REST, /* what the program left has been sent SIGTERM */
	JOB_KILLING,    /* all of it is sent SIGKILL, again and again */
	JOB_DRAINING,   /* it has ended; what it printed is still to be read */
	JOB_DONE,       /* on_exit has been called */
};

/* One program to run. The caller owns it and keeps it until on_exit. */
struct job {
	/* set by the caller; the descriptors of the spec are the loop's */
	struct spawn_spec spec;
	int64_t deadline_ns; /* of sys_now_ns(); 0 is never */
	int64_t grace_ns;    /* how long before SIGKILL it is sent SIGTERM, or the signal to us */
	int stdin_fd;        /* our descriptor that it reads as its 0; 0: the same; or -errno */
	int captured_fd;     /* ours, handed over as its JOB_CAPTURED_FD; 0: none; or -errno */
	bool forward_after_exit; /* what daemons of it print is copied on when it has ended */
	struct job_stream streams[JOB_STREAMS];
	/*
	 * Takes n bytes that came on the stream `as`, in order; false: it wants no more of it. A
	 * negative n is the -errno of reading the stream, which ends with it.
	 */
	bool (*on_output)(struct job *job, int as, const char *bytes, ssize_t n);
	/* Called once: it has ended, with all of its processes where it was made to end. */
	void (*on_exit)(struct job *job);
	void *owner;

	/* set by the loop, to be read from on_exit on */
	struct job_result result;

	/* the loop's own */
	enum job_state state;
	bool exited; /* the program, or its shim, has been reaped */
	int64_t started_ns;
	int64_t kill_ns;    /* the end of the grace; in JOB_KILLING the next try */
	int64_t give_up_ns; /* when to leave what we may not kill; 0: all that was found could be */
	int shim_fd;        /* where its shim reports the result; -1: it has no shim */
};

#endif
