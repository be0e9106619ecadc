#include "parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "envd.h"
#include "event.h"
#include "mem.h"
#include "pool.h"
#include "sys.h"
#include "text.h"

const struct dialect dialect_dib_run_parts = {
	.scan = { .names = SCAN_NAMES_SCRIPT, .order = SCAN_NUMERIC, .executable = true },
	.environment_d = true,
};

/* One set on its way. */
struct set {
	struct parts *parts;
	const char *phase;
	const char *dir;
	int dirfd;
	struct part_list list;
	char *const *envp;
	struct outcome outcome;
	size_t next; /* the next part to start */
};

/* A part on its way. */
struct slot {
	struct set *set;
	struct part *part;
	struct job job;
	char *argv[3]; /* room for a shell, the path, NULL */
};

/* Fills in the phase and, where it says no path, the directory. */
static void emit(const struct set *set, struct event *event)
{
	event->phase = set->phase;
	if (!event->path)
		event->path = set->dir;
	event_emit(set->parts->sinks, event);
}

static void emit_part(const struct set *set, enum event_kind kind, const struct part *part)
{
	emit(set, &(struct event){ .kind = kind, .part = part, .text = set->parts->pattern });
}

static void emit_list(const struct set *set, enum event_kind kind)
{
	emit(set, &(struct event){ .kind = kind, .parts = &set->list });
}

static void emit_text(const struct set *set, enum event_kind kind, const char *path,
		      const char *text)
{
	emit(set, &(struct event){ .kind = kind, .path = path, .text = text });
}

static void fail(struct set *set, const char *path, const char *text, int error)
{
	struct event event = {
		.kind = EV_PARTS_FAILED, .path = path, .text = text, .error = error
	};

	if (error == ENOENT || error == ENOTDIR)
		event.kind = EV_PARTS_NO_DIRECTORY;
	set->outcome.status = 1;
	emit(set, &event);
}

static void tell_left_out(const struct set *set)
{
	for (size_t i = set->list.kept; i < set->list.n; i++)
		emit_part(set, EV_PART_LEFT_OUT, &set->list.v[i]);
}

/* A part that cannot be looked at might have to run: then nothing runs. */
static void check_parts(struct set *set)
{
	for (size_t i = set->list.kept; i < set->list.n; i++) {
		const struct part *part = &set->list.v[i];

		if (part->verdict == SCAN_FAILED)
			fail(set, part->path, "cannot be looked at", part->error);
	}
}

static bool open_set(struct set *set)
{
	struct parts *parts = set->parts;
	int err;

	set->dirfd = sys_open(AT_FDCWD, set->dir, O_RDONLY | O_DIRECTORY, 0);
	if (set->dirfd < 0) {
		fail(set, NULL, "cannot open the directory", -set->dirfd);
		return false;
	}
	err = scan_dir(parts->mem, set->dirfd, set->dir, &parts->dialect.scan, &set->list);
	if (err < 0)
		fail(set, NULL, "cannot read the directory", -err);
	else
		check_parts(set);
	return set->outcome.status == 0;
}

static void tell_files(const struct set *set, const struct envd *envd)
{
	for (size_t i = 0; i < envd->reached; i++)
		emit_text(set, EV_ENV_FILE, envd->files[i].path, NULL);
}

static void tell_variables(const struct set *set, const struct envd *envd)
{
	for (size_t i = 0; i < envd->reached; i++)
		if (envd->files[i].names.len > 0)
			emit_text(set, EV_ENV_SET, envd->files[i].path, envd->files[i].names.buf);
	if (envd->names.len > 0)
		emit_text(set, EV_ENV_SET, envd->path, envd->names.buf);
	for (size_t i = 0; i < envd->values.n; i++)
		emit_text(set, EV_ENV_VALUE, envd->path, envd->values.v[i]);
}

static void fail_timeout(struct set *set, const struct part *part)
{
	emit(set,
	     &(struct event){ .kind = EV_TIMEOUT, .part = part, .number = set->parts->timeout_s });
	/* As in the reference, the limit is used up: error handlers run without one. */
	set->parts->deadline_ns = 0;
	set->outcome.status = 128 + SIGKILL;
	set->outcome.signal = SIGKILL;
}

static void fail_environment(struct set *set, const struct envd *envd, int err)
{
	const struct envd_fault *fault = &envd->fault;
	struct event event = { .kind = EV_ENV_FAILED,
			       .path = fault->path,
			       .number = fault->line,
			       .text = fault->what ? fault->what : "cannot be used",
			       .error = -err };

	if (err == -ETIME) {
		fail_timeout(set, NULL);
		return;
	}
	if (err == -EINVAL)
		event.kind = fault->line ? EV_ENV_WRONG : EV_ENV_REFUSED;
	set->outcome.interrupted = err == -EINTR;
	set->outcome.status = fault->status ? fault->status : 1;
	if (!set->outcome.interrupted)
		emit(set, &event);
}

static bool make_environment(struct set *set)
{
	struct envd envd = { .mem = set->parts->mem,
			     .base_envp = set->parts->envp,
			     .deadline_ns = set->parts->deadline_ns };
	int err, printed = 0;

	set->envp = set->parts->envp;
	if (!ENABLE_ENVIRONMENT_D || !set->parts->dialect.environment_d)
		return true;
	err = envd_read(&envd, set->dirfd, set->dir);
	if (err == 0)
		err = envd_evaluate(&envd);
	tell_files(set, &envd);
	if (envd.output.len > 0)
		printed = sys_write_all(STDOUT_FILENO, envd.output.buf, envd.output.len);
	if (err == 0 && printed < 0) {
		err = printed;
		envd.fault.what = "prints what cannot be written";
	}
	if (ENABLE_ENVIRONMENT_SHELL && err == 0 && envd.shell)
		err = envd_source(&envd, set->parts->pool);
	tell_variables(set, &envd);
	if (err < 0)
		fail_environment(set, &envd, err);
	set->envp = envd.envp;
	return err == 0;
}

/* The kernel says "no such file" of a script whose interpreter is missing, too. */
static const char *start_error(const struct job *job)
{
	const struct proc_failure *failure = &job->failure;

	if (failure->stage == PROC_SHELL)
		return "it has no \"#!\" line and there is no shell to run it";
	if (failure->stage == PROC_EXEC && failure->error == ENOENT &&
	    sys_access(AT_FDCWD, job->spec.path, F_OK) == 0)
		return "its interpreter does not exist";
	return text_error(failure->error);
}

static void end_part(struct slot *slot, int status, int signal)
{
	struct outcome *outcome = &slot->set->outcome;
	struct event event = {
		.kind = EV_PART_COMPLETED, .part = slot->part, .status = status, .signal = signal
	};

	slot->part->elapsed_ns = slot->job.elapsed_ns;
	if (slot->job.failure.stage != PROC_STARTED) {
		event.kind = EV_PART_NOT_STARTED;
		event.text = start_error(&slot->job);
	} else if (slot->job.unkillable) {
		event.kind = EV_PART_UNKILLABLE;
	} else if (status) {
		event.kind = signal ? EV_PART_KILLED : EV_PART_FAILED;
	}
	if (outcome->status == 0)
		outcome->status = status;
	emit(slot->set, &event);
	slot->part = NULL;
}

static void on_news(struct job *job, enum job_news news)
{
	struct slot *slot = job->owner;

	if (news == JOB_TIMEOUT)
		fail_timeout(slot->set, slot->part);
	else
		end_part(slot, proc_exit_status(job->wait_status),
			 proc_end_signal(job->wait_status));
}

/* An interpreter would take a path that begins with '-' for an option. */
static char *program_path(const struct set *set, const struct part *part)
{
	char *path = *part->path == '-' ? mem_join(set->parts->mem, "./", part->path, "") : NULL;

	return path ? path : part->path;
}

static void start_part(struct set *set, struct slot *slot)
{
	struct part *part = &set->list.v[set->next++];

	slot->part = part;
	slot->argv[1] = program_path(set, part);
	slot->job = (struct job){
		.spec = { .path = slot->argv[1], .argv = slot->argv, .envp = set->envp },
		.deadline_ns = set->parts->deadline_ns,
		.notify = on_news,
		.owner = slot,
	};
	part->started = true;
	emit_part(set, EV_PART_STARTED, part);
	if (pool_start(set->parts->pool, &slot->job) < 0)
		end_part(slot, 126, 0);
}

static bool is_out_of_time(const struct set *set)
{
	return set->parts->deadline_ns && sys_now_ns() >= set->parts->deadline_ns;
}

static bool may_start(struct set *set)
{
	if (set->outcome.status != 0 || set->outcome.interrupted || set->next >= set->list.kept)
		return false;
	if (is_out_of_time(set))
		fail_timeout(set, &set->list.v[set->next]);
	return set->outcome.status == 0;
}

static void run_parts(struct set *set)
{
	struct slot slots[POOL_SLOTS] = { 0 };

	do {
		for (size_t i = 0; i < POOL_SLOTS; i++) {
			slots[i].set = set;
			while (!slots[i].part && may_start(set))
				start_part(set, &slots[i]);
		}
		if (set->parts->pool->running > 0 && pool_turn(set->parts->pool) > 0)
			set->outcome.interrupted = true;
	} while (set->parts->pool->running > 0 || may_start(set));
}

struct outcome parts_run(struct parts *parts, const char *phase, const char *dir)
{
	struct set set = { .parts = parts, .phase = phase, .dir = dir, .dirfd = -1 };

	if (open_set(&set)) {
		emit_list(&set, EV_PARTS_SCANNED);
		tell_left_out(&set);
		if (make_environment(&set)) {
			sys_close(set.dirfd); /* a script may want to unmount it */
			set.dirfd = -1;
			run_parts(&set);
			emit_list(&set, EV_PARTS_ENDED);
		}
	}
	sys_close(set.dirfd);
	return set.outcome;
}

struct outcome parts_list(struct parts *parts, const char *phase, const char *dir)
{
	struct set set = { .parts = parts, .phase = phase, .dir = dir, .dirfd = -1 };

	if (open_set(&set)) {
		tell_left_out(&set);
		for (size_t i = 0; i < set.list.kept; i++)
			emit_part(&set, EV_PART_LISTED, &set.list.v[i]);
	}
	sys_close(set.dirfd);
	return set.outcome;
}
