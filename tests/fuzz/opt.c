/* opt: a command line, its words separated by NULs. */
#include "opt.h"

#include "fuzz.h"
#include "text.h"

#define WORDS_MAX 16

struct values {
	bool flag;
	bool other_flag;
	int choice;
	int64_t number;
	const char *string;
};

/* clang-format off */
#define VALUE(member) offsetof(struct values, member)
#define ROWS(ROW) \
	ROW(help, 'h', OPT_HELP, 0, "help", "show this", "") \
	ROW(version, 0, OPT_VERSION, 0, "version", "show the version", "") \
	ROW(flag, 0, OPT_FLAG, VALUE(flag), "print-base", "a flag", "") \
	ROW(other_flag, 'p', OPT_FLAG, VALUE(other_flag), "print-phases", "a flag", "") \
	ROW(choice, 'l', OPT_CHOICE, VALUE(choice), "log-level", "one", "one\0other\0third\0") \
	ROW(string, 0, OPT_STRING, VALUE(string), "lockfile", "a file", "FILE") \
	ROW(number, 't', OPT_TIME, VALUE(number), "timeout", "seconds", "S")
/* clang-format on */

static const OPT_TYPE(, ROWS) rows = OPT_ROWS(ROWS, NULL);

/* Is s the end of one of the words? */
static bool is_from(char **words, const char *s)
{
	for (; *words; words++)
		if (s >= *words && s <= *words + strlen(*words))
			return true;
	return false;
}

/* Either by argparse's rules or, with operands, by getopt_long's. */
static void check(struct mem *mem, char **words, const char *operands)
{
	struct values values = { .choice = 1 };
	const struct opt_syntax syntax = { .rows = OPT_FIRST(rows), .operands = operands };
	char buf[200] = "";
	struct text error = TEXT_OVER(buf);
	char *argv[WORDS_MAX + 2];
	enum opt_verdict verdict;

	memcpy(argv, words, sizeof(argv));
	verdict = opt_parse(&syntax, mem, argv, &values, &error);
	fuzz_check(verdict <= OPT_BAD);
	fuzz_check((verdict == OPT_BAD) == (error.len > 0));
	fuzz_check(error.len < sizeof(buf) && strlen(buf) == error.len);
	fuzz_check(values.choice >= 0 && values.choice <= 2);
	fuzz_check(!values.string || is_from(words, values.string));
	for (char **operand = argv + 1; *operand; operand++)
		fuzz_check(is_from(words, *operand));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem mem = { 0 };
	char *argv[WORDS_MAX + 2] = { (char[]){ "fuzz" } };

	fuzz_words(&mem, data, size, argv + 1, WORDS_MAX);
	check(&mem, argv, NULL);
	check(&mem, argv, "FILE...");
	mem_release(&mem);
	return 0;
}
