#include "shscan.h"

#include <stdbool.h>
#include <string.h>

#include "text.h"
#include "vars.h"

/* Nested deeper than this, it counts as found. */
#define DEPTH_MAX 100

/* Once something is found, `at` is at an empty string, so that whoever reads on finds the end. */
struct scan {
	const char *at;
	const char *found;
	size_t n; /* its length */
	int word; /* what is found in the word being read, and whether it has a brace */
	int depth;
	bool backquoted; /* inside `...` */
};

enum { NO_BRACES = 1, NO_EXPANSIONS = 2, OPEN_BRACE = 4 };

/* Where in a word the reading is, as in eval. */
enum { QUOTED = 1, INNER = 2, NESTED = 4 };

static void scan_text(struct scan *scan, int how);

static void found(struct scan *scan, const char *at, size_t n)
{
	if (!scan->found) {
		scan->found = at;
		scan->n = n;
	}
	scan->at = "";
}

static bool is_of(const char *set, char c)
{
	return c && strchr(set, c);
}

static bool is_meta(char c)
{
	return strchr(" \t\n;&|<>()", c);
}

/* Finds the pairs of bytes that are bash's wherever they stand unquoted, and $[ everywhere. */
static void find_pair(struct scan *scan, int how)
{
	static const char pairs[] = "&>|&;&<(>(<<((=(+=**$'$\"$[";

	for (const char *pair = how == QUOTED ? pairs + sizeof(pairs) - 3 : pairs; *pair; pair += 2)
		if (scan->at[0] == pair[0] && scan->at[1] == pair[1])
			found(scan, scan->at, 2);
}

static void take(struct scan *scan, char c)
{
	if (*scan->at == c)
		scan->at++;
}

/* The name at scan->at. */
static size_t scan_name(struct scan *scan)
{
	size_t n = vars_name_len(scan->at);

	if (vars_kind(scan->at, n) == VARS_BASH)
		found(scan, scan->at, n);
	else
		scan->at += n;
	return n;
}

/* Words in the place of a command: those before a command, case, those with arguments that only
 * bash knows or takes so, and those of bash. */
static const char commands[] =
	"if\0then\0elif\0else\0while\0until\0do\0!\0{\0case\0"
	"export\0readonly\0read\0printf\0echo\0trap\0[\0test\0"
	"[[\0alias\0bind\0builtin\0caller\0compgen\0complete\0compopt\0coproc\0declare\0dirs\0"
	"disown\0enable\0function\0help\0history\0let\0local\0logout\0mapfile\0popd\0pushd\0"
	"readarray\0select\0shopt\0source\0suspend\0time\0typeset\0";
enum { FIRST = -2, CASE = 9, EXPORT, READ = 12, PRINTF, ECHO, TRAP, BRACKET, BASH_ONLY = 18 };

/* `first`: in [ ] a unary operator may stand here. */
static bool is_bash_argument(int command, const char *word, size_t n, bool first)
{
	static const char words[] = "==\0=~\0-v\0-N\0-R\0-a\0-o\0DEBUG\0ERR\0RETURN\0";
	int place = text_index(words, word, n);
	const char *pair = command == ECHO ? "\\\\abcefnrtv0x" : "%q(";

	if (command >= BRACKET)
		return place >= 0 && place < (first ? 7 : 5);
	if (command == TRAP)
		return place >= 7;
	if (*word == '-' && n > 1 && (n > 2 || word[1] != "pprrn"[command - EXPORT]))
		return true;
	for (; command >= PRINTF && n > 1; word++, n--)
		if (*word == *pair && is_of(pair + 1, word[1]))
			return true;
	return false;
}

static void scan_list(struct scan *scan, char end, int parens)
{
	int command = FIRST; /* place in `commands`; FIRST: the next word is a command */
	bool first = false;  /* nothing but ! has come behind it */

	for (;;) {
		const char *at = scan->at;
		char c = *at;
		size_t n = vars_name_len(at);
		bool assigns = n > 0 && at[n] == '=';

		if (c == '\0' || (c == '`' && scan->backquoted) || (c == end && parens == 0))
			return;
		find_pair(scan, 0);
		if (scan->found)
			return;
		if (c == '#') {
			scan->at += strcspn(at, "\n");
		} else if (is_of("<>", c)) {
			scan->at += 1 + is_of("&>|", at[1]);
			scan->at += strspn(scan->at, " \t");
			scan_text(scan, 0);
		} else if (is_meta(c)) {
			parens += (c == '(') - (c == ')');
			scan->at++;
			if (!is_of(" \t", c))
				command = FIRST;
		} else {
			scan->word = 0;
			if (assigns && command == FIRST)
				scan->word = NO_BRACES;
			if (assigns && (unsigned)command - EXPORT < READ - EXPORT)
				scan->word = NO_EXPANSIONS;
			scan_text(scan, 0);
			if (command == FIRST && n > 0 && at[n] == '[')
				found(scan, at, n + 1);
			n = (size_t)(scan->at - at);
			if (scan->found)
				return;
			if (command != FIRST) {
				if (command >= EXPORT && is_bash_argument(command, at, n, first))
					found(scan, at, n);
				first = first && n == 1 && c == '!';
			} else if (!assigns) {
				command = text_index(commands, at, n);
				if (command >= BASH_ONLY || (command == CASE && end))
					found(scan, at, n);
				if ((unsigned)command < CASE)
					command = FIRST;
				first = true;
			}
		}
	}
}

/* What is nested, up to the byte that ends it: } or that of a command substitution. */
static void scan_deeper(struct scan *scan, char end, int how)
{
	bool backquoted = scan->backquoted;
	int word = scan->word;

	if (++scan->depth > DEPTH_MAX)
		found(scan, scan->at, 2);
	if (end == '}') {
		scan_text(scan, how);
	} else {
		scan->backquoted |= end == '`';
		scan_list(scan, end, how);
		scan->backquoted = backquoted;
		scan->word = word;
	}
	scan->depth--;
	take(scan, end);
}

static void scan_braces(struct scan *scan, int how)
{
	const char *start = scan->at, *op;

	scan->at += 2;
	if (*scan->at == '!' && scan->at[1] != '}')
		found(scan, start, 3);
	if (*scan->at == '#' && scan->at[1] != '}')
		scan->at++;
	if (scan_name(scan) == 0 && *scan->at)
		scan->at += 1 + strspn(scan->at + 1, "0123456789");
	op = scan->at;
	if (is_of("/^,@~[", *op) || (*op == ':' && !strchr("-=+?", op[1])))
		found(scan, start, (size_t)(op + 1 - start));
	scan_deeper(scan, '}', (how & QUOTED) | INNER);
}

static void scan_dollar(struct scan *scan, int how)
{
	const char *at = scan->at;
	int parens = at[1] == '(' && at[2] == '(';

	if (at[1] == '{') {
		scan_braces(scan, how);
	} else if (at[1] == '(') {
		scan->at += 2 + parens;
		scan_deeper(scan, ')', parens);
	} else {
		scan->at++;
		/* Bash reads a name on behind such a quote. */
		if (scan_name(scan) > 0 && how & (INNER | NESTED) && *scan->at == '"' &&
		    !strchr("}\" ", scan->at[1]))
			found(scan, at, 2);
	}
}

static void scan_single_quotes(struct scan *scan, int how)
{
	const char *at = scan->at;
	/* In quotes, POSIX shells do not look for the quote that bash looks for. */
	size_t n = 1 + strcspn(at + 1, how & QUOTED ? "'$`\"\\}" : "'");

	scan->at += n;
	if (how & QUOTED && at[n] != '\'')
		found(scan, at, 1);
	take(scan, '\'');
}

/* What neither quotes nor expands. */
static void scan_plain(struct scan *scan, int how)
{
	const char *at = scan->at;
	char c = *at;

	if (how != QUOTED) {
		if (c == '{' && !(scan->word & NO_BRACES))
			scan->word |= OPEN_BRACE;
		if (scan->word & OPEN_BRACE && (c == ',' || (c == '.' && at[1] == '.')))
			found(scan, at, 2);
		else if (scan_name(scan) > 0)
			return;
	}
	take(scan, c);
}

static void scan_text(struct scan *scan, int how)
{
	for (;;) {
		const char *at = scan->at;
		char c = *at;

		if (c == '\0' || (c == '`' && scan->backquoted) ||
		    (how & INNER  ? c == '}' :
		     how & QUOTED ? c == '"' :
				    is_meta(c)))
			return;
		find_pair(scan, how);
		if (scan->word & NO_EXPANSIONS && !(how & QUOTED) && is_of("$`~*?[", c))
			found(scan, at, 2);
		if (scan->found)
			return;
		if (c == '\\') {
			scan->at += 1 + (at[1] != '\0');
			if (how & NESTED || (how == QUOTED && at[1] == '}'))
				found(scan, at, 2);
		} else if (c == '"') {
			scan->at++;
			scan_text(scan, how & QUOTED ? QUOTED | NESTED : QUOTED);
			take(scan, '"');
		} else if (c == '\'' && (how & INNER || !(how & QUOTED))) {
			scan_single_quotes(scan, how);
		} else if (c == '$') {
			scan_dollar(scan, how);
		} else if (c == '`') {
			scan->at++;
			scan_deeper(scan, c, 0);
		} else {
			scan_plain(scan, how);
		}
	}
}

const char *shscan_bash_only(const char *buf, size_t *ret_n)
{
	struct scan scan = { .at = buf };

	scan_list(&scan, '\0', 0);
	*ret_n = scan.n;
	return scan.found;
}
