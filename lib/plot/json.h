/* SPDX-License-Identifier: Apache-2.0 */
/*
 * json: reads a text that is one JSON object (RFC 8259), member by member. It is strict: whatever
 * is not valid JSON in UTF-8 is an error. It allocates nothing, because strings are decoded in
 * place.
 */
#ifndef JSON_H
#define JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json {
	char *at;   /* the next byte to read; after an error, the place of it */
	char *end;  /* the end of the text, where there is a NUL */
	bool begun; /* the { has been read */
};

enum json_kind {
	JSON_STRING,
	JSON_NUMBER,
	JSON_OTHER, /* an array, an object, true, false or null, which has been skipped */
};

struct json_value {
	enum json_kind kind;
	/*
	 * The string in UTF-8, in the text itself. The escapes of NUL and of half a surrogate pair,
	 * which C and UTF-8 cannot represent, are U+FFFD.
	 */
	char *string;
	int64_t millionths; /* the number times a million, at most INT64_MAX either way */
};

/* Begins to read the n bytes at s, with a NUL behind them. Reading changes them. */
void json_open(struct json *json, char *s, size_t n);

/*
 * Reads the next member of the object. Returns 1 with its name and value; 0 at the end of the
 * object, which is the end of the text too; or -EINVAL.
 */
int json_member(struct json *json, const char **ret_name, struct json_value *ret_value);

#endif
