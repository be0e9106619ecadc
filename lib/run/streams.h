/*
 * streams: what scripts read and print on its way through us, as debianutils' --stdin and --report:
 * our standard input kept once and read by every script, and output passed on unchanged behind a
 * line with the name of its script; or, with --capture, without that, and the last of it kept for
 * the error handlers. Bytes of one stream are never lost or reordered.
 */
#ifndef STREAMS_H
#define STREAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "job/pool.h"
#include "run/tail.h"

#define STREAMS_BUILT_IN (ENABLE_RUN_PARTS || ENABLE_CAPTURE)

struct mem;
struct part;

struct streams {
	bool report;                   /* scripts print through us, behind their names */
	bool capture;                  /* they print through us, and what they print last is kept */
	int in_fd;                     /* what they read, or 0: our own standard input */
	int error;                     /* the first errno of passing something on, or 0 */
	const struct part *named;      /* the script whose name has been printed */
	struct tail tails[POOL_SLOTS]; /* of what runs */
	struct tail failed;            /* of what failed */
	bool has_failed;
};

/* Makes room for the tails. Returns 0 or -ENOMEM. */
int streams_open_tails(struct streams *streams, struct mem *mem);

/*
 * Copies all of our standard input, in memory or, where the kernel keeps no files there or has no
 * more room, in a file without a name in $TMPDIR or /tmp. Returns 0 or -errno.
 */
int streams_keep_stdin(struct streams *streams);

/*
 * Writes n bytes of the script `part` to our descriptor fd, after its name if it had not printed
 * yet. A negative n is the -errno of reading what it prints. Returns 0 or -errno, where nobody
 * reads that descriptor any more, or it takes no more; the first one stays in `error`.
 */
int streams_pass_on(struct streams *streams, const struct part *part, int fd, const char *bytes,
		    ssize_t n);

/* Gives back what streams_keep_stdin took. */
void streams_close(struct streams *streams);

#endif
