/* SPDX-License-Identifier: Apache-2.0 */
/* Runs the shell that sources environment.d, and lets it go on from file to file. */
#include <errno.h>
#include <fcntl.h>

#include "envd/envd_impl.h"
#include "job/loop.h"
#include "scan/scan.h"
#include "sys/fd.h"
#include "sys/process.h"
#include "sys/write.h"

/* Our end is moved here or above, so that the shell's descriptors can have their own numbers. */
#define OWN_FD_MIN 10

static bool take_bytes(struct job *job, int as, const char *bytes, ssize_t n)
{
	struct envd_run *run = job->owner;

	(void)as;
	if (n < 0)
		run->error = (int)n;
	else
		text_add(&run->report, bytes, (size_t)n);
	return true;
}

/* The shell ends when it sees that nobody will let it go on. */
static void let_end(struct envd_run *run)
{
	sys_close(run->go_on_fd);
	run->go_on_fd = -1;
}

/* Makes the pipe on which the shell waits. Returns 0 or -errno. */
static int open_go_on(struct envd_run *run)
{
	int ends[2];
	int err = sys_pipe(ends);

	if (err < 0)
		return err;
	run->go_on_fd = ends[1];
	run->job.captured_fd = sys_fcntl(ends[0], F_DUPFD_CLOEXEC, OWN_FD_MIN);
	sys_close(ends[0]);
	/* EINVAL means that the limit is below these numbers. */
	if (run->job.captured_fd == -EINVAL)
		run->job.captured_fd = -EMFILE;
	return 0;
}

static int start(struct envd *envd, struct loop *loop)
{
	struct envd_run *run = envd->run;
	int err;

	run->go_on_fd = -1;
	run->program.mem = run->report.mem = envd->mem;
	text_str(&run->report, ""); /* It must have a buffer even if nothing comes. */
	envd_write_program(&run->program, envd);
	if (run->program.truncated)
		return -ENOMEM;
	run->argv[1] = (char *)envd->shell;
	run->argv[2] = (char *)"-c";
	run->argv[3] = run->program.buf;
	run->argv[4] = (char *)"environment.d";
	run->job.spec.path = envd->shell;
	run->job.spec.argv = run->argv;
	run->job.spec.envp = envd->envp;
	run->job.deadline_ns = envd->stop->deadline_ns;
	run->job.grace = envd->grace;
	run->job.streams[0].as = ENVD_REPORT_FD;
	run->job.on_output = take_bytes;
	run->job.owner = run;
	err = open_go_on(run);
	if (err == 0)
		err = loop_start(loop, &run->job);
	if (err == -ECANCELED)
		sys_close(run->job.captured_fd);
	return err;
}

/* Returns the exit status of the shell, or the -errno that made it fail. */
static int end(struct envd *envd, const struct loop *loop, int err)
{
	const struct envd_run *run = envd->run;
	const struct job_result *result = &run->job.result;

	if (loop->signal)
		return -ECANCELED;
	if (result->timed_out)
		return -ETIME;
	if (run->report.truncated)
		return -ENOMEM;
	if (result->failure.stage != SPAWN_STARTED) {
		envd->fault.text = mem_concat(envd->mem, "needs ", envd->shell,
					      ", which cannot be started");
		return envd->fault.text ? -result->failure.error : -ENOMEM;
	}
	if (err == 0)
		err = run->error;
	return err < 0 ? err : sys_exit_status(result->wait_status);
}

/* Lets the shell run. Returns the news for the caller as soon as there are any; 0 at its end. */
static int run_on(struct envd *envd, struct loop *loop)
{
	struct envd_run *run = envd->run;

	for (;;) {
		bool waits = envd_read_report(run) > envd->reached && envd->reached < envd->n;

		if (run->job.result.timed_out && !run->late_told) {
			run->late_told = true;
			return ENVD_LATE;
		}
		if (run->job.state == JOB_DONE)
			return 0;
		/* A file can close even the descriptors that the shell keeps for itself. */
		if (run->change || loop->signal || run->job.streams[0].fd < 0) {
			let_end(run);
		} else if (waits) {
			run->waits = true;
			envd->fault.path = envd->files[envd->reached++].part->path;
			return ENVD_NEXT_FILE;
		}
		(void)loop_step(loop);
	}
}

int envd_run_shell(struct envd *envd, struct loop *loop)
{
	struct envd_run *run = envd->run;
	int err = 0, news;

	if (!run) {
		run = envd->run = mem_alloc(envd->mem, sizeof(*run));
		if (!run)
			return -ENOMEM;
		err = start(envd, loop);
	} else if (run->waits) {
		run->waits = false;
		/* The shell prints by itself: the line that announces the file comes first. */
		loop_drain(loop);
		run->error = sys_write_all(run->go_on_fd, "\n", 1);
		if (run->error < 0)
			let_end(run);
	}
	news = err == 0 ? run_on(envd, loop) : 0;
	if (news > 0)
		return news;
	let_end(run);
	err = end(envd, loop, err);
	return err < 0 ? err : envd_take_report(envd, err);
}
