/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_impl: what the files of eval share. eval_parse.c makes a tree of nodes of a file; it has
 * eval_token.c and eval_word.c read the words, and eval_parse_cond.c what is in [[ ]]. Then
 * eval_run.c executes the tree: eval_expand.c makes strings of words, eval_command.c has the
 * commands, and eval_test.c the tests of [ ] and [[ ]] and the patterns of case.
 */
#ifndef EVAL_IMPL_H
#define EVAL_IMPL_H

#include "envd/eval.h"

/* Some bytes of the file. */
struct eval_span {
	const char *at;
	size_t n;
};

/* Why the parser or the runner has stopped, or what it has to complain about. */
struct eval_fault {
	const char *file; /* the whole text */
	int verdict;      /* 0: it has not; else as eval_file returns it, or EVAL_RETURN */
	int line;         /* of the file */
	struct text cause;
};

/* This verdict ends a file by `return` without an error. */
#define EVAL_RETURN 257

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

/* The reserved words, and the commands. */
enum eval_command {
	EVAL_UNKNOWN,
	EVAL_THEN, /* the words up to } end a list */
	EVAL_ELIF,
	EVAL_ELSE,
	EVAL_FI,
	EVAL_ESAC,
	EVAL_CLOSE,
	EVAL_NOT,
	EVAL_IF, /* the words from here on begin a command */
	EVAL_CASE,
	EVAL_OPEN,
	EVAL_CONDITION,
	EVAL_TRUE, /* those from here on have words only */
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
	EVAL_RETURN_COMMAND,
	EVAL_EXIT,
	EVAL_ASSIGNMENT, /* NAME=value in the place of a command */
	EVAL_PRIMARY     /* an operand, or operator and operands, in [[ ]] */
};

/* When a command of a list is executed, by the status of the one before it. */
enum eval_joint { EVAL_ALWAYS, EVAL_AND, EVAL_OR };

/* A command, or a branch of `if` or `case`. */
struct eval_node {
	struct eval_node *next; /* in its list */
	enum eval_joint joint;
	enum eval_command command;
	struct eval_span name;     /* the first word as it is written */
	struct eval_span negation; /* the ! before it, or empty */
	struct eval_word *words;   /* arguments; the word of `case`; the patterns of its branch */
	struct eval_node *test;    /* of a branch of `if`: the list on which it depends */
	struct eval_node *body;    /* the list in it, or its branches */
};

/*
 * The parser ends at the first fault: then `at` is at an empty string. All of its functions can go
 * on after that, and find the end of the file.
 */
struct parser {
	struct eval *eval;
	const char *at; /* the next byte to read */
	struct eval_fault fault;
	int depth;              /* the number of open commands and expansions */
	struct eval_part **end; /* where the next part of the word goes */
	struct eval_part *last; /* the part before it, or NULL */

	/* It takes the place of what there was no memory for. */
	union {
		struct eval_node node;
		struct eval_word word;
		struct eval_part part;
	} spare;
};

struct runner {
	struct eval *eval;
	struct eval_fault fault;
	struct eval_fault warning;
	int status;               /* the exit status of the last command */
	struct eval_span command; /* the name of that command */
	bool in_condition;        /* a failing command ends nothing, because its status is tested */

	struct strvec args; /* the fields so far */
};

/* eval_fault.c */

/*
 * Notes a fault, unless there is one already. The cause is `what`, followed by the bytes of the
 * file at its place. Returns whether it was noted, so that more can be appended to the cause.
 */
bool eval_fail(struct eval_fault *fault, int verdict, const char *what, struct eval_span place);

/* Ends the parser. The place is p->at, and the cause is `what`, followed by n bytes from there. */
void eval_stop(struct parser *p, int verdict, const char *what, size_t n);

/* Ends it because the n bytes at p->at, or one if n is 0, need a real shell. */
void eval_refuse(struct parser *p, size_t n);

/* Counts one more in p->depth; ends the parser as unsupported if that is too much. */
void eval_enter_nesting(struct parser *p);

/* Returns memory for something of the tree. */
void *eval_alloc(struct parser *p, size_t size);

/* Ends the runner because a function has returned this -errno; 0 is none. */
void eval_check(struct runner *r, int err);

/* Ends it if the current command failed. The cause has the command up to a ; or its line. */
void eval_check_status(struct runner *r);

/* Ends it; the cause is `what`, followed by the name of that command and, if any, the argument. */
void eval_fail_argument(struct runner *r, int verdict, const char *what, const char *arg);

/* Ends it because that command needs a real shell, for this argument unless that is NULL. */
void eval_unsupported(struct runner *r, const char *arg);

/*
 * Returns the length of the name of a variable. If it is not a name, or if it means something to
 * shells, that command needs a real one.
 */
size_t eval_check_name(struct runner *r, const char *name);

/* eval_token.c */

/* Skips blanks, continued lines, comments, and bytes equal to `also`. */
void eval_skip_blanks(struct parser *p, char also);

/* The bytes that end a word: blanks and operators. */
#define EVAL_META " \t\n;&|<>()"

/* Returns whether this byte ends a word; the NUL that ends the file does as well. */
bool eval_is_meta(char c);

/* Returns the length of the word at this place as it is written, up to a = if there is one. */
size_t eval_raw_len(const char *at);

/* Returns a new node for the command, whose name is the word at p->at. */
struct eval_node *eval_new_node(struct parser *p, enum eval_command command);

/* Returns whether NAME=value or NAME+=value begins here. */
bool eval_is_assignment(const char *at);

/* Returns the command, or reserved word, that begins here. */
enum eval_command eval_command_at(const char *at);

/* Moves behind this word, if it is the one at p->at. */
bool eval_take_word(struct parser *p, enum eval_command word);

/*
 * Reads the commands, or the terms in [[ ]], that && and || join, each by the function `read`, and
 * has *end point to the first. Returns where the next one goes. In [[ ]], && binds more tightly
 * than ||, so we do not read it behind that.
 */
struct eval_node **eval_read_chain(struct parser *p, struct eval_node **end,
				   struct eval_node *(*read)(struct parser *p), bool in_condition);

/* eval_parse.c */

/*
 * Returns the list of commands of a file, up to the line of the first fault. As in a shell, which
 * reads a line with all that belongs to its commands before it executes any of it, the lines before
 * a syntax error count.
 */
struct eval_node *eval_parse(struct parser *p);

/* eval_word.c */

/*
 * Reads the word at p->at, up to an unquoted metacharacter, and has *end point to it. Returns where
 * the next one goes.
 */
struct eval_word **eval_read_word(struct parser *p, struct eval_word **end, bool is_split);

/* eval_parse_cond.c */

/* Reads a word but ]] that has to be here, and the blanks around it, as eval_read_word does. */
struct eval_word **eval_read_operand(struct parser *p, struct eval_word **end);

/* Reads what is in [[ ]], up to and with the ]], into the body of the node. */
void eval_read_condition(struct parser *p, struct eval_node *node);

/* eval_expand.c */

/* The characters that are the same in every locale, as class_has takes them. */
#define EVAL_ASCII "\1\177"

/* Expands the words to r->args, after which a NULL follows. */
void eval_expand_words(struct runner *r, const struct eval_word *words);

/*
 * Expands the parts of a word to one string, in which \ stands before each byte that was quoted if
 * it is to be a pattern. Never returns NULL.
 */
const char *eval_expand_parts(struct runner *r, const struct eval_part *parts, bool is_pattern);

/*
 * Assigns "NAME=value", or exports, as vars_put does. The string must live as long as the
 * variables. It may be NULL where memory for it has run out.
 */
void eval_assign(struct runner *r, const char *entry, bool exported);

/* eval_test.c */

/* The letters of the operators with one operand, such as -f. */
#define EVAL_UNARY_OPERATORS "znvefdx"

/* The operators with two operands, between which [[ ]] has no others. */
bool eval_is_operator(struct eval_span name);

/* Reads a number that looks the same to everybody: no sign but -, no zeros before it. */
bool eval_read_decimal(const char *s, int64_t *ret_value);

/* Executes `test` with the n arguments v. Returns its exit status. */
int eval_test(struct runner *r, char **v, size_t n);

/* Returns whether the string matches the word, in which unquoted * and ? are special. */
bool eval_matches(struct runner *r, const char *string, const struct eval_word *word);

/* Returns the exit status of an EVAL_PRIMARY with these words. */
int eval_test_primary(struct runner *r, const struct eval_word *words);

/* eval_command.c */

/* Executes a command with the arguments r->args. Returns its exit status. */
int eval_run_command(struct runner *r, enum eval_command command);

/* eval_run.c */

/*
 * Executes the commands of a file. The list is whole unless a syntax error follows the commands; in
 * a whole list, the last command has to succeed. This function stores a fault in r->fault, and
 * EVAL_RETURN after a `return`.
 */
void eval_run_file(struct runner *r, const struct eval_node *list, bool is_whole);

#endif
