/* SPDX-License-Identifier: Apache-2.0 */
/* The comparison with grep -E, which reads its pattern and a batch of names from files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "diff.h"

#define NAMES_PER_PATTERN 20

/* Writes text to the file of this template, whose X's are filled in. Returns success. */
static bool write_file(char *template, const char *text)
{
	int fd = mkstemp(template);
	size_t n = strlen(text);
	bool ok = fd >= 0 && write(fd, text, n) == (ssize_t)n;

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Sets matched[i] for the lines of `names` that grep finds. Returns its status. */
static int run_grep(const char *pattern, const char *names, bool *matched)
{
	char pattern_file[] = "pattern.XXXXXX", names_file[] = "names.XXXXXX";
	char command[128], line[2 * GEN_NAME_MAX];
	FILE *pipe = NULL;
	int status = -1;

	if (write_file(pattern_file, pattern) && write_file(names_file, names)) {
		snprintf(command, sizeof(command), "exec grep -anE -f %s %s 2>/dev/null",
			 pattern_file, names_file);
		pipe = popen(command, "r");
	}
	while (pipe && fgets(line, sizeof(line), pipe))
		matched[atoi(line) - 1] = true;
	if (pipe)
		status = pclose(pipe);
	unlink(pattern_file);
	unlink(names_file);
	return status == -1 || !WIFEXITED(status) ? -1 : WEXITSTATUS(status);
}

/* grep refuses a group that ends with the repetition of nothing, and calls it unmatched. */
static bool is_strictness(const struct diff *diff)
{
	static const char *const ends[] = { "*)", "+)", "?)", "})" };
	bool found = false;

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		found |= strstr(diff->gen.grep.s, ends[i]) != NULL;
	return found && (diff->gen.mutated || (diff->gen.respelt & GEN_NOTHING_REPEATED));
}

/* Of collating elements grep leaves all to glibc, which errs in these. */
static bool is_beyond_grep(const struct diff *diff)
{
	return (strstr(diff->gen.grep.s, "[.") || strstr(diff->gen.grep.s, "[=")) &&
	       (diff->gen.mutated || diff->gen.respelt);
}

static void compare_names(struct diff *diff, char names[][GEN_NAME_MAX], const bool *matched)
{
	for (int i = 0; i < NAMES_PER_PATTERN; i++)
		diff_pair(diff, names[i], ere_match(diff->ere, names[i]), matched[i]);
}

static void compare_pattern(struct diff *diff)
{
	char names[NAMES_PER_PATTERN][GEN_NAME_MAX], lines[NAMES_PER_PATTERN * GEN_NAME_MAX] = "";
	char pattern[GEN_PATTERN_MAX + 1];
	bool matched[NAMES_PER_PATTERN] = { false };
	int status;

	diff_next(diff, 1 + gen_random(&diff->gen, 3), ERE_NEWLINE_OR);
	for (int i = 0; i < NAMES_PER_PATTERN; i++) {
		gen_name(&diff->gen, names[i]);
		strcat(strcat(lines, names[i]), "\n");
	}
	/* In a file of patterns the last newline ends the last pattern. */
	snprintf(pattern, sizeof(pattern), "%s\n", diff->gen.grep.s);
	status = run_grep(pattern, lines, matched);
	if (status != 0 && status != 1 && status != 2)
		diff_wrong(diff, "", "grep failed");
	else if (diff->err == 0 && status == 2 && is_strictness(diff))
		diff->ours_is_laxer++;
	else if (diff->err == 0 && status == 2)
		diff_wrong(diff, "", "is not refused");
	else if (diff->err == 0 && is_beyond_grep(diff))
		diff->unmatched++;
	else if (diff->err == 0)
		compare_names(diff, names, matched);
	else if (status == 2)
		diff->invalid++;
	else if (diff_is_refusal(diff))
		diff->ours_refuses++;
	else
		diff_wrong(diff, "", "is refused");
}

bool diff_grep(struct diff *diff, unsigned long pairs)
{
	setenv("LC_ALL", "C", true);
	if (system("grep --version 2>/dev/null | grep -q 'GNU grep'") != 0)
		return false;
	while (diff->pairs < pairs)
		compare_pattern(diff);
	return true;
}
