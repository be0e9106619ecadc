/* process: our own process, its children, and becoming another program. */
#ifndef SYS_PROCESS_H
#define SYS_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

struct rusage;

/* getpid(2), getppid(2) and getuid(2). */
pid_t sys_pid(void);
pid_t sys_parent_pid(void);
uid_t sys_uid(void);

/* The path that the kernel started us by, or NULL where it did not say. */
const char *sys_own_path(void);

/* fork(2): 0 in the child, its pid in the parent, or -errno. */
pid_t sys_fork(void);

/* Ends this process at once, by _exit(2). */
_Noreturn void sys_exit(int status);

/* Becomes the program; returns only where that fails, with -errno. */
int sys_exec(const char *path, char *const *argv, char *const *envp);

/* setsid(2): where we lead a process group already, nothing changes. */
void sys_new_session(void);

/*
 * Asks the kernel for this signal when `parent`, our parent, dies; where it has died already the
 * kernel would not tell, so false says that.
 */
bool sys_signal_on_parent_death(int sig, pid_t parent);

/* Children of our children become ours when their parent dies; before Linux 3.4 they do not. */
void sys_become_subreaper(void);

/* kill(2): 0 or -errno. */
int sys_kill(pid_t pid, int sig);

/*
 * wait4(2) for any child without waiting: the pid of one that has ended, 0 where none has, or
 * -errno, which is -ECHILD where we have no child.
 */
pid_t sys_reap(int *ret_wait_status, struct rusage *ret_usage);

/*
 * A wait status as a shell shows it: the program's own exit status, or 128 + the signal that killed
 * it; and that signal, or 0.
 */
int sys_exit_status(int wait_status);
int sys_end_signal(int wait_status);

/* The newest process id there is, that of a process started for nothing else; or -errno. */
pid_t sys_newest_pid(void);

/*
 * Ends this process by the signal, as if nobody had ever caught it. Returns where that is
 * impossible, as for process 1.
 */
void sys_die_by(int sig);

/* Is this a child of ours, alive or not yet reaped? */
bool sys_is_child(pid_t pid);

#endif
