/*
 * json: reads an object of JSON (RFC 8259) member by member, in the place where it stands. Strict:
 * what is no JSON, or no UTF-8, is refused. Allocates nothing: strings are decoded over themselves.
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json {
	char *at;  /* what is read next; after an error the place of it */
	char *end; /* a NUL stands here */
	bool begun;
};

enum json_kind {
	JSON_STRING,
	JSON_NUMBER,
	JSON_OTHER, /* an array, an object, true, false or null: passed over */
};

struct json_value {
	enum json_kind kind;
	/*
	 * UTF-8 with a NUL after it; control characters are as they were written. What no string
	 * of C and no UTF-8 can hold, NUL and half a surrogate pair, is U+FFFD.
	 */
	const char *string;
	int64_t millionths; /* of the number; what has more than 64 bits is held at the limit */
};

/* Begins with the n bytes at s and the NUL behind them; they change as they are read. */
void json_open(struct json *json, char *s, size_t n);

/* The next member of the object: 1, or 0 at the end of the object and the text, or -EINVAL. */
int json_member(struct json *json, const char **ret_name, struct json_value *ret_value);

#endif
