#include "parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "event.h"
#include "mem.h"
#include "parts_set.h"
#include "pool.h"
#include "streams.h"
#include "sys.h"
#include "text.h"

/* A part on its way. */
struct slot {
	struct set *set;
	struct part *part;
	struct job job;
	char **argv; /* room for a shell, the path, the arguments, NULL */
};

/* Fills in the phase and, where it says no path, the directory. */
void parts_emit(const struct set *set, struct event *event)
{
	event->phase = set->phase;
	if (!event->path)
		event->path = set->dirs[0];
	event_emit(set->parts->sinks, event);
}

static void emit_part(const struct set *set, enum event_kind kind, const struct part *part)
{
	const struct parts *parts = set->parts;

	parts_emit(set, &(struct event){ .kind = kind,
					 .part = part,
					 .text = parts->dialect.bad_name,
					 .args = parts->policy.args });
}

static void emit_list(const struct set *set, enum event_kind kind)
{
	parts_emit(set, &(struct event){ .kind = kind, .parts = &set->list, .args = set->dirs });
}

static void fail(struct set *set, const char *path, const char *text, int error)
{
	struct event event = {
		.kind = EV_PARTS_FAILED, .path = path, .text = text, .error = error
	};

	if (error == ENOENT || error == ENOTDIR)
		event.kind = EV_PARTS_NO_DIRECTORY;
	set->outcome.status = 1;
	parts_emit(set, &event);
}

/* A part that cannot be looked at might have to run. */
static void check_parts(struct set *set)
{
	for (size_t i = 0; i < set->list.n; i++) {
		const struct part *part = &set->list.v[i];

		emit_part(set, EV_PART_SEEN, part);
		if (part->verdict == SCAN_FAILED)
			fail(set, part->path, "cannot be looked at", part->error);
	}
}

static void read_dir(struct set *set, const char *dir)
{
	struct parts *parts = set->parts;
	int err;

	sys_close(set->dirfd);
	set->dirfd = sys_open(AT_FDCWD, dir, O_RDONLY | O_DIRECTORY, 0);
	err = set->dirfd;
	if (parts->dialect.missing_is_fine && (err == -ENOENT || err == -ENOTDIR))
		return;
	if (err < 0) {
		fail(set, dir, "cannot open the directory", -err);
		return;
	}
	err = scan_dir(parts->mem, set->dirfd, dir, &parts->dialect.scan, &set->list);
	if (err < 0)
		fail(set, dir, "cannot read the directory", -err);
}

/* Where scripts depend on each other, a directory that is not known in whole does not run. */
static bool open_set(struct set *set)
{
	for (; set->dirs[set->list.dirs]; set->list.dirs++)
		read_dir(set, set->dirs[set->list.dirs]);
	check_parts(set);
	scan_sort(&set->parts->dialect.scan, &set->list);
	if (set->outcome.status != 0 && set->parts->dialect.stops)
		return false;
	emit_list(set, EV_PARTS_SCANNED);
	if (set->parts->dialect.scan.reverse)
		scan_reverse(&set->list);
	for (size_t i = set->list.kept; i < set->list.n; i++)
		emit_part(set, EV_PART_LEFT_OUT, &set->list.v[i]);
	return true;
}

void parts_fail_timeout(struct set *set, const struct part *part)
{
	parts_emit(set, &(struct event){ .kind = EV_TIMEOUT,
					 .part = part,
					 .number = set->parts->policy.timeout_s });
	/* As in the reference, the limit is used up: error handlers run without one. */
	set->parts->deadline_ns = 0;
	set->outcome.status = 128 + SIGKILL;
	set->outcome.signal = SIGKILL;
	set->over = true;
}

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

/* What the end of a job counts as: its status for us, and the event to tell. */
static struct event end_event(const struct slot *slot, int status, int signal)
{
	const struct job *job = &slot->job;
	const struct dialect *dialect = &slot->set->parts->dialect;
	struct event event = {
		.kind = EV_PART_COMPLETED, .part = slot->part, .status = status, .signal = signal
	};

	if (job->end.failure.stage != PROC_STARTED) {
		event.kind = EV_PART_NOT_STARTED;
		event.text = start_error(job);
		event.error = job->end.failure.error;
	} else if (job->end.left_running) {
		event.kind = EV_PART_LEFT_RUNNING;
	} else if (status) {
		event.kind = signal ? EV_PART_KILLED : EV_PART_FAILED;
	}
	if (status && event.kind != EV_PART_FAILED && dialect->no_exit_status)
		event.status = dialect->no_exit_status;
	return event;
}

static void end_part(struct slot *slot, int status, int signal)
{
	struct set *set = slot->set;
	struct event event = end_event(slot, status, signal);

	slot->part->elapsed_ns = slot->job.end.elapsed_ns;
	if (event.status) {
		set->outcome.status = event.status;
		set->over = set->over || set->parts->dialect.stops;
	}
	if (ENABLE_RUN_PARTS_STREAMS && event.kind == EV_PART_NOT_STARTED &&
	    set->parts->streams->report)
		(void)streams_pass_on(set->parts->streams, slot->part, STDERR_FILENO, "", 0);
	parts_emit(set, &event);
	slot->part = NULL;
}

static void on_done(struct job *job)
{
	struct slot *slot = job->owner;

	int wait_status = job->end.wait_status;

	if (job->end.timed_out)
		parts_fail_timeout(slot->set, slot->part);
	end_part(slot, proc_exit_status(wait_status), proc_end_signal(wait_status));
}

static bool on_output(struct job *job, int as, const char *bytes, size_t n)
{
	struct slot *slot = job->owner;

	return streams_pass_on(slot->set->parts->streams, slot->part, as, bytes, n);
}

static void set_streams(struct job *job, const struct streams *streams)
{
	if (streams->in_fd)
		sys_rewind(streams->in_fd);
	job->in_fd = streams->in_fd;
	if (!streams->report)
		return;
	job->take = on_output;
	job->streams[0].as = STDOUT_FILENO;
	job->streams[1].as = STDERR_FILENO;
}

/* An interpreter would take a path that begins with '-' for an option. */
static char *program_path(const struct set *set, const struct part *part)
{
	char *path = *part->path == '-' ? mem_join(set->parts->mem, "./", part->path, "") : NULL;

	return path ? path : part->path;
}

static void start_part(struct slot *slot, struct part *part)
{
	struct set *set = slot->set;
	struct parts *parts = set->parts;

	slot->part = part;
	slot->argv[1] = program_path(set, part);
	slot->job = (struct job){
		.spec = { .path = slot->argv[1],
			  .argv = slot->argv,
			  .envp = set->envp,
			  .shell = parts->dialect.shell,
			  .new_session = parts->policy.new_session },
		.deadline_ns = parts->deadline_ns,
		.done = on_done,
		.owner = slot,
	};
	if (ENABLE_RUN_PARTS_STREAMS)
		set_streams(&slot->job, parts->streams);
	emit_part(set, EV_PART_STARTED, part);
	part->started = !parts->pool->signal;
	if (!part->started)
		slot->part = NULL;
	else if (pool_start(parts->pool, &slot->job) < 0)
		end_part(slot, 126, 0);
}

/* A part that is left out in its place among the others. */
static void pass_over(struct set *set, const struct part *part)
{
	bool unfit = part->verdict == SCAN_SPECIAL && set->parts->dialect.tells_special;

	if (unfit)
		set->outcome.status = 1;
	emit_part(set, unfit ? EV_PART_UNFIT : EV_PART_LEFT_OUT, part);
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
			pass_over(set, part);
	}
}

static bool open_slot(struct slot *slot, struct set *set)
{
	char *const *args = set->parts->policy.args;
	size_t n = 0;

	while (args && args[n])
		n++;
	slot->set = set;
	slot->argv = mem_alloc(set->parts->mem, (n + 3) * sizeof(*slot->argv));
	if (slot->argv && args)
		memcpy(slot->argv + 2, args, n * sizeof(*args));
	return slot->argv;
}

static void run_parts(struct set *set)
{
	struct slot slots[POOL_SLOTS] = { 0 };
	struct pool *pool = set->parts->pool;

	for (size_t i = 0; i < POOL_SLOTS; i++)
		if (!open_slot(&slots[i], set)) {
			fail(set, NULL, "cannot be run", ENOMEM);
			return;
		}
	do {
		for (size_t i = 0; i < POOL_SLOTS; i++)
			fill_slot(&slots[i]);
		if (pool->running > 0)
			(void)pool_turn(pool);
	} while (pool->running > 0 || may_start(set));
}

struct outcome parts_run(struct parts *parts, const char *phase, char *const *dirs)
{
	struct set set = { .parts = parts, .phase = phase, .dirs = dirs, .dirfd = -1 };

	if (open_set(&set) && parts_make_environment(&set)) {
		sys_close(set.dirfd); /* a script may want to unmount it */
		set.dirfd = -1;
		run_parts(&set);
		emit_list(&set, EV_PARTS_ENDED);
	}
	sys_close(set.dirfd);
	return set.outcome;
}

struct outcome parts_list(struct parts *parts, const char *phase, char *const *dirs)
{
	struct set set = { .parts = parts, .phase = phase, .dirs = dirs, .dirfd = -1 };

	if (open_set(&set))
		for (size_t i = 0; i < set.list.kept; i++) {
			const struct part *part = &set.list.v[i];

			if (part->verdict == SCAN_KEPT)
				emit_part(&set, EV_PART_LISTED, part);
			else
				pass_over(&set, part);
		}
	sys_close(set.dirfd);
	return set.outcome;
}
