/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Passes on what scripts print that run side by side. The loop reads it at any time, so it is held
 * in memory until it may be printed: when all earlier scripts have ended, or at once where lines of
 * several scripts may mix. Then it is appended to the outputs piece by piece, as these have room.
 * If scripts print more than memory may be spent on, lines are passed on with the script's name.
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "job/loop.h"
#include "run/parts_impl.h"
#include "run/script_io.h"
#include "sys/mem.h"
#include "sys/output.h"

/* The most bytes of all scripts that are held before lines are passed on as they come. */
#define HELD_MAX ((size_t)4 * 1024 * 1024)

/* Bytes that are passed on at a time; an output has room for more, such as a script's name. */
#define PIECE_MAX (OUTPUT_ROOM / 2)

/* Where too much is held, a line of more bytes is passed on before its end. */
#define LINE_HELD_MAX PIECE_MAX

bool parts_open_output(const struct part_set *set, struct part_run *run)
{
	run->output = mem_alloc(set->parts->mem, sizeof(*run->output));
	if (!run->output)
		return false;
	run->output->way = (enum parts_output)set->parts->policy.output;
	return true;
}

bool parts_hold_output(const struct part_set *set, struct part_run *run, int as, const char *bytes,
		       size_t n)
{
	struct script_io *io = set->parts->io;

	if (io->out[as]->has_no_reader)
		return false;
	if (held_add(&run->output->held[as - 1], bytes, n) == 0)
		io->held_bytes += n;
	else if (!io->error)
		io->error = ENOMEM;
	return true;
}

bool parts_have_passed_all(const struct part_run *run)
{
	for (size_t i = 0; i < JOB_STREAMS; i++)
		if (held_size(&run->output->held[i]) > 0)
			return false;
	return true;
}

/* A stream of a part, and its turn to be passed on. */
struct passing {
	struct part_set *set;
	const struct part *part;
	struct part_output *output;
	struct held *held; /* what it has printed there */
	int as;            /* the descriptor of ours that it goes to */
};

static void append(const struct passing *passing, const char *bytes, size_t n)
{
	(void)script_io_write(passing->set->parts->io, passing->part, passing->as, bytes,
			      (ssize_t)n);
}

/* Passes on the next n bytes as they are, and makes room again. */
static void pass_bytes(const struct passing *passing, size_t n)
{
	struct held *held = passing->held;
	struct parts *parts = passing->set->parts;
	const struct output *out = parts->io->out[passing->as];

	while (n > 0) {
		size_t size = n < PIECE_MAX ? n : PIECE_MAX;

		append(passing, held_bytes(held), size);
		held_drop(held, size);
		parts->io->held_bytes -= size;
		n -= size;
		/* After a signal no reader is waited for, but what has room is written. */
		if (OUTPUT_SIZE - out->len < OUTPUT_ROOM)
			loop_write(parts->loop);
	}
}

static void emit_printed(const struct passing *passing, const char *bytes, size_t n)
{
	parts_emit_number(passing->set, EV_PART_PRINTS, passing->part, (int64_t)n, bytes);
}

static void complete_line(const struct passing *passing)
{
	emit_printed(passing, "\n", 1);
	append(passing, "\n", 1);
}

/* Passes on the next n bytes, which end with a line or with all that there is. */
static void pass_lines(const struct passing *passing, size_t n)
{
	struct held *held = passing->held;
	const char *name = passing->part->name;

	while (n > 0) {
		size_t line = output_first_line(held_bytes(held), n);

		if (passing->output->way == PARTS_PREFIXED) {
			append(passing, name, strlen(name));
			append(passing, ": ", 2);
		}
		pass_bytes(passing, line > 0 ? line : n);
		if (line == 0)
			complete_line(passing);
		n -= line > 0 ? line : n;
	}
}

/* Says whose output follows: the lines about several scripts have come before it. */
static void announce(const struct passing *passing)
{
	if (passing->output->way != PARTS_GROUPED || passing->output->announced)
		return;
	passing->output->announced = true;
	parts_emit_part(passing->set, EV_PART_OUTPUT_FOLLOWS, passing->part);
	loop_write(passing->set->parts->loop);
}

/* Passes on whole lines; or all, if the part prints no more, or a line that cannot be held. */
static void pass_stream(const struct passing *passing, bool is_over, bool too_much)
{
	struct held *held = passing->held;
	size_t size = held_size(held);
	size_t n = size > 0 ? output_whole_lines(held_bytes(held), size) : 0;

	if (is_over || (too_much && n == 0 && size > LINE_HELD_MAX))
		n = size;
	if (n == 0)
		return;
	announce(passing);
	emit_printed(passing, held_bytes(held), n);
	if (passing->output->way == PARTS_GROUPED)
		pass_bytes(passing, n);
	else
		pass_lines(passing, n);
}

void parts_pass_output(struct part_set *set, const struct part *part, struct part_run *run,
		       bool is_turn, bool is_over)
{
	struct part_output *output = run->output;
	bool too_much = set->parts->io->held_bytes > HELD_MAX;

	if (!is_turn && output->way == PARTS_GROUPED) {
		if (!too_much)
			return;
		output->way = PARTS_PREFIXED;
		parts_emit_part(set, EV_PART_OUTPUT_MIXED, part);
	}
	for (int as = STDOUT_FILENO; as <= STDERR_FILENO; as++)
		pass_stream(&(struct passing){ set, part, output, &output->held[as - 1], as },
			    is_over, too_much);
	loop_write(set->parts->loop);
}
