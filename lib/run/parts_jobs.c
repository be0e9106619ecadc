#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "job/pool.h"
#include "run/parts_impl.h"
#include "run/script_io.h"
#include "sys/clock.h"
#include "sys/fd.h"
#include "sys/mem.h"
#include "sys/path.h"

/* Of a script that failed, so many bytes are told. */
#define OUTPUT_KEPT 4096

/* A part on its way. */
struct slot {
	struct set *set;
	struct part *part;
	struct ring *ring; /* of what it prints */
	bool own_limit;    /* the deadline of the job is that of this script alone */
	struct job job;
	char **argv; /* room for a shell, the path, the arguments, NULL */
};

/* The kernel says "no such file" of a script whose interpreter is missing, too. */
static const char *start_error(const struct job *job)
{
	const struct proc_failure *failure = &job->end.failure;

	if (failure->stage == PROC_SHELL)
		return "it has no \"#!\" line and there is no shell to run it";
	if (failure->stage == PROC_EXEC && failure->error == ENOENT &&
	    sys_access(AT_FDCWD, job->spec.path, F_OK) == 0)
		return "its interpreter does not exist";
	return text_error(failure->error);
}

static const char *end_reason(const struct job *job, int signal)
{
	if (job->end.failure.stage != PROC_STARTED)
		return "start";
	if (job->end.timed_out)
		return "timeout";
	return signal ? "signal" : "exit";
}

/* What the end of a job counts as: its status for us, and the event to tell. */
static struct event end_event(const struct slot *slot, int status, int signal)
{
	const struct job *job = &slot->job;
	const struct dialect *dialect = &slot->set->parts->dialect;
	struct event event = { .kind = EV_PART_COMPLETED,
			       .part = slot->part,
			       .status = status,
			       .signal = signal,
			       .reason = end_reason(job, signal),
			       .end = &job->end };

	if (job->end.failure.stage != PROC_STARTED) {
		event.kind = EV_PART_NOT_STARTED;
		event.text = start_error(job);
		event.error = job->end.failure.error;
	} else if (job->end.left_running) {
		event.kind = EV_PART_LEFT_RUNNING;
	} else if (signal) {
		event.kind = EV_PART_KILLED;
	} else if (job->end.timed_out) {
		event.kind = EV_PART_LATE;
		event.status = status ? status : 128 + SIGTERM;
	} else if (status) {
		event.kind = EV_PART_FAILED;
	}
	if (event.status && event.kind != EV_PART_FAILED && dialect->abnormal_status)
		event.status = dialect->abnormal_status;
	return event;
}

/* The last that a script printed, in pieces that fit a line of the event log. */
static void emit_output(const struct slot *slot)
{
	char buf[OUTPUT_KEPT];
	size_t n = ring_last(slot->ring, buf, sizeof(buf));

	for (size_t at = 0; at < n; at += EVENT_OUTPUT_MAX)
		parts_emit(slot->set, &(struct event){ .kind = EV_PART_OUTPUT,
						       .part = slot->part,
						       .text = buf + at,
						       .number = n - at < EVENT_OUTPUT_MAX ?
									 n - at :
									 EVENT_OUTPUT_MAX });
}

/* What a script printed that failed is for the error handlers; theirs is not for anybody. */
static void keep_output(const struct slot *slot)
{
	struct script_io *io = slot->set->parts->io;
	int fd;

	if (!io->capture || io->has_failed)
		return;
	emit_output(slot);
	ring_copy(&io->failed, slot->ring);
	fd = ring_file(&io->failed);
	io->has_failed = fd >= 0;
	if (fd < 0)
		parts_emit(slot->set, &(struct event){ .kind = EV_CAPTURE_FAILED, .error = -fd });
	sys_close(fd);
}

static void end_part(struct slot *slot, int status, int signal)
{
	struct set *set = slot->set;
	struct event event = end_event(slot, status, signal);

	slot->part->elapsed_ns = slot->job.end.elapsed_ns;
	if (event.status) {
		parts_note_failure(set, event.status, slot->part->path, event.reason);
		set->over = set->over || set->parts->dialect.stop_on_error;
	}
	if (ENABLE_RUN_PARTS && event.kind == EV_PART_NOT_STARTED && set->parts->io->report)
		(void)script_io_write(set->parts->io, slot->part, STDERR_FILENO, "", 0);
	if (ENABLE_CAPTURE && slot->job.end.copy_error && !set->parts->io->error)
		set->parts->io->error = slot->job.end.copy_error;
	parts_emit(set, &event);
	if (ENABLE_CAPTURE && event.status)
		keep_output(slot);
	if (ENABLE_CAPTURE && slot->job.end.copied)
		parts_emit_part(set, EV_PART_COPIED, slot->part);
	slot->part = NULL;
}

static void on_done(struct job *job)
{
	struct slot *slot = job->owner;
	int wait_status = job->end.wait_status;

	if (job->end.timed_out && slot->own_limit)
		parts_emit(slot->set,
			   &(struct event){ .kind = EV_SCRIPT_TIMEOUT,
					    .part = slot->part,
					    .number = slot->set->parts->policy.limits.script_ns });
	else if (job->end.timed_out)
		parts_fail_timeout(slot->set, slot->part);
	end_part(slot, proc_exit_status(wait_status), proc_end_signal(wait_status));
}

static bool on_output(struct job *job, int as, const char *bytes, ssize_t n)
{
	struct slot *slot = job->owner;
	struct script_io *io = slot->set->parts->io;
	int err;

	if (ENABLE_CAPTURE && io->capture && n > 0)
		ring_add(slot->ring, bytes, (size_t)n);
	if (ENABLE_CAPTURE && n > 0)
		parts_emit(slot->set, &(struct event){ .kind = EV_PART_PRINTS,
						       .part = slot->part,
						       .text = bytes,
						       .number = n });
	/* A full disk is no reason to end who prints; that nobody reads is. */
	err = script_io_write(io, slot->part, as, bytes, n);
	return err == 0 || (io->capture && n > 0 && err != -EPIPE);
}

static void set_streams(struct slot *slot, const struct script_io *io)
{
	struct job *job = &slot->job;
	int err = io->in_fd ? sys_rewind(io->in_fd) : 0;

	job->in_fd = err < 0 ? err : io->in_fd;
	if (ENABLE_CAPTURE && io->capture) {
		job->lasting = true;
		slot->ring->total = 0;
	} else if (!io->report) {
		return;
	}
	if (ENABLE_CAPTURE && io->has_failed)
		job->tail_fd = ring_file(&io->failed);
	job->take = on_output;
	job->streams[0].as = STDOUT_FILENO;
	job->streams[1].as = STDERR_FILENO;
}

/* An interpreter would take a path that begins with '-' for an option. */
static char *program_path(const struct set *set, const struct part *part)
{
	char *path = *part->path == '-' ? mem_concat(set->parts->mem, "./", part->path, "") : NULL;

	return path ? path : part->path;
}

/* Whichever comes first of the script's and that of the whole. */
static int64_t deadline(struct slot *slot)
{
	const struct parts *parts = slot->set->parts;
	int64_t limit_ns = parts->policy.limits.script_ns;
	int64_t own_ns = limit_ns > 0 ? sys_after_ns(limit_ns) : INT64_MAX;

	slot->own_limit = limit_ns > 0 && (!parts->deadline_ns || own_ns < parts->deadline_ns);
	return slot->own_limit ? own_ns : parts->deadline_ns;
}

static void start_part(struct slot *slot, struct part *part)
{
	struct set *set = slot->set;
	struct parts *parts = set->parts;
	int err;

	slot->part = part;
	slot->argv[1] = program_path(set, part);
	slot->job = (struct job){
		.spec = { .path = slot->argv[1],
			  .argv = slot->argv,
			  .envp = set->envp,
			  .shell = parts->dialect.shell,
			  .new_session = parts->policy.new_session },
		.grace_ns = parts->policy.limits.grace_ns,
		.done = on_done,
		.owner = slot,
	};
	if (SCRIPT_IO_BUILT_IN)
		set_streams(slot, parts->io);
	parts_emit_part(set, EV_PART_STARTED, part);
	/* That may have had to wait for its reader. */
	slot->job.deadline_ns = deadline(slot);
	err = pool_start(parts->pool, &slot->job);
	part->started = err != -ECANCELED;
	if (!part->started)
		slot->part = NULL;
	else if (err < 0)
		end_part(slot, 126, 0);
}

static bool is_out_of_time(const struct set *set)
{
	return set->parts->deadline_ns && sys_now_ns() >= set->parts->deadline_ns;
}

static bool may_start(struct set *set)
{
	/* It may have come while something was told. */
	if (set->parts->pool->signal)
		set->over = set->outcome.interrupted = true;
	if (set->over || set->next >= set->list.kept)
		return false;
	if (is_out_of_time(set))
		parts_fail_timeout(set, &set->list.v[set->next]);
	return !set->over;
}

static void fill_slot(struct slot *slot)
{
	struct set *set = slot->set;

	while (!slot->part && may_start(set)) {
		struct part *part = &set->list.v[set->next++];

		if (part->verdict == SCAN_KEPT)
			start_part(slot, part);
		else
			parts_skip(set, part);
	}
}

static bool open_slot(struct slot *slot, struct set *set, struct ring *ring)
{
	const struct strvec *args = &set->parts->policy.args;

	slot->set = set;
	slot->ring = ring;
	slot->argv = mem_alloc(set->parts->mem, (args->n + 3) * sizeof(*slot->argv));
	if (slot->argv && args->n > 0)
		memcpy(slot->argv + 2, args->v, args->n * sizeof(*args->v));
	return slot->argv;
}

void parts_run_jobs(struct set *set)
{
	struct slot slots[POOL_SLOTS] = { 0 };
	struct pool *pool = set->parts->pool;

	for (size_t i = 0; i < POOL_SLOTS; i++)
		if (!open_slot(&slots[i], set, &set->parts->io->rings[i])) {
			parts_fail(set, NULL, "cannot be run", ENOMEM);
			return;
		}
	do {
		for (size_t i = 0; i < POOL_SLOTS; i++)
			fill_slot(&slots[i]);
		if (pool->running > 0) {
			(void)pool_turn(pool);
			if (pool->tick_ns)
				parts_emit(set, &(struct event){ .kind = EV_TICK });
		}
	} while (pool->running > 0 || may_start(set));
}
