/* SPDX-License-Identifier: Apache-2.0 */
/* opt: a command line, its words separated by NULs. */
#include "base/opt.h"

#include "base/text.h"
#include "fuzz.h"

#define WORDS_MAX 16

struct values {
	bool flag;
	bool other_flag;
	int choice;
	int64_t number;
	const char *string;
};

#define VALUE(member) offsetof(struct values, member)

static const struct opt_choice choices[] = {
	{ "one", 3 }, { "other", 4 }, { "third", 5 }, { NULL, 0 }
};

/* clang-format off */
static const struct opt options[] = {
	{ .name = "help", .letter = 'h', .kind = OPT_HELP },
	{ .name = "version", .kind = OPT_VERSION },
	{ .name = "print-base", .kind = OPT_FLAG, .at = VALUE(flag) },
	{ .name = "print-phases", .letter = 'p', .kind = OPT_FLAG, .at = VALUE(other_flag) },
	{ .name = "do", .kind = OPT_COMMAND, .at = VALUE(flag) },
	{ .name = "log-level", .letter = 'l', .kind = OPT_CHOICE, .at = VALUE(choice),
	  .choices = choices },
	{ .name = "lockfile", .kind = OPT_STRING, .at = VALUE(string),
	  .clears = VALUE(other_flag) },
	{ .name = "timeout", .letter = 't', .kind = OPT_TIME, .at = VALUE(number) },
	{ .kind = OPT_END },
};
/* clang-format on */

/* Is s the end of one of the words? */
static bool is_from(char **words, const char *s)
{
	for (; *words; words++)
		if (s >= *words && s <= *words + strlen(*words))
			return true;
	return false;
}

static void check(struct mem *mem, char **words, enum opt_grammar grammar)
{
	struct values values = { .choice = 3 };
	const struct opt_syntax syntax = { .grammar = grammar, .options = options };
	char buf[200] = "";
	struct text error = TEXT_OVER(buf);
	char *argv[WORDS_MAX + 2];
	enum opt_verdict verdict;

	memcpy(argv, words, sizeof(argv));
	verdict = opt_parse(&syntax, mem, argv, &values, &error);
	fuzz_check(verdict <= OPT_ERROR);
	fuzz_check((verdict == OPT_ERROR) == (error.len > 0));
	fuzz_check(error.len < sizeof(buf) && strlen(buf) == error.len);
	fuzz_check(values.choice >= 3 && values.choice <= 5);
	fuzz_check(!values.string || is_from(words, values.string));
	for (char **operand = argv + 1; *operand; operand++)
		fuzz_check(is_from(words, *operand));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem mem = { 0 };
	char *argv[WORDS_MAX + 2] = { (char[]){ "fuzz" } };

	fuzz_words(&mem, data, size, argv + 1, WORDS_MAX);
	check(&mem, argv, OPT_ARGPARSE);
	check(&mem, argv, OPT_GETOPT_LONG);
	check(&mem, argv, OPT_OPTIONS_FIRST);
	mem_release(&mem);
	return 0;
}
