/* SPDX-License-Identifier: Apache-2.0 */
/*
 * text: text that is put together piece by piece in a buffer, and numbers, without stdio. The
 * buffer is one of a fixed size, or it grows in an arena. What does not fit is left out, which
 * `truncated` remembers; the buffer always ends in NUL. To characters that could do more to a
 * terminal or a log than be seen there, text_fmt gives a visible form: see text_visible.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mem;

struct text {
	char *buf; /* NULL until something is appended, if it grows in an arena */
	size_t len;
	size_t cap;      /* bytes of buf, the NUL included */
	struct mem *mem; /* the arena in which buf grows; NULL: buf keeps its size */
	bool truncated;  /* something did not fit, or there was no memory */
};

/* An empty text over a local array. */
#define TEXT_OVER(array)                             \
	{                                            \
		.buf = (array), .cap = sizeof(array) \
	}

/* The mark at the end of a text that is not complete. */
#define TEXT_TRUNCATED "..."

/* The same as TEXT_OVER, with room left for what text_end appends. */
#define TEXT_TO_END(array)                                           \
	{                                                            \
		.buf = (array), .cap = sizeof(array) - TEXT_END_ROOM \
	}
#define TEXT_END_ROOM sizeof(TEXT_TRUNCATED "\n")

/* Appends n bytes as they are. */
void text_add(struct text *text, const char *bytes, size_t n);

/* Appends the string s as it is. */
void text_str(struct text *text, const char *s);

/* Appends one byte as it is. */
void text_char(struct text *text, char c);

/*
 * Ends a TEXT_TO_END: appends the mark, in the place of a last character that may be incomplete, if
 * it is truncated; and `end`, which is "" or one byte.
 */
void text_end(struct text *text, const char *end);

/*
 * Returns how many bytes the first character of the string s has, or 0 if it must be escaped: if it
 * is a control character (C0, DEL, or C1, as UTF-8 or as a byte of its own), separates lines, or
 * changes the direction of text; if it is a backslash; and for the NUL at the end. Any other byte
 * that is not part of UTF-8 is taken for a character.
 */
size_t text_visible(const char *s);

/*
 * Appends the escape of each byte of the first character of s: \n, \t, \r, \\ or \xHH. Returns
 * how many bytes it has.
 */
size_t text_escape(struct text *text, const char *s);

/*
 * Appends by a format with the conversions %s, %d (int), %lld (long long) and %c, each with a width
 * as in printf(3). In the string of a %s, what is not text_visible is escaped, so that a line stays
 * one line. Strings have their width after a '-' and are padded on the right;
 * numbers are padded on the left, with blanks or after a '0' with zeros, to 24 bytes at most.
 */
void text_fmt(struct text *text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_vfmt(struct text *text, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

/*
 * Appends a word as a shell reads it, with quotes where it needs them. The word is as with %s: what
 * is not text_visible is escaped, which takes the quotes of bash and POSIX.1-2024, $''.
 */
void text_shell(struct text *text, const char *word);

/*
 * Appends the n bytes at s, which a NUL follows, as a string of JSON (RFC 8259) with its quotes.
 * Characters of UTF-8 stay as they are if they are text_visible; all other bytes become the escapes
 * of text_escape, with a second backslash. Once the string has `max` bytes
 * or more, the rest of s is left out, and TEXT_TRUNCATED ends it.
 */
void text_json(struct text *text, const char *s, size_t n, size_t max);

/*
 * Appends all that can be read from fd. Returns 0; -EFBIG if the text would be longer than `max`;
 * or another -errno.
 */
int text_read(struct text *text, int fd, size_t max);

/* Returns the number of the line, from 1, in which `place` is, a pointer into the text. */
int text_line(const char *text, const char *place);

/* Returns whether the string is equal to the n bytes, which hold no NUL. */
bool text_equals(const char *string, const char *bytes, size_t n);

/*
 * Returns whether the n bytes at `word` may be the name, mistyped: there is one place where they
 * differ, by at most two letters that are wrong, missing, too many or have changed places. Without
 * ENABLE_HELP, nothing is.
 */
bool text_is_near(const char *word, size_t n, const char *name);

/*
 * Return how many bytes at the start of s are among these bytes, or before one that is: the same as
 * strspn(3) and strcspn(3), which make a table of all bytes at each call. Ours are for short words.
 */
size_t text_span(const char *s, const char *bytes);
size_t text_until(const char *s, const char *bytes);

/* Returns s without the white space at its start, which is that of isspace(3) in the C locale. */
const char *text_skip_blanks(const char *s);

/* Returns the number with one more decimal digit, or the limit of int64_t that it would exceed. */
int64_t text_push_digit(int64_t value, int digit, bool negative);

/*
 * Reads the decimal number that s begins with, written as Python's int() takes it: after blanks,
 * with a sign, with single underscores between digits. A number of more than 64 bits becomes the
 * limit. Returns what follows the number, or NULL if there is none.
 */
const char *text_parse_int(const char *s, int64_t *ret_value);

/* Reads such a number, which only blanks may follow. Returns 0 or -EINVAL. */
int text_to_int(const char *s, int64_t *ret_value);

/*
 * Returns the meaning of an errno value, in the words of musl's strerror(3); "unknown error" for
 * values that no call of ours gives.
 */
const char *text_error(int error);

/* Returns "SIGTERM" for 15, and "signal" for a number that we have no name for. */
const char *text_signal(int sig);

#endif
