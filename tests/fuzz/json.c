/* SPDX-License-Identifier: Apache-2.0 */
/* json: a line of an event log, or what is no such thing. */
#include "plot/json.h"

#include "fuzz.h"

/* Is it all of it in the text, and UTF-8? */
static void check_string(const struct json *json, const char *start, const char *s)
{
	fuzz_check(s >= start && s + strlen(s) < json->end);
	while (*s) {
		unsigned char first = (unsigned char)*s++;
		int more = first < 0xc0 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;

		fuzz_check(first < 0x80 || (first >= 0xc2 && first <= 0xf4));
		while (more-- > 0)
			fuzz_check((*s++ & 0xc0) == 0x80);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem mem = { 0 };
	char *start = mem_dup(&mem, (const char *)data, size);
	struct json_value value;
	const char *name, *before = start;
	struct json json;
	int more;

	json_open(&json, start, size);
	while ((more = json_member(&json, &name, &value)) == 1) {
		fuzz_check(json.at > before && json.at <= json.end);
		before = json.at;
		check_string(&json, start, name);
		if (value.kind == JSON_STRING)
			check_string(&json, start, value.string);
	}
	fuzz_check(more < 0 || json.at == json.end);
	fuzz_check(json.at <= json.end);
	mem_release(&mem);
	return 0;
}
