/* SPDX-License-Identifier: Apache-2.0 */
#include "base/ere.h"

#include <errno.h>
#include <string.h>

#include "base/class.h"
#include "base/ere_impl.h"
#include "base/text.h"
#include "sys/mem.h"

#define DEPTH_MAX 200
#define UNBOUNDED (-1)

static void reject_no_memory(struct ere_parser *p)
{
	ere_reject(p, -ENOMEM, p->at, "out of memory");
}

static void reject_too_large(struct ere_parser *p)
{
	ere_reject(p, -E2BIG, p->at, "more than 4000 states");
}

/* Inserts an instruction at index `where`. */
static void insert_inst(struct ere_parser *p, size_t where, struct ere_inst inst)
{
	if (p->n == ERE_CODE_MAX)
		reject_too_large(p);
	if (p->err < 0)
		return;
	memmove(p->code + where + 1, p->code + where, (p->n - where) * sizeof(inst));
	p->code[where] = inst;
	p->n++;
}

static void emit_inst(struct ere_parser *p, enum ere_op op, char byte)
{
	insert_inst(p, p->n, (struct ere_inst){ .op = (uint8_t)op, .byte = byte });
}

static void emit_set(struct ere_parser *p, const char *pairs, bool inverted)
{
	insert_inst(p, p->n,
		    (struct ere_inst){ .op = ERE_SET, .inverted = inverted, .pairs = pairs });
}

static void emit_split(struct ere_parser *p, int to)
{
	p->code[p->n++] = (struct ere_inst){ .op = ERE_SPLIT, .to = to };
}

static void parse_bracket(struct ere_parser *p)
{
	struct text pairs = { .mem = p->mem };
	bool inverted = p->at[1] == '^';

	ere_read_bracket(p, &pairs);
	if (pairs.truncated)
		reject_no_memory(p);
	emit_set(p, pairs.buf, inverted);
}

static void parse_escape(struct ere_parser *p)
{
	const char *wrong = NULL;
	char c = p->at[1], lower = (char)(c | 0x20);

	if (c == '\0')
		wrong = "backslash at the end";
	else if (lower == 'w' || lower == 's')
		emit_set(p, lower == 'w' ? ERE_WORD : CLASS_SPACE, c != lower);
	else if (strchr("<>bB", c))
		emit_inst(p, ERE_ASSERT, c);
	else if (c == '`' || c == '\'')
		emit_inst(p, ERE_ASSERT, c == '`' ? '^' : '$');
	else if (class_has("19", c))
		wrong = "back-references are not supported";
	else if (class_has("09AZaz", c))
		wrong = "unknown escape";
	else
		emit_inst(p, ERE_BYTE, c);
	if (wrong)
		ere_reject(p, -EINVAL, p->at, wrong);
	else if (p->err == 0)
		p->at += 2;
}

struct bounds {
	int64_t min;
	int64_t max;
};

/* Stores the number at this place, or `none` if no digit is there. Returns the place behind it. */
static const char *parse_bound(const char *at, int64_t none, int64_t *ret_bound)
{
	const char *end = text_parse_int(at, ret_bound);

	if (end)
		return end;
	*ret_bound = none;
	return at;
}

/* Reads {m}, {m,}, {,n} or {m,n}. Returns false if the '{' is an ordinary character. */
static bool parse_braces(struct ere_parser *p, struct bounds *bounds)
{
	const char *first = p->at + 1, *at;

	if (first[text_span(first, "0123456789,")] != '}')
		return false;
	at = parse_bound(first, 0, &bounds->min);
	bounds->max = bounds->min;
	if (*at == ',')
		at = parse_bound(at + 1, UNBOUNDED, &bounds->max);
	if (*at != '}' || at == first || (bounds->min > bounds->max && bounds->max != UNBOUNDED))
		ere_reject(p, -EINVAL, p->at, "bad bounds in { }");
	else if (bounds->min > ERE_CODE_MAX || bounds->max > ERE_CODE_MAX)
		reject_too_large(p);
	else
		p->at = at + 1;
	return true;
}

/* Reads a repetition: *, +, ? or braces. Returns false if there is none here. */
static bool parse_bounds(struct ere_parser *p, struct bounds *ret_bounds)
{
	if (*p->at == '{')
		return parse_braces(p, ret_bounds);
	*ret_bounds = (struct bounds){ *p->at == '+', *p->at == '?' ? 1 : UNBOUNDED };
	if (*p->at != '*' && *p->at != '+' && *p->at != '?')
		return false;
	p->at++;
	return true;
}

/*
 * Repeats the code from `start` on: first min copies, then the optional copies, each after a split
 * that can jump over all the rest. Without a maximum, a split after the last copy, of which there
 * is at least one, can jump back to its beginning.
 */
static void repeat_code(struct ere_parser *p, size_t start, struct bounds bounds)
{
	bool loops = bounds.max == UNBOUNDED;
	size_t min = (size_t)bounds.min, length = p->n - start;
	size_t copies = loops ? min + (min == 0) : (size_t)bounds.max;
	size_t end = start + copies * length + (copies - min) + loops;
	size_t first = start + (min == 0);

	if (end > ERE_CODE_MAX)
		reject_too_large(p);
	if (p->err < 0)
		return;
	p->n = start;
	if (copies > 0)
		memmove(p->code + first, p->code + start, length * sizeof(*p->code));
	for (size_t i = 0; i < copies; i++, p->n += length) {
		if (i >= min)
			emit_split(p, (int)(end - p->n));
		memmove(p->code + p->n, p->code + first, length * sizeof(*p->code));
	}
	if (loops)
		emit_split(p, -(int)length);
}

static void parse_alternatives(struct ere_parser *p);

static void parse_group(struct ere_parser *p)
{
	const char *open = p->at++;

	if (p->depth >= DEPTH_MAX) {
		ere_reject(p, -E2BIG, open, "groups nested too deeply");
		return;
	}
	p->depth++;
	parse_alternatives(p);
	p->depth--;
	if (*p->at == ')')
		p->at++;
	else
		ere_reject(p, -EINVAL, open, "unmatched (");
}

static void parse_atom(struct ere_parser *p)
{
	switch (*p->at) {
	case '(':
		parse_group(p);
		break;
	case '[':
		parse_bracket(p);
		break;
	case '\\':
		parse_escape(p);
		break;
	case '.':
		p->at++;
		emit_set(p, "", true);
		break;
	case '^':
	case '$':
		emit_inst(p, ERE_ASSERT, *p->at++);
		break;
	default:
		emit_inst(p, ERE_BYTE, *p->at++);
	}
}

/* As in GNU grep, a repetition without an atom before it is allowed. */
static void parse_branch(struct ere_parser *p)
{
	size_t start = p->n;
	struct bounds bounds;

	while (*p->at && *p->at != '|' && (*p->at != ')' || p->depth == 0)) {
		if (parse_bounds(p, &bounds)) {
			repeat_code(p, start, bounds);
		} else {
			start = p->n;
			parse_atom(p);
		}
	}
}

/*
 * Each branch but the last begins with a split to the next branch and ends with a jump to the end
 * of all. Until that end is known, the jumps are a linked list: `to` is the index of the previous
 * jump, or 0.
 */
static void parse_alternatives(struct ere_parser *p)
{
	size_t start = p->n, jump = 0, before;

	parse_branch(p);
	while (*p->at == '|' || (p->depth == 0 && p->at != p->end)) {
		p->at++;
		insert_inst(p, start,
			    (struct ere_inst){ .op = ERE_SPLIT, .to = (int)(p->n + 2 - start) });
		start = p->n;
		insert_inst(p, start, (struct ere_inst){ .op = ERE_JUMP, .to = (int)jump });
		jump = start++;
		parse_branch(p);
	}
	for (; jump > 0 && p->err == 0; jump = before) {
		before = (size_t)p->code[jump].to;
		p->code[jump].to = (int)(p->n - jump);
	}
}

int ere_compile(struct mem *mem, const char *pattern, enum ere_newline newline,
		struct ere **ret_ere, struct ere_error *ret_error)
{
	size_t n = strlen(pattern);
	char *copy = mem_dup(mem, pattern, n);
	struct ere *ere = mem_alloc(mem, sizeof(*ere));
	struct ere_parser p = { .mem = mem, .error = ret_error };

	if (!copy || !ere) {
		*ret_error = (struct ere_error){ "out of memory", 0 };
		return -ENOMEM;
	}
	p.pattern = p.at = copy;
	p.end = copy + n;
	p.code = ere->code;
	for (; copy < p.end; copy++)
		if (newline == ERE_NEWLINE_OR && *copy == '\n')
			*copy = '\0';
	parse_alternatives(&p);
	emit_inst(&p, ERE_MATCH, 0);
	*ret_ere = ere;
	return p.err;
}
