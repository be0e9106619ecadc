/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script_io: the input and output of scripts where it goes through us. With --stdin, our standard
 * input is copied once, and every script reads the copy. With --report, the output of a script is
 * passed on after a line with its name; both are options of debianutils' run-parts. With --capture,
 * it is passed on as it is, and its last bytes are kept for the error handlers. The bytes of one
 * stream keep their order, and none is changed. parts_output.c has the output of scripts that run
 * side by side.
 */
#ifndef SCRIPT_IO_H
#define SCRIPT_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "job/loop.h"
#include "run/ring.h"

/* Whether an applet or an option is built that needs this. */
#define SCRIPT_IO_BUILT_IN (ENABLE_RUN_PARTS || ENABLE_CAPTURE || ENABLE_JOBS)

struct mem;
struct output;
struct part;

struct script_io {
	bool report;                   /* output is passed on after the name of its script */
	bool capture;                  /* output is passed on and kept */
	int in_fd;                     /* the copy of our standard input, or 0: there is none */
	int empty_fd;                  /* where nothing can be read, or 0: not open yet */
	struct output *out[3];         /* those of our descriptors 1 and 2, by their numbers */
	size_t held_bytes;             /* how much of the output of all scripts is held back */
	int error;                     /* errno of the first output that could not be read, or 0 */
	const struct part *named;      /* the script whose name was printed last, or NULL ... */
	const struct output *named_on; /* ... and where; if that failed, it is printed again */
	struct ring *rings;            /* the output of the scripts that run, by their slots */
	struct ring *failed;           /* the output of the first script that failed */
	bool has_failed;               /* `failed` is filled in */
};

/* Allocates the rings of n slots in `mem`. Returns 0 or -ENOMEM. */
int script_io_open_rings(struct script_io *io, struct mem *mem, size_t n);

/*
 * Reads our standard input to its end and keeps it in in_fd. That is a file without a name in
 * $TMPDIR or, if none can be made there, in /tmp, or else in memory. Returns 0 or -errno, which is
 * one of loop_wait_for_input if the input did not end in time. The caller closes in_fd by
 * script_io_close.
 */
int script_io_keep_stdin(struct script_io *io, struct loop *loop, int64_t deadline_ns);

/*
 * Returns a descriptor for the standard input of a script that runs beside others: with --stdin a
 * copy of in_fd, which the caller closes by script_io_close_input; else one for all that is empty.
 * Returns -errno if there is none.
 */
int script_io_open_input(struct script_io *io);
void script_io_close_input(const struct script_io *io, int fd);

/*
 * Appends n bytes that the script `part` printed to the output of our descriptor fd; with `report`,
 * its name comes before the first of them. A negative n is the -errno of reading the script's
 * output. Returns whether the output has a reader.
 */
bool script_io_write(struct script_io *io, const struct part *part, int fd, const char *bytes,
		     ssize_t n);

/* Returns errno of the first output of a script that was lost, or 0. */
int script_io_error(const struct script_io *io);

/* Closes in_fd and empty_fd. */
void script_io_close(struct script_io *io);

#endif
