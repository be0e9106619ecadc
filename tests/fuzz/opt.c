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

static const char *const choices[] = { "one", "other", "third", NULL };

static const struct opt rows[] = {
	{ "help", 'h', OPT_HELP, 0, NULL, NULL, "show this" },
	{ "version", 0, OPT_VERSION, 0, NULL, NULL, "show the version" },
	{ "print-base", 0, OPT_FLAG, offsetof(struct values, flag), NULL, NULL, "a flag" },
	{ "print-phases", 'p', OPT_FLAG, offsetof(struct values, other_flag), NULL, NULL,
	  "a flag" },
	{ "log-level", 'l', OPT_CHOICE, offsetof(struct values, choice), "LEVEL", choices, "one" },
	{ "lockfile", 0, OPT_STRING, offsetof(struct values, string), "FILE", NULL, "a file" },
	{ "timeout", 't', OPT_INT, offsetof(struct values, number), "S", NULL, "seconds" },
	{ .name = NULL },
};

/* Is s the end of one of the words? */
static bool is_from(char **words, const char *s)
{
	for (; *words; words++)
		if (s >= *words && s <= *words + strlen(*words))
			return true;
	return false;
}

/* Either by argparse's rules or, with operands, by getopt_long's. */
static void check(struct mem *mem, char **argv, struct strvec *operands)
{
	struct values values = { .choice = 1 };
	const struct opt_syntax syntax = { rows, operands, mem };
	char buf[200] = "";
	struct text error = TEXT_OVER(buf);
	enum opt_verdict verdict = opt_parse(&syntax, argv, &values, &error);

	fuzz_check(verdict <= OPT_BAD);
	fuzz_check((verdict == OPT_BAD) == (error.len > 0));
	fuzz_check(error.len < sizeof(buf) && strlen(buf) == error.len);
	fuzz_check(values.choice >= 0 && values.choice <= 2);
	fuzz_check(!values.string || is_from(argv, values.string));
	for (size_t i = 0; operands && i < operands->n; i++)
		fuzz_check(is_from(argv, operands->v[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mem mem = { 0 };
	struct strvec operands = { 0 };
	char *argv[WORDS_MAX + 2] = { (char[]){ "fuzz" } };

	fuzz_words(&mem, data, size, argv + 1, WORDS_MAX);
	check(&mem, argv, NULL);
	check(&mem, argv, &operands);
	mem_release(&mem);
	return 0;
}
