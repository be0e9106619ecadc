/* SPDX-License-Identifier: Apache-2.0 */
/*
 * duration: spans of time in nanoseconds, as decimal numbers of seconds in text.
 */
#ifndef DURATION_H
#define DURATION_H

#include <stdint.h>

struct text;

/* Appends seconds with three decimal places, "1.234", rounded to the nearest millisecond. */
void duration_add_ms(struct text *text, int64_t ns);

/* The same, but whole seconds have no fraction: as a time limit is given on the command line. */
void duration_add(struct text *text, int64_t ns);

/* Appends seconds with six decimal places, "1.234567", without what is less than a microsecond. */
void duration_add_us(struct text *text, int64_t ns);

/*
 * Reads a time in seconds, or in the unit of the letter after it: s, m (minutes) or h. The number
 * is one of text_to_int, but may have a fraction, or be nothing else: "1.5m", ".5". Returns 0 and
 * the nanoseconds; -ERANGE if they do not fit into 64 bits; or -EINVAL.
 */
int duration_parse(const char *s, int64_t *ret_ns);

#endif
