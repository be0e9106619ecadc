#include "shscan.h"

#include <string.h>

#include "vars.h"

struct scan {
	const char *at;
	const char *what;   /* what was found, or NULL */
	bool quoted;        /* between double quotes */
	bool exporting;     /* among the arguments of export, which other shells split */
	int braces;         /* of ${ } that are open */
};

/* Where a word begins: what makes it bash's. One that ends in a letter ends the word. */
static const char *const beginnings[] = {
	"[[",       "((",       "declare", "typeset",  "local",    "source",  "shopt",
	"let",      "function", "select",  "mapfile",  "readarray", "pushd",  "popd",
	"builtin",  "echo -",   "export -", "read -",  "printf -v", "==",     "=~",
	"pipefail", "ERR",      "RETURN",  "DEBUG",    "EXIT",     "-v",      "-nt",
	"-ot",      "-ef",      "coproc",  "time",     "enable",   "disown",  NULL,
};

/* Anywhere outside quotes. */
static const char *const operators[] = { "<<", "<(", ">(", "&>", "|&", ";&", ";;&", "$'", "$\"", NULL };

static const char *find(const char *const *list, const char *at, bool word)
{
	for (; *list; list++) {
		size_t n = strlen(*list);
		char last = (*list)[n - 1];

		if (strncmp(at, *list, n) != 0)
			continue;
		if (!word || last == '-' || last == '[' || last == '(' || !at[n] ||
		    strchr(" \t\n;&|<>()", at[n]))
			return *list;
	}
	return NULL;
}

static bool is_word_start(const char *buf, const char *at)
{
	return at == buf || strchr(" \t\n;&|<>()!", at[-1]);
}

/* At the $ of an expansion. */
static void scan_dollar(struct scan *scan)
{
	bool brace = scan->at[1] == '{';
	const char *name = scan->at + 1 + brace;
	size_t n = vars_name_len(name);
	char op = name[n];

	if (scan->exporting && !scan->quoted)
		scan->what = "unquoted value in export";
	if (n > 0 && vars_kind(name, n) == VARS_BASH)
		scan->what = "variable of bash's own";
	else if (scan->at[1] == '[' || (brace && n == 0 && *name == '!'))
		scan->what = brace ? "${!NAME}" : "$[ ]";
	else if (brace && n > 0 && (strchr("/^,@[", op) || (op == ':' && !strchr("-=+?", name[n + 1]))))
		scan->what = op ? "expansion of bash's" : NULL;
	scan->braces += brace;
	scan->at = name + n;
}

/* A word that is an array, an addition, or alternatives in braces. */
static void scan_word(struct scan *scan)
{
	size_t n = vars_name_len(scan->at), end = strcspn(scan->at, " \t\n;&|<>()\"'$");
	const char *brace = memchr(scan->at, '{', end);

	if (n > 0 && (strncmp(scan->at + n, "+=", 2) == 0 || strncmp(scan->at + n, "=(", 2) == 0 ||
		      scan->at[n] == '['))
		scan->what = "array or +=";
	else if (brace && brace[1] && !strchr(" \t\n", brace[1]) && brace > scan->at - 1 &&
		 (end > (size_t)(brace - scan->at) + 1 || brace[1] == '$'))
		scan->what = "brace expansion";
	scan->exporting = scan->exporting || (strncmp(scan->at, "export", 6) == 0 && end == 6);
}

static void skip_single_quoted(struct scan *scan)
{
	scan->at += 1 + strcspn(scan->at + 1, "'");
	scan->at += *scan->at == '\'';
}

static void scan_unquoted(struct scan *scan, const char *buf)
{
	bool starts = is_word_start(buf, scan->at);

	if (*scan->at == '#' && starts) {
		scan->at += strcspn(scan->at, "\n");
		return;
	}
	if (strchr("\n;&|", *scan->at))
		scan->exporting = false;
	if (starts && *scan->at != '"' && *scan->at != '\'') {
		scan->what = find(beginnings, scan->at, true);
		if (!scan->what)
			scan_word(scan);
	}
	if (!scan->what)
		scan->what = find(operators, scan->at, false);
}

static void scan_byte(struct scan *scan, const char *buf)
{
	if (!scan->quoted)
		scan_unquoted(scan, buf);
	if (scan->what || !*scan->at)
		return;
	if (*scan->at == '\\' && scan->at[1]) {
		scan->at += 2;
	} else if (*scan->at == '\'' && !scan->quoted) {
		skip_single_quoted(scan);
	} else if (*scan->at == '$') {
		scan_dollar(scan);
	} else {
		if (scan->exporting && !scan->quoted && *scan->at == '`')
			scan->what = "unquoted value in export";
		/* Quotes within ${ } within quotes open anew: what is in them stays looked at. */
		scan->quoted ^= *scan->at == '"' && scan->braces == 0;
		scan->braces -= *scan->at == '}' && scan->braces > 0;
		scan->at++;
	}
}

bool shscan_bash_only(const char *buf, size_t size, int *ret_line, const char **ret_what)
{
	struct scan scan = { .at = buf };

	while (scan.at < buf + size && !scan.what)
		scan_byte(&scan, buf);
	if (!scan.what)
		return false;
	*ret_line = 1;
	for (const char *at = buf; at < scan.at; at++)
		*ret_line += *at == '\n';
	*ret_what = scan.what;
	return true;
}
