/* SPDX-License-Identifier: Apache-2.0 */
/*
 * eval_impl: the parser that the files of eval share: eval.c has the grammar, eval_word.c and
 * eval_expand.c read words, and eval_command.c and eval_cond.c execute commands.
 *
 * The parser reads a file from front to back by recursive descent and executes while it reads,
 * unless `skip` is above 0. It ends at the first error: then `at` is at an empty string and `skip`
 * so large that no function can bring it back to 0. All functions can go on after that: they find
 * the end of the file and execute nothing.
 */
#ifndef EVAL_IMPL_H
#define EVAL_IMPL_H

#include "envd/eval.h"

/* A verdict besides exit statuses, EVAL_UNSUPPORTED and -errno: the file ends with `return`. */
#define EVAL_RETURN 257

/* The expansions that a word is subject to, besides those of parameters. */
enum eval_word_kind {
	EVAL_PLAIN,   /* none */
	EVAL_BRACES,  /* {a,b} */
	EVAL_ARGUMENT /* {a,b}, the splitting of unquoted expansions into fields, and file names */
};

/*
 * Flags for the context within a word. IN_INNER_QUOTES are double quotes within the word of an
 * expansion that is itself in double quotes.
 */
enum eval_quoting {
	IN_QUOTES = 1,      /* between double quotes */
	IN_EXPANSION = 2,   /* in the word of an expansion, which ends at its } */
	IN_INNER_QUOTES = 4 /* always together with IN_QUOTES */
};

struct parser {
	struct eval *eval;
	const char *buf;          /* the whole file */
	const char *at;           /* the next byte to read */
	int skip;                 /* the number of reasons not to execute what is read */
	int verdict;              /* what ended the parser, or 0 */
	int status;               /* the exit status of the last command */
	const char *last_command; /* its beginning */
	bool in_condition;        /* a failing command ends nothing, because its status is tested */
	int depth;                /* the number of open ifs and expansions */

	struct text word; /* the current field of the current word */
	enum eval_word_kind kind;
	bool has_quotes;    /* so the field counts even if it is empty */
	bool has_brace;     /* a { has been read that may begin {a,b} */
	struct strvec args; /* the fields of the command so far */
};

/*
 * Ends the parser, unless it has ended already. The place of the error is p->at, and the cause is
 * `what`, followed by n bytes from there.
 */
void eval_fail(struct parser *p, int verdict, const char *what, size_t n);

/* Ends it because the n bytes at p->at need a real shell. */
void eval_unsupported(struct parser *p, size_t n);

/* Ends it because memory has run out. */
void eval_no_memory(struct parser *p);

/* Ends it because of the command at p->at and, unless it is NULL, this argument. */
void eval_fail_command(struct parser *p, const char *arg, int verdict);

/* Ends it because the command at p->at needs a real shell for this argument. */
void eval_command_unsupported(struct parser *p, const char *arg);

/* Counts one more in p->depth; ends the parser as unsupported if that is too much. */
void eval_enter_nesting(struct parser *p);

/* Skips blanks, continued lines, comments, and bytes equal to `also`. */
void eval_skip_blanks(struct parser *p, char also);

/* Returns whether this byte ends a word: a blank, an operator, or the NUL that ends the file. */
bool eval_is_meta(char c);

/* Returns the length of the word at this place as it is written, up to a = if there is one. */
size_t eval_raw_len(const char *at);

/*
 * Assigns "NAME=value", or exports, as vars_put does. The string must live as long as the
 * variables. It may be NULL where memory for it has run out.
 */
void eval_assign(struct parser *p, const char *entry, bool exported);

/* Ends the parser because what begins at `start` with n bytes, such as a quote, has no end. */
void eval_fail_unterminated(struct parser *p, const char *start, size_t n);

/* Reads the word at p->at, up to an unquoted metacharacter, and appends its fields to p->args. */
void eval_read_word(struct parser *p, enum eval_word_kind kind);

/*
 * Reads a word, or the part of it in quotes or in an expansion, up to its end; see enum
 * eval_quoting.
 */
void eval_read_part(struct parser *p, int quoting);

/* Reads $'...', whose escapes are bash's. */
void eval_add_ansi_quoted(struct parser *p);

/* Adds the value of a variable to the word, and splits it where it is subject to that. */
void eval_add_value(struct parser *p, const char *value, int quoting);

/* Returns a copy of the word from this index on; or NULL, having ended the parser. */
char *eval_copy_word(struct parser *p, size_t from);

/* Reads an expansion, or a $ that does not begin one. */
void eval_expand(struct parser *p, int quoting);

/* The reserved words of `if`, and the commands. */
enum eval_command {
	EVAL_UNKNOWN,
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
	EVAL_RETURN_COMMAND,
	EVAL_EXIT,
	EVAL_ASSIGNMENT /* NAME=value in the place of a command */
};

/*
 * Executes a command with the arguments p->args; p->at is the place of the command. Returns its
 * exit status, which means nothing if the parser has ended.
 */
int eval_run_command(struct parser *p, enum eval_command command);

/* Executes `test` with the n arguments v. Returns its exit status. */
int eval_test(struct parser *p, char **v, size_t n);

#endif
