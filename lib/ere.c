#include "ere.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "ere_code.h"
#include "sys/mem.h"

#define CODE_MAX 16384
#define BOUND_MAX 32767
#define DEPTH_MAX 200
#define UNBOUNDED INT_MAX

/* What is being compiled: code[0..n) stands for the pattern up to `at`. */
struct parser {
	struct mem *mem;
	const char *pattern;
	const char *end; /* where the last line ends; each one ends with NUL */
	const char *at;
	unsigned depth; /* groups open */
	struct ere_inst *code;
	size_t n;
	size_t cap;
	int err; /* the first there was: then `at` is `end` and code grows no more */
	struct ere_error *error;
};

/* Ends the pattern here, so that whoever is reading it comes to an end too. */
static void fail(struct parser *p, int err, const char *at, const char *what)
{
	if (p->err == 0) {
		p->err = err;
		*p->error = (struct ere_error){ what, (size_t)(at - p->pattern) };
	}
	p->at = p->end;
}

static void no_memory(struct parser *p)
{
	fail(p, -ENOMEM, p->at, "out of memory");
}

static void too_large(struct parser *p)
{
	fail(p, -E2BIG, p->at, "too large");
}

/* Makes room for code[0..n]. */
static bool reserve(struct parser *p, size_t n)
{
	struct ere_inst *code = NULL;

	if (n > CODE_MAX)
		too_large(p);
	if (p->err == 0) {
		code = mem_grow(p->mem, p->code, &p->cap, n + 1, sizeof(*code));
		if (code)
			p->code = code;
		else
			no_memory(p);
	}
	return code != NULL;
}

/* Puts an instruction before those from `where` on. */
static void insert(struct parser *p, size_t where, struct ere_inst inst)
{
	if (!reserve(p, p->n + 1))
		return;
	memmove(p->code + where + 1, p->code + where, (p->n - where) * sizeof(inst));
	p->code[where] = inst;
	p->n++;
}

static void emit(struct parser *p, enum ere_op op, char byte)
{
	insert(p, p->n, (struct ere_inst){ .op = (uint8_t)op, .byte = byte });
}

/* Goes on with a set, for the caller to fill. */
static struct ere_set *emit_set(struct parser *p)
{
	struct ere_set *set = mem_alloc(p->mem, sizeof(*set));

	if (!set)
		no_memory(p);
	insert(p, p->n, (struct ere_inst){ .op = ERE_SET, .set = set });
	return set;
}

static void emit_pairs(struct parser *p, const char *pairs, bool inverted)
{
	struct ere_set *set = emit_set(p);

	if (set)
		ere_set_add(set, pairs, inverted);
}

static void parse_bracket(struct parser *p)
{
	struct ere_set *set = emit_set(p);
	const char *wrong = set ? ere_set_read(&p->at, set) : NULL;

	if (wrong)
		fail(p, -EINVAL, p->at, wrong);
}

static void parse_escape(struct parser *p)
{
	const char *wrong = NULL;
	char c = p->at[1], lower = (char)(c | 0x20);

	if (c == '\0')
		wrong = "backslash at the end";
	else if (lower == 'w' || lower == 's')
		emit_pairs(p, lower == 'w' ? ERE_WORD : ERE_SPACE, c != lower);
	else if (strchr("<>bB", c))
		emit(p, ERE_ASSERT, c);
	else if (c == '`' || c == '\'')
		emit(p, ERE_ASSERT, c == '`' ? '^' : '$');
	else if (ere_in_pairs("19", c))
		wrong = "back-references are not supported";
	else if (ere_in_pairs("09AZaz", c))
		wrong = "unknown escape";
	else
		emit(p, ERE_BYTE, c);
	if (wrong)
		fail(p, -EINVAL, p->at, wrong);
	else if (p->err == 0)
		p->at += 2;
}

struct bounds {
	int min;
	int max;
};

/* A decimal number, held just above BOUND_MAX when it is larger; `none` where no digit stands. */
static int parse_number(const char **at, int none)
{
	const char *start = *at;
	int value = 0;

	for (; ere_in_pairs("09", **at); ++*at)
		if (value <= BOUND_MAX)
			value = value * 10 + (**at - '0');
	return *at == start ? none : value;
}

/* Reads {m}, {m,}, {,n} or {m,n}. Returns false for a '{' that stands for itself. */
static bool parse_braces(struct parser *p, struct bounds *ret_bounds)
{
	const char *at = p->at + 1;
	struct bounds bounds;

	if (at[strspn(at, "0123456789,")] != '}')
		return false;
	bounds.min = bounds.max = parse_number(&at, *at == ',' ? 0 : UNBOUNDED);
	if (*at == ',') {
		at++;
		bounds.max = parse_number(&at, UNBOUNDED);
	}
	*ret_bounds = bounds;
	if (*at != '}' || bounds.min > bounds.max || bounds.min == UNBOUNDED)
		fail(p, -EINVAL, p->at, "bad bounds in { }");
	else if (bounds.min > BOUND_MAX || (bounds.max > BOUND_MAX && bounds.max != UNBOUNDED))
		too_large(p);
	else
		p->at = at + 1;
	return true;
}

/* Reads how often something is repeated. Returns false where nothing says so. */
static bool parse_bounds(struct parser *p, struct bounds *ret_bounds)
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
 * Repeats the code from `start` on: min copies, then the optional ones, each behind a split to the
 * end of all; without a maximum the last copy (there is at least one) is followed by a split back.
 */
static void repeat(struct parser *p, size_t start, struct bounds bounds)
{
	bool loops = bounds.max == UNBOUNDED;
	size_t min = (size_t)bounds.min, length = p->n - start;
	size_t copies = loops ? min + (min == 0) : (size_t)bounds.max;
	size_t end = start + copies * length + (copies - min) + loops;
	size_t first = start + (min == 0);
	struct ere_inst split = { .op = ERE_SPLIT };

	if (!reserve(p, end))
		return;
	p->n = start;
	if (copies > 0)
		memmove(p->code + first, p->code + start, length * sizeof(*p->code));
	for (size_t i = 0; i < copies; i++, p->n += length) {
		if (i >= min) {
			split.to = (int)(end - p->n);
			p->code[p->n++] = split;
		}
		memmove(p->code + p->n, p->code + first, length * sizeof(*p->code));
	}
	split.to = -(int)length;
	if (loops)
		p->code[p->n++] = split;
}

static void parse_alternatives(struct parser *p);

static void parse_group(struct parser *p)
{
	const char *open = p->at++;

	if (p->depth >= DEPTH_MAX) {
		fail(p, -E2BIG, open, "groups nested too deeply");
		return;
	}
	p->depth++;
	parse_alternatives(p);
	p->depth--;
	if (*p->at == ')')
		p->at++;
	else
		fail(p, -EINVAL, open, "unmatched (");
}

static void parse_atom(struct parser *p)
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
		emit_pairs(p, "", true);
		break;
	case '^':
	case '$':
		emit(p, ERE_ASSERT, *p->at++);
		break;
	default:
		emit(p, ERE_BYTE, *p->at++);
	}
}

/* Reads an atom and what repeats it; where a repetition comes first, it repeats nothing. */
static void parse_piece(struct parser *p)
{
	size_t start = p->n;
	struct bounds bounds;
	bool repeated = parse_bounds(p, &bounds);

	if (!repeated) {
		parse_atom(p);
		repeated = parse_bounds(p, &bounds);
	}
	for (; repeated; repeated = parse_bounds(p, &bounds))
		repeat(p, start, bounds);
}

static void parse_branch(struct parser *p)
{
	while (*p->at && *p->at != '|' && (*p->at != ')' || p->depth == 0))
		parse_piece(p);
}

/*
 * A branch that has a next one begins with a split to that one and ends with a jump behind the
 * last. Until that place is known, `to` of each jump is the index of the one before; 0 is none.
 */
static void parse_alternatives(struct parser *p)
{
	size_t start = p->n, jump = 0, before;

	parse_branch(p);
	while (*p->at == '|' || (p->depth == 0 && p->at != p->end)) {
		p->at++;
		insert(p, start,
		       (struct ere_inst){ .op = ERE_SPLIT, .to = (int)(p->n + 2 - start) });
		start = p->n;
		insert(p, start, (struct ere_inst){ .op = ERE_JUMP, .to = (int)jump });
		jump = start++;
		parse_branch(p);
	}
	for (; jump > 0 && p->err == 0; jump = before) {
		before = (size_t)p->code[jump].to;
		p->code[jump].to = (int)(p->n - jump);
	}
}

/* A copy of the pattern in which a NUL takes the place of each newline, if that separates. */
static void take_pattern(struct parser *p, const char *pattern, enum ere_newline newline)
{
	size_t n = strlen(pattern);
	char *copy = mem_dup(p->mem, pattern, n);

	if (!copy) {
		no_memory(p);
		return;
	}
	p->pattern = p->at = copy;
	p->end = copy + n;
	for (; newline == ERE_NEWLINE_OR && n > 0; n--, copy++)
		if (*copy == '\n')
			*copy = '\0';
}

int ere_compile(struct mem *mem, const char *pattern, enum ere_newline newline,
		struct ere **ret_ere, struct ere_error *ret_error)
{
	struct parser p = { .mem = mem, .pattern = "", .error = ret_error };
	struct ere *ere = mem_alloc(mem, sizeof(*ere));
	uint16_t *scratch;

	p.at = p.end = p.pattern;
	take_pattern(&p, pattern, newline);
	parse_alternatives(&p);
	emit(&p, ERE_MATCH, 0);
	scratch = mem_alloc(mem, 4 * p.n * sizeof(*scratch));
	if (!ere || !scratch)
		no_memory(&p);
	if (p.err < 0)
		return p.err;
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): no_memory set p.err */
	ere->code = p.code;
	ere->now.list = scratch;
	ere->now.slot = scratch + p.n;
	ere->next.list = scratch + 2 * p.n;
	ere->next.slot = scratch + 3 * p.n;
	*ret_ere = ere;
	return 0;
}
