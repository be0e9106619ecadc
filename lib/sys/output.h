/* SPDX-License-Identifier: Apache-2.0 */
/*
 * output: a descriptor with a queue before it. Whoever has something to say appends it, and never
 * waits. The event loop writes what is queued, as far as the reader takes it, and calls nobody who
 * appends unless there is room. Where there is no event loop, an output has no queue, and appending
 * writes at once.
 */
#ifndef SYS_OUTPUT_H
#define SYS_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>

#define OUTPUT_SIZE 65536

/* The room that there is for one who appends. */
#define OUTPUT_ROOM (OUTPUT_SIZE / 2)

struct output {
	int fd;
	char *queue;         /* OUTPUT_SIZE bytes of the caller's, or NULL: there is no queue */
	size_t len;          /* the bytes in it */
	size_t counted;      /* the loss of one of these first bytes is an error */
	bool may_wait;       /* a pipe, a socket or a terminal, which may have no room */
	bool keeps_lines;    /* a file takes a line as a whole or not at all */
	bool may_drop;       /* nobody waits for the reader: what finds no room is dropped ... */
	bool given_up;       /* ... and that is no error, for a signal has asked us to end */
	bool has_no_reader;  /* the reader of a pipe or socket has gone */
	bool is_within_line; /* the last byte that was written does not end a line */
	bool is_torn; /* the end of a line is missing: the next one has to begin with a newline */
	int error;    /* errno of the first bytes lost that count, or 0 */
};

/* Fills in an output. The queue is as in the struct. */
void output_open(struct output *out, int fd, char *queue);

/*
 * Appends n bytes, which are written or dropped together. If `counts` is set, their loss becomes
 * the `error` of the output. The loss of a line of the log does not count: there is nowhere to
 * report that stderr itself fails.
 */
void output_add(struct output *out, const char *bytes, size_t n, bool counts);

/* Returns whether there is room for OUTPUT_ROOM bytes, or nobody waits for it. */
bool output_has_room(const struct output *out);

/*
 * Writes what can be written without waiting, in pieces of whole lines where they fit into PIPE_BUF
 * bytes. After an error, what was queued is lost.
 */
void output_write(struct output *out);

/*
 * Drops what is queued, but for the rest of a line that has been begun, which is waited for from
 * now on. The loss counts, unless the output is given up.
 */
void output_drop(struct output *out);

/* Returns the length of the first line, with its newline; or 0 if no newline is in the n bytes. */
size_t output_first_line(const char *bytes, size_t n);

/* Returns the length of all whole lines, up to the last newline in the n bytes; or 0. */
size_t output_whole_lines(const char *bytes, size_t n);

/* Returns whether both descriptors are of the same file. */
bool output_is_same_file(int fd, int other);

#endif
