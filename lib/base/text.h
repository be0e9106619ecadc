/*
 * text: bounded formatting into a buffer, and numbers, without stdio. What does not fit is cut
 * and said so in `truncated`; the buffer always ends in NUL.
 */
#ifndef TEXT_H
#define TEXT_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mem;

struct text {
	char *buf;
	size_t len;
	size_t cap;      /* bytes of buf, the NUL included */
	struct mem *mem; /* grows here when set; else buf is all there is */
	bool truncated;        /* something did not fit, or memory ran out */
};

/* A text over a local array. */
#define TEXT_OVER(array)                             \
	{                                            \
		.buf = (array), .cap = sizeof(array) \
	}

/* Appends n bytes as they are. */
void text_add(struct text *text, const char *bytes, size_t n);

/* Appends the string s as it is. */
void text_str(struct text *text, const char *s);

/* Appends one byte as it is. */
void text_char(struct text *text, char c);

/* Appends a byte of a control character, or a backslash, as \n, \t, \r, \\ or \xHH. */
void text_escape(struct text *text, unsigned char c);

/*
 * Appends by a format: %s (its control bytes, DEL and backslashes before them written as \n, \t, \r
 * or \xHH, so that a line stays one line), %d (int), %lld (long long), %c, each with a width as
 * in printf(3): strings, with '-', are padded to the right, and numbers, with '0' or without, to
 * the left and to 24 bytes at most.
 */
void text_fmt(struct text *text, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void text_vfmt(struct text *text, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

/*
 * Appends n bytes at s, after which there is a NUL, as a string of JSON, in its quotes: characters
 * of UTF-8 as they are, control characters, backslashes and bytes that are not UTF-8 as the escapes
 * of text_escape with the backslash doubled. It ends with "..." where it takes `max` bytes or more.
 */
void text_json(struct text *text, const char *s, size_t n, size_t max);

/* Appends all that can be read from fd, and a NUL after it. Returns 0 or -errno. */
int text_read(struct text *text, int fd);

/* The line, from 1, of a place in a text. */
int text_line(const char *text, const char *place);

/* Appends a decimal digit to a number, which stops at the limits of int64_t. */
int64_t text_push_digit(int64_t value, int digit, bool negative);

/* Returns whether the string is equal to the n bytes, which hold no NUL. */
bool text_equals(const char *string, const char *bytes, size_t n);

/* The place, from 0, of the n bytes at s in a list of strings, an empty one last; -1: not in it. */
int text_index(const char *list, const char *s, size_t n);

/* The place of the string s. */
int text_place(const char *list, const char *s);

/* The string at this place of a list. */
const char *text_at(const char *list, int place);

/*
 * The string of this number in a list of strings with a byte in front of each, which is its number;
 * or the last, whose number is 0.
 */
const char *text_numbered(const char *list, int number);

/* The meaning of an errno that a call of ours can give; "unknown error" for any other number. */
const char *text_error(int error);

/* "SIGTERM" for 15; "signal" for a number that we have no name for. */
const char *text_signal(int sig);

/*
 * Reads a whole decimal number as Python's int() does: blanks around it, a sign, single underscores
 * between digits. What exceeds 64 bits is held at the limit. Returns 0 or -EINVAL.
 */
int text_to_int(const char *s, int64_t *ret_value);

/*
 * Reads a time in seconds, or in what a letter behind it says: s, m (minutes), h. It is a number as
 * for text_to_int, but may have a fraction: "1.5m". Returns 0 and the nanoseconds, INT64_MAX for
 * what has more than 64 bits; or -EINVAL.
 */
int text_to_ns(const char *s, int64_t *ret_ns);

#endif
