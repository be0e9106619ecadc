/* SPDX-License-Identifier: Apache-2.0 */
/*
 * script_io: what scripts read and print on its way through us, as debianutils' --stdin and
 * --report: our standard input kept once and read by every script, and output passed on unchanged
 * behind a line with the name of its script; or, with --capture, without that, and the last of it
 * kept for the error handlers. Bytes of one stream are never lost or reordered.
 */
#ifndef SCRIPT_IO_H
#define SCRIPT_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "job/loop.h"
#include "run/ring.h"

#define SCRIPT_IO_BUILT_IN (ENABLE_RUN_PARTS || ENABLE_CAPTURE)

struct mem;
struct part;

struct script_io {
	bool report;                   /* scripts print through us, behind their names */
	bool capture;                  /* they print through us, and what they print last is kept */
	int in_fd;                     /* what they read, or 0: our own standard input */
	int error;                     /* the first errno of passing something on, or 0 */
	const struct part *named;      /* the script whose name has been printed */
	struct ring rings[LOOP_SLOTS]; /* of what runs */
	struct ring failed;            /* of what failed */
	bool has_failed;
};

/* Makes room for the rings. Returns 0 or -ENOMEM. */
int script_io_open_rings(struct script_io *io, struct mem *mem);

/*
 * Copies all of our standard input, in memory or, where the kernel keeps no files there or has no
 * more room, in a file without a name in $TMPDIR or /tmp. Returns 0 or -errno.
 */
int script_io_keep_stdin(struct script_io *io);

/*
 * Writes n bytes of the script `part` to our descriptor fd, after its name if it had not printed
 * yet. A negative n is the -errno of reading what it prints. Returns 0 or -errno, where nobody
 * reads that descriptor any more, or it takes no more; the first one stays in `error`.
 */
int script_io_write(struct script_io *io, const struct part *part, int fd, const char *bytes,
		    ssize_t n);

/* Gives back what script_io_keep_stdin took. */
void script_io_close(struct script_io *io);

#endif
