/* SPDX-License-Identifier: Apache-2.0 */
/* process: this process and its children. */
#ifndef SYS_PROCESS_H
#define SYS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct rusage;

/* Each returns what getpid(2), getppid(2) and getuid(2) do. */
pid_t sys_pid(void);
pid_t sys_parent(void);
uid_t sys_uid(void);

/* Returns how many CPUs this process may use, or 1 if the kernel does not say. */
int sys_cpus(void);

/*
 * Returns bits that no other process gets, as far as that is possible: random ones, or those of the
 * clock and our pid while the kernel has no random ones yet, early after the boot.
 */
uint32_t sys_random_bits(void);

/* Returns the path that the kernel started us by, or NULL if it did not say. */
const char *sys_own_path(void);

/* Forks as fork(2): returns 0 in the child and its pid in the parent, or -errno. */
pid_t sys_fork(void);

/*
 * Starts a child that shares our memory, as vfork(2) does, on the stack that ends at stack_end and
 * is aligned for any object: this process does not run until the child has executed a program or
 * ended. The child calls the function and exits with what that returns. Where the kernel refuses
 * this, and in the user mode of qemu, the child has a copy of our memory instead, and we go on at
 * once. Returns its pid, or -errno.
 */
pid_t sys_vfork(int (*child)(void *), void *arg, char *stack_end);

/*
 * Returns zeroed memory that all processes which are started from now on share with us, also those
 * that have a copy of our other memory; or NULL if there is none. It is never given back.
 */
void *sys_share_memory(size_t size);

/* Ends this process at once, as _exit(2). */
_Noreturn void sys_exit(int status);

/*
 * Becomes the program argv[0], which is looked for in the PATH of the environment envp if it has no
 * slash. Returns only -errno.
 */
int sys_become(char *const *argv, char **envp);

/* Replaces this process by the program, as execve(2). It returns only if that fails: -errno. */
int sys_exec(const char *path, char *const *argv, char *const *envp);

/* Makes this process the leader of a new session; nothing changes if it leads a process group. */
void sys_new_session(void);

/*
 * Asks the kernel to send us this signal when our parent dies. Returns false if that is not
 * `parent` any more: it has died before, and the signal will not come. (The parent of process 1 of
 * a PID namespace has no process id there: it is taken to live.)
 */
bool sys_signal_on_parent_death(int sig, pid_t parent);

/* Makes children of our children ours when their parent dies. Before Linux 3.4 it does nothing. */
void sys_become_subreaper(void);

/* Sends a signal as kill(2). Returns 0 or -errno. */
int sys_kill(pid_t pid, int sig);

/* Sends a signal, and lets the process go on if it is stopped, so that it can act on the signal. */
void sys_kill_awake(pid_t pid, int sig);

/*
 * Reaps a child that has ended, if there is one, by wait4(2). Returns its pid; 0 if no child has
 * ended; or -errno, which is -ECHILD if we have no child.
 */
pid_t sys_reap(int *ret_wait_status, struct rusage *ret_usage);

/*
 * Returns a wait status as a shell shows it: the program's own exit status, or 128 + the signal
 * that killed it; and that signal, or 0.
 */
int sys_exit_status(int wait_status);
int sys_end_signal(int wait_status);

/* Makes the end of this process by a signal leave no core dump. */
void sys_dump_no_core(void);

/*
 * Ends this process by the signal, as if nobody had ever caught it. It returns if that is
 * impossible, as for process 1.
 */
void sys_die_by(int sig);

/* Returns whether this process is our child, alive or not reaped yet. */
bool sys_is_child(pid_t pid);

#endif
