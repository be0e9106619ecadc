/*
 * proc: start one program, say how it ended, find the processes it left. Signals and waiting belong
 * to pool; nothing here blocks but vfork(2), until the program runs.
 */
#ifndef PROC_H
#define PROC_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/* What a start that failed was doing. */
enum proc_stage {
	PROC_STARTED,     /* it did not fail */
	PROC_FORK,        /* no process to be had */
	PROC_DESCRIPTORS, /* its descriptors could not be arranged */
	PROC_EXEC,        /* the kernel refused the program */
	PROC_SHELL,       /* the program needs a shell and there is none */
};

struct proc_failure {
	enum proc_stage stage;
	int error; /* errno */
};

/* The program's descriptor `as` is our `from`. */
struct proc_fd {
	int from;
	int as;
};

struct proc_spec {
	const char *path;
	/*
	 * NULL-terminated, but one place in front of the first argument is left for a shell: the
	 * program sees argv + 1.
	 */
	char **argv;
	char *const *envp;
	const struct proc_fd *fds; /* which of ours it gets under another number */
	size_t n_fds;
	bool shell;       /* a text without "#!" is run by the first shell there is */
	bool new_session; /* it is the leader of a session of its own */
};

/*
 * The real shells, best first, NULL after the last: every place of bash, then the configured shell.
 * Programs without a "#!" line are run by the first that works.
 */
extern const char *const proc_shells[];

/*
 * Starts the program; where the spec says so, one that the kernel knows no format for is run by the
 * first shell there is, as bash does, if it looks like text. It begins with an empty signal mask
 * and what we ignore; in our mask all signals must be blocked. Unless it leads a session of its
 * own, it is killed when we die.
 *
 * Returns its pid, or -errno when there is no process. A process that could not become the
 * program says why in *failure and exits with 127 (not found) or 126. *failure must live until
 * it is reaped: where vfork(2) is emulated by fork, it stays empty and the exit status alone
 * tells.
 */
pid_t proc_start(const struct proc_spec *spec, struct proc_failure *failure);

/* The exit status a shell gives to a wait status: the program's own, or 128 + signal. */
int proc_exit_status(int wait_status);

/* The signal a wait status tells of, or 0. */
int proc_end_signal(int wait_status);

/* "SIGTERM" for 15; "signal" for a number without a name. */
const char *proc_signal_name(int sig);

/*
 * Sends the signal to every child of ours that was started after `first`, and to that, those a
 * subreaper inherits included. The kernel gives pids out in rising order and wraps around; what was
 * started after `first` has a pid between it and the newest one. Needs no /proc. It starts a
 * process itself, whose SIGCHLD stays to be taken.
 *
 * Returns how many it was sent to, the dead ones that nobody has reaped yet included. 0 means that
 * none is there but what we may not send it to, as after a setuid(0).
 */
int proc_signal_children(pid_t first, int sig);

/*
 * Ends this process by the signal, as if it had never been caught; returns where that is
 * impossible, as for process 1.
 */
void proc_die_by(int sig);

#endif
