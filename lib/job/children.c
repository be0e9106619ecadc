/* SPDX-License-Identifier: Apache-2.0 */
#include "job/children.h"

#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"
#include "sys/fd.h"
#include "sys/process.h"

/* The kernel's PID_MAX_LIMIT: where /proc may be missing, the limit in force is not known. */
#define PID_LIMIT (4 * 1024 * 1024)

/* The kernel gives out pids in rising order, so those of children come soon after the first. */
#define LIKELY_PIDS 32768

void pid_list_add(struct pid_list *list, pid_t pid)
{
	if (list->n < PIDS_KEPT)
		list->v[list->n] = pid;
	list->n++;
}

/* A signal that is sent to children, and those that have been found so far. */
struct round {
	int sig;
	const pid_t *spared;
	struct pid_list *found;
};

static bool is_spared(const struct round *round, pid_t pid)
{
	const pid_t *spared = round->spared;

	if (!ENABLE_JOBS)
		return false;
	while (*spared && *spared != pid)
		spared++;
	return *spared;
}

/*
 * Sends the signal to the process if it is our child; a pid that we only guess, or that comes from
 * the /proc of others, may be anybody's. Returns whether it is.
 */
static bool signal_child(const struct round *round, pid_t pid)
{
	if (!sys_is_child(pid))
		return false;
	if (is_spared(round, pid))
		return true;
	(void)sys_kill(pid, round->sig);
	pid_list_add(round->found, pid);
	return true;
}

/*
 * The file has the pids in decimal, each with a blank after it. Returns whether there are any, and
 * all of them are our children: the file may be of another namespace, whose pids are not ours.
 */
static bool signal_listed(const struct round *round, pid_t lowest)
{
	char buf[1024];
	int fd = sys_open(AT_FDCWD, "/proc/thread-self/children", O_RDONLY, 0);
	bool listed = false, ours = true;
	pid_t pid = 0;
	ssize_t n;

	while (fd >= 0 && (n = sys_read(fd, buf, sizeof(buf))) > 0)
		for (ssize_t i = 0; i < n; i++) {
			if (buf[i] != ' ') {
				pid = pid * 10 + (buf[i] - '0');
				continue;
			}
			listed = true;
			if (!(pid >= lowest ? signal_child(round, pid) : sys_is_child(pid)))
				ours = false;
			pid = 0;
		}
	sys_close(fd);
	return listed && ours;
}

void children_signal(enum children_range range, pid_t first, int sig, const pid_t *spared,
		     struct pid_list *ret_found)
{
	const struct round round = { sig, spared, ret_found };
	pid_t last = range == CHILDREN_LIKELY ? first + LIKELY_PIDS : PID_LIMIT;

	*ret_found = (struct pid_list){ 0 };
	if (signal_listed(&round, range == CHILDREN_NEWER ? first : 1))
		return;
	if (range == CHILDREN_ALL)
		first = 1;
	/* The newest children are the likeliest to fork, or to end, while we search. */
	for (pid_t pid = last; pid >= first; pid--)
		(void)signal_child(&round, pid);
}

/* The line has the state after the name, which is in brackets and may itself have some. */
char children_state(pid_t pid)
{
	char path[32], line[256];
	struct text name = TEXT_OVER(path);
	const char *end;
	ssize_t n;
	int fd;

	text_fmt(&name, "/proc/%d/stat", (int)pid);
	fd = sys_open(AT_FDCWD, path, O_RDONLY, 0);
	n = fd < 0 ? fd : sys_read(fd, line, sizeof(line) - 1);
	sys_close(fd);
	line[n > 0 ? n : 0] = '\0';
	end = strrchr(line, ')');
	return end && end[1] && end[2] ? end[2] : '?';
}
