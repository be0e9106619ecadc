/*
 * shscan_word: what the files of shscan share. Once something is found, scan->at is at an empty
 * string, so that whoever reads on finds the end of the text.
 */
#ifndef SHSCAN_WORD_H
#define SHSCAN_WORD_H

#include <stdbool.h>
#include <stddef.h>

/* In assignments {a,b} is as it stands. */
#define SHSCAN_NO_BRACES '='

struct shscan_word {
	const char *at;
	size_t n;
};

struct shscan {
	const char *at;
	const char *where; /* what is found, where */
	const char *what;
	int depth;
	bool backquoted; /* inside `...` */
	bool bare;       /* the word has something unquoted that is expanded */
	char brace;      /* how much of {a,b} the word has: 0, '{' or ','; or SHSCAN_NO_BRACES */
	struct shscan_word command;  /* whose argument the next word is; .at is NULL for none */
	struct shscan_word previous; /* the word before */
};

/* Ends the scan with this finding, unless there is one already. */
void shscan_found(struct shscan *scan, const char *where, const char *what);

/* Does this byte end a word? The NUL at the end of the text does. */
bool shscan_is_meta(char c);

/* Reads the name here, if any, and finds one that bash makes values for. Returns its length. */
size_t shscan_name(struct shscan *scan);

/* Reads a word up to an unquoted metacharacter. */
void shscan_text(struct shscan *scan);

/* Reads commands up to the unquoted byte that ends them. */
void shscan_list(struct shscan *scan, char end);

#endif
