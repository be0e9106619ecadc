/*
 * eval_walk: what the files of eval share. A walk reads a file from front to back by recursive
 * descent; only where it skips nothing it also does what it reads. Once something ends it, `at` is
 * at an empty string and `skip` out of reach of whoever takes back what he added to it: those who
 * read on find the end of the file, and nothing has an effect.
 *
 *	at      where the walk is in buf
 *	skip    how many reasons there are not to do what is read
 *	verdict what ended the walk, or 0
 *	status  of the last command
 *	last    where that was
 *	checked someone asks for the status of what is run: a failure ends nothing
 *	depth   how many ifs and expansions the walk is in
 *	kind    of the word being read: EVAL_PLAIN and so on
 *	word    its current field
 *	begun   a quote makes it a field even if nothing is in it
 *	brace   it has a { that may begin {a,b}
 *	args    the fields of the words so far
 *	backquoted
 *		a scan is inside ` `
 */
#ifndef EVAL_WALK_H
#define EVAL_WALK_H

#include "envd/eval.h"

/* What ends a walk besides exit statuses, EVAL_BEYOND and -errno: `return`. */
#define EVAL_RETURN 257

/* Where in a word the reading is. */
enum {
	EVAL_QUOTED = 1, /* between double quotes */
	EVAL_INNER = 2,  /* in the word of an expansion, which ends at its } */
	EVAL_NESTED = 4  /* in double quotes within such a word that is quoted itself */
};

/* What happens to the text of a word besides expansions. */
enum {
	EVAL_PLAIN,   /* nothing more */
	EVAL_BRACES,  /* {a,b} is expanded */
	EVAL_ARGUMENT /* and unquoted expansions fall apart, and patterns stand for file names */
};

/* Is it a scan? Then it skips all, and of kind EVAL_ARGUMENT are words that must not expand. */
static inline bool eval_scans(const struct eval *eval)
{
	return ENABLE_ENVIRONMENT_SHELL && eval->is_scan;
}

/*
 * Ends the walk, unless something has before, with eval->at as the place; the cause is `what` and n
 * bytes from there.
 */
void eval_fail(struct eval *eval, int verdict, const char *what, size_t n);

/* Ends it for a construct of n bytes at eval->at that takes a real shell. */
void eval_beyond(struct eval *eval, size_t n);

/* Ends it for want of memory. */
void eval_no_memory(struct eval *eval);

/* Ends it as beyond where ifs and expansions are nested too deeply; else depth counts one more. */
void eval_deeper(struct eval *eval);

/* Passes over blanks, continued lines, comments, and bytes that are `also`. */
void eval_pass(struct eval *eval, char also);

/* Does this byte end a word? The NUL at the end of the file does. */
bool eval_is_meta(char c);

/* The length of the word here as it stands, without looking into it, and not beyond a =. */
size_t eval_raw_len(const char *at);

/* Assigns or exports, by an argument that is a copy of ours; the walk fails where memory does. */
void eval_put(struct eval *eval, const char *arg, bool exported);

/* Reads the word at eval->at, up to an unquoted metacharacter, into eval->args. */
void eval_word(struct eval *eval, char kind);

/* The commands by number, behind the words of `if`. */
enum {
	EVAL_THEN,
	EVAL_ELIF,
	EVAL_ELSE,
	EVAL_FI,
	EVAL_IF,
	EVAL_TRUE,
	EVAL_COLON,
	EVAL_FALSE,
	EVAL_EXPORT,
	EVAL_DECLARE,
	EVAL_TYPESET,
	EVAL_UNSET,
	EVAL_ECHO,
	EVAL_BRACKET,
	EVAL_TEST,
	EVAL_SET,
	EVAL_RETURNS,
	EVAL_EXIT,
	EVAL_ASSIGN
};

/*
 * Runs a command on eval->args; eval->at is where it stands. Returns its status, which is of no
 * matter where the walk was ended.
 */
int eval_run(struct eval *eval, int command);

/* The command `test`, or [ without its brackets: the status by the n words v. */
int eval_test(struct eval *eval, char **v, size_t n);

/* Ends the walk, unless something has before, for the command at eval->at and this argument. */
void eval_refuse(struct eval *eval, const char *arg, int verdict);

/* Ends it so as beyond. */
void eval_refuse_beyond(struct eval *eval, const char *arg);

/* Scans commands up to the byte `end`, outside of parentheses and those that are open already. */
void eval_scan(struct eval *eval, char end, int parens);

/*
 * Scans what is at eval->at in a word, if it is of no other interest. Returns whether it moved on.
 */
bool eval_scan_part(struct eval *eval, int how);

#endif
