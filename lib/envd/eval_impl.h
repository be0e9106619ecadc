/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_impl: what the files of eval share. eval_parse.c makes a tree of nodes of a file; it has
 * eval_parse_word.c read the words, and eval_parse_cond.c what is in [[ ]]. Then eval_run.c
 * executes the tree: eval_expand.c makes strings of words, eval_command.c has the commands,
 * eval_test.c has [ ], and eval_cond.c has [[ ]] and the patterns of case.
 */
#ifndef EVAL_IMPL_H
#define EVAL_IMPL_H

#include "envd/eval.h"

/* Some bytes of the file. */
struct eval_span {
	const char *at;
	size_t n;
};

/* Why the parser or the runner has stopped. */
struct eval_fault {
	int verdict; /* 0: it has not; else as eval_file returns it, or EVAL_RETURN */
	const char *at;
	struct text cause;
};

/* This verdict ends a file by `return` or `exit` without an error. */
#define EVAL_RETURN 257

/* Words */

/* A part of a word: text, or an expansion. */
struct eval_part {
	struct eval_part *next;
	struct eval_span text; /* the text; or the name of the variable */
	bool is_quoted;        /* neither split into fields nor part of a pattern */
	bool has_colon;        /* of an expansion: an empty value counts as none */
	/* 0: text. Of an expansion: - = ? or + with a word; , or ^ of ${NAME,,}; or } for none. */
	char op;
	struct eval_part *word; /* the parts of that word */
};

struct eval_word {
	struct eval_word *next;
	struct eval_part *parts;
	bool is_split; /* unquoted expansions become fields, and file names may be matched */
};

/* Commands */

/* The reserved words, and the commands. */
enum eval_command {
	EVAL_UNKNOWN,
	EVAL_THEN, /* the words up to } end a list */
	EVAL_ELIF,
	EVAL_ELSE,
	EVAL_FI,
	EVAL_ESAC,
	EVAL_CLOSE,
	EVAL_IF,
	EVAL_CASE,
	EVAL_OPEN,
	EVAL_NOT,
	EVAL_CONDITION,
	EVAL_TRUE, /* the words from here on are commands */
	EVAL_COLON,
	EVAL_FALSE,
	EVAL_EXPORT,
	EVAL_LOCAL,
	EVAL_DECLARE,
	EVAL_TYPESET,
	EVAL_UNSET,
	EVAL_ECHO,
	EVAL_BRACKET,
	EVAL_TEST,
	EVAL_SET,
	EVAL_RETURN_COMMAND,
	EVAL_EXIT,
	EVAL_ASSIGNMENT /* NAME=value in the place of a command */
};

enum eval_kind {
	EVAL_SIMPLE_NODE,    /* a command with its arguments in words, or assignments */
	EVAL_AND_OR_NODE,    /* body: commands, joined by && and || */
	EVAL_NOT_NODE,       /* body: the command whose status is inverted */
	EVAL_GROUP_NODE,     /* body: the list in { } */
	EVAL_IF_NODE,        /* body: branches */
	EVAL_CASE_NODE,      /* words: the word; body: branches */
	EVAL_BRANCH_NODE,    /* test or words (patterns): when it is taken; body: its list */
	EVAL_CONDITION_NODE, /* body: what is in [[ ]] */
	EVAL_PRIMARY_NODE    /* words: one or two operands in [[ ]]; op: their operator, if any */
};

/* How a command in a list of && and || goes on from the one before it. */
enum eval_joint { EVAL_FIRST, EVAL_AND, EVAL_OR };

struct eval_node {
	enum eval_kind kind;
	enum eval_joint joint;
	enum eval_command command; /* of a simple node */
	struct eval_span name;     /* the first word as it is written */
	struct eval_span op;
	struct eval_node *next; /* in a list */
	struct eval_node *test; /* NULL for `else` */
	struct eval_node *body;
	struct eval_word *words;
};

/*
 * The parser ends at the first fault: then `at` is at an empty string. All of its functions can go
 * on after that, and find the end of the file.
 */
struct parser {
	struct eval *eval;
	const char *buf; /* the whole file */
	const char *at;  /* the next byte to read */
	struct eval_fault fault;
	int depth; /* the number of open commands and expansions */

	struct eval_part **end; /* where the next part of the word goes */
	struct eval_part *last; /* the part before it, or NULL */
	bool is_split;          /* as in struct eval_word */
	bool is_regex;          /* see EVAL_REGEX */
	int parens;             /* the number of open ( in a regular expression */
	bool expands_braces;    /* {a,b} in the word would become several */
	bool has_brace;         /* a { has been read that may begin {a,b} */

	/* These take the place of what there was no memory for. */
	struct eval_node spare_node;
	struct eval_word spare_word;
	struct eval_part spare_part;
};

struct runner {
	struct eval *eval;
	const char *buf; /* the whole file */
	struct eval_fault fault;
	int status;               /* the exit status of the last command */
	struct eval_span command; /* the name of that command */
	bool in_condition;        /* a failing command ends nothing, because its status is tested */

	struct text field;  /* the current field of the current word */
	bool is_field;      /* it counts even if it is empty, because it has quotes */
	bool is_split;      /* as in struct eval_word */
	bool is_pattern;    /* \ goes before each quoted byte that may be special in a pattern */
	struct strvec args; /* the fields so far */
};

/* eval_fault.c */

/*
 * Notes a fault, unless there is one already. The cause is `what`, followed by the bytes of the
 * file at its place.
 */
void eval_fail(struct eval_fault *fault, int verdict, const char *what, struct eval_span place);

/* Ends the parser. The place is p->at, and the cause is `what`, followed by n bytes from there. */
void eval_stop(struct parser *p, int verdict, const char *what, size_t n);

/* Ends it because the n bytes at p->at need a real shell. */
void eval_refuse(struct parser *p, size_t n);

/* Counts one more in p->depth; ends the parser as unsupported if that is too much. */
void eval_enter_nesting(struct parser *p);

/* Ends the runner because memory has run out. */
void eval_no_memory(struct runner *r);

/* Ends it because of the current command and, unless it is NULL, this argument. */
void eval_fail_command(struct runner *r, int verdict, const char *arg);

/* Ends it because that command needs a real shell for this argument. */
void eval_unsupported(struct runner *r, const char *arg);

/*
 * Notes what bash complains about in the current command without ending the file, with the argument
 * that it complains about, or NULL. Returns the exit status of the command.
 */
int eval_warn(struct runner *r, const char *arg, const char *complaint);

/* eval_token.c */

/* Skips blanks, continued lines, comments, and bytes equal to `also`. */
void eval_skip_blanks(struct parser *p, char also);

/* Returns whether this byte ends a word: a blank, an operator, or the NUL that ends the file. */
bool eval_is_meta(char c);

/* Returns the length of the word at this place as it is written, up to a = if there is one. */
size_t eval_raw_len(const char *at);

/* Returns a new node, whose name is the word at p->at. */
struct eval_node *eval_new_node(struct parser *p, enum eval_kind kind);

/* eval_parse_word.c */

/* The expansions that a word is subject to, besides those of parameters. */
enum eval_word_kind {
	EVAL_PLAIN,   /* none */
	EVAL_REGEX,   /* none; ( ) and | are ordinary bytes, as on the right of =~ */
	EVAL_BRACES,  /* {a,b} */
	EVAL_ARGUMENT /* {a,b}, the splitting of unquoted expansions into fields, and file names */
};

/* Reads the word at p->at, up to an unquoted metacharacter. */
struct eval_word *eval_read_word(struct parser *p, enum eval_word_kind kind);

/* eval_parse_cond.c */

/* Reads what is in [[ ]], up to and with the ]]. */
struct eval_node *eval_read_condition(struct parser *p);

/* eval_parse.c */

/*
 * Returns the list of commands of a file, up to the line of the first fault. As in a shell, which
 * reads a line with all that belongs to its commands before it executes any of it, the lines before
 * a syntax error count.
 */
struct eval_node *eval_parse(struct parser *p);

/* eval_operator.c */

/* The orders of two operands, as flags. */
enum eval_order { EVAL_LESS = 1, EVAL_EQUAL = 2, EVAL_GREATER = 4 };

/* An operator with two operands. */
struct eval_operator {
	char name[4];
	unsigned char orders; /* it holds for any of these; for none: it is =~ */
	bool of_numbers;
};

/* Returns the operator of this name, or NULL. */
const struct eval_operator *eval_find_operator(struct eval_span name);

/* Returns whether the operator holds for a and b, or for the result of strcmp(3) and 0. */
bool eval_order_holds(const struct eval_operator *op, int64_t a, int64_t b);

/* The letters of the unary operators, such as -f. */
#define EVAL_UNARY_OPERATORS "znvefdsrwxhL"

bool eval_holds_unary(struct runner *r, char letter, const char *arg);

/*
 * Reads an integer as `test` and `return` take it: blanks may stand before it, and blanks and tabs
 * behind it. Returns false if it is none.
 */
bool eval_read_integer(const char *s, int64_t *ret_value);

/* eval_expand.c */

/* Returns whether the order and the case of characters are certain to be those of C. */
bool eval_is_c_locale(const struct runner *r);

/* Expands the words to r->args, after which a NULL follows. */
void eval_expand_words(struct runner *r, const struct eval_word *words);

/*
 * Expands a word to one string, in which \ stands before each byte that was quoted if it is to be a
 * pattern. Never returns NULL.
 */
const char *eval_expand_word(struct runner *r, const struct eval_word *word, bool is_pattern);

/*
 * Assigns "NAME=value", or exports, as vars_put does. The string must live as long as the
 * variables. It may be NULL where memory for it has run out.
 */
void eval_assign(struct runner *r, const char *entry, bool exported);

/* eval_test.c */

/* Executes `test` with the n arguments v. Returns its exit status. */
int eval_test(struct runner *r, char **v, size_t n);

/* eval_command.c */

/* Executes a command with the arguments r->args. Returns its exit status. */
int eval_run_command(struct runner *r, enum eval_command command);

/* eval_cond.c */

/* Returns whether the string matches the word, in which unquoted * ? and [ are special. */
bool eval_matches(struct runner *r, const char *string, const struct eval_word *word);

/* Returns the exit status of an EVAL_PRIMARY_NODE. */
int eval_run_primary(struct runner *r, const struct eval_node *node);

/* eval_run.c */

/*
 * Executes the list of commands of a file. If there is no syntax error behind them, so that it is
 * whole, the last status has to be 0. A fault is in r->fault; after a `return` it is EVAL_RETURN.
 */
void eval_run_file(struct runner *r, const struct eval_node *list, bool is_whole);

#endif
