/* SPDX-License-Identifier: Apache-2.0 */
#include "job/children.h"

#include "sys/process.h"

/* The kernel's PID_MAX_LIMIT: where /proc may be missing, the limit in force is not known. */
#define PID_LIMIT (4 * 1024 * 1024)

/* The kernel's RESERVED_PIDS: the first pid after the last one. */
#define PID_AFTER_WRAP 300

/* Slack for processes that are started during the search. */
#define NEWER_PIDS 16

/* Once pids have wrapped around, these many after the first are tried before all others. */
#define LIKELY_PIDS 32768

/* Begins with the newest children: they are the likeliest to fork, or to end, while we search. */
static int signal_range(pid_t first, pid_t last, int sig)
{
	int found = 0;

	for (pid_t pid = last; pid >= first; pid--)
		if (sys_is_child(pid) && sys_kill(pid, sig) == 0)
			found++;
	return found;
}

int children_signal(pid_t first, int sig)
{
	pid_t newest = sys_newest_pid();
	int found;

	if (newest >= first)
		return signal_range(first, newest + NEWER_PIDS, sig);
	/* Pids have wrapped around, or no process could be started. All pids may take seconds. */
	found = signal_range(first, first + LIKELY_PIDS, sig);
	if (newest >= 0)
		found += signal_range(PID_AFTER_WRAP, newest + NEWER_PIDS, sig);
	return found ? found : signal_range(PID_AFTER_WRAP, PID_LIMIT, sig);
}
