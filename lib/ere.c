#include "ere.h"

#include <errno.h>
#include <limits.h>
#include <string.h>

#include "ere_code.h"
#include "mem.h"

#define CODE_MAX 16384
#define BOUND_MAX 32767
#define DEPTH_MAX 200
#define UNBOUNDED INT_MAX

/* What is being compiled: code[0..n) stands for the pattern up to `at`. */
struct parser {
	struct mem *mem;
	const char *pattern;
	const char *at;
	unsigned depth; /* groups open */
	struct ere_inst *code;
	size_t n;
	size_t cap;
	struct ere_error *error;
};

static int fail(struct parser *p, int err, const char *at, const char *what)
{
	*p->error = (struct ere_error){ .what = what, .offset = (size_t)(at - p->pattern) };
	return err;
}

static int invalid(struct parser *p, const char *what)
{
	return fail(p, -EINVAL, p->at, what);
}

static int no_memory(struct parser *p)
{
	return fail(p, -ENOMEM, p->at, "out of memory");
}

/* Room for code[0..n), and a code that is not NULL even for none. */
static int reserve(struct parser *p, size_t n)
{
	struct ere_inst *code;

	if (n > CODE_MAX)
		return fail(p, -E2BIG, p->at, "too large");
	code = mem_grow(p->mem, p->code, &p->cap, n + 1, sizeof(*code));
	if (!code)
		return no_memory(p);
	p->code = code;
	return 0;
}

/* Puts an instruction before those from `where` on. */
static int insert(struct parser *p, size_t where, const struct ere_inst *inst)
{
	int err = reserve(p, p->n + 1);

	if (err < 0)
		return err;
	memmove(p->code + where + 1, p->code + where, (p->n - where) * sizeof(*inst));
	p->code[where] = *inst;
	p->n++;
	return 0;
}

static int emit(struct parser *p, enum ere_op op, char byte)
{
	return insert(p, p->n, &(struct ere_inst){ .op = (uint8_t)op, .byte = byte });
}

static int emit_set(struct parser *p, const struct ere_set *set)
{
	struct ere_set *copy = mem_alloc(p->mem, sizeof(*copy));

	if (!copy)
		return no_memory(p);
	*copy = *set;
	return insert(p, p->n, &(struct ere_inst){ .op = ERE_SET, .set = copy });
}

static int emit_pairs(struct parser *p, const char *pairs, bool inverted)
{
	struct ere_set set = { 0 };

	ere_set_add(&set, pairs);
	if (inverted)
		ere_set_invert(&set);
	return emit_set(p, &set);
}

static int parse_bracket(struct parser *p)
{
	struct ere_set set;
	const char *wrong = ere_set_read(&p->at, &set);

	return wrong ? invalid(p, wrong) : emit_set(p, &set);
}

static int parse_escape(struct parser *p)
{
	char c = p->at[1];

	if (ere_is_end(c))
		return invalid(p, "backslash at the end");
	if (ere_in_pairs("19", c))
		return invalid(p, "back-references are not supported");
	p->at += 2;
	if (c == 'w' || c == 'W')
		return emit_pairs(p, ERE_WORD, c == 'W');
	if (c == 's' || c == 'S')
		return emit_pairs(p, ERE_SPACE, c == 'S');
	if (memchr("<>bB", c, 4))
		return emit(p, ERE_ASSERT, c);
	if (c == '`' || c == '\'')
		return emit(p, ERE_ASSERT, c == '`' ? '^' : '$');
	if (ere_in_pairs("09AZaz", c))
		return fail(p, -EINVAL, p->at - 2, "unknown escape");
	return emit(p, ERE_BYTE, c);
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

/* Reads {m}, {m,}, {,n} or {m,n}. Returns 1, 0 for a '{' that stands for itself, or an error. */
static int parse_braces(struct parser *p, struct bounds *ret_bounds)
{
	const char *at = p->at + 1;
	struct bounds bounds;

	if (at[strspn(at, "0123456789,")] != '}')
		return 0;
	bounds.min = bounds.max = parse_number(&at, *at == ',' ? 0 : UNBOUNDED);
	if (*at == ',') {
		at++;
		bounds.max = parse_number(&at, UNBOUNDED);
	}
	if (*at != '}' || bounds.min > bounds.max || bounds.min == UNBOUNDED)
		return invalid(p, "bad bounds in { }");
	if (bounds.min > BOUND_MAX || (bounds.max > BOUND_MAX && bounds.max != UNBOUNDED))
		return fail(p, -E2BIG, p->at, "too large");
	p->at = at + 1;
	*ret_bounds = bounds;
	return 1;
}

/* Reads how often something is repeated. Returns 1, 0 where nothing says so, or an error. */
static int parse_bounds(struct parser *p, struct bounds *ret_bounds)
{
	switch (*p->at) {
	case '*':
		*ret_bounds = (struct bounds){ 0, UNBOUNDED };
		break;
	case '+':
		*ret_bounds = (struct bounds){ 1, UNBOUNDED };
		break;
	case '?':
		*ret_bounds = (struct bounds){ 0, 1 };
		break;
	case '{':
		return parse_braces(p, ret_bounds);
	default:
		return 0;
	}
	p->at++;
	return 1;
}

/*
 * Repeats the code from `start` on: min copies, then the optional ones, each behind a split to the
 * end of all; without a maximum the last copy (there is at least one) is followed by a split back.
 */
static int repeat(struct parser *p, size_t start, struct bounds bounds)
{
	bool loops = bounds.max == UNBOUNDED;
	size_t min = (size_t)bounds.min, length = p->n - start;
	size_t copies = loops ? min + (min == 0) : (size_t)bounds.max;
	size_t end = start + copies * length + (copies - min) + loops;
	size_t first = start + (min == 0);
	struct ere_inst split = { .op = ERE_SPLIT };
	int err = reserve(p, end);

	if (err < 0)
		return err;
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
	return 0;
}

static int parse_alternatives(struct parser *p);

static int parse_group(struct parser *p)
{
	const char *open = p->at++;
	int err;

	if (p->depth >= DEPTH_MAX)
		return fail(p, -E2BIG, open, "groups nested too deeply");
	p->depth++;
	err = parse_alternatives(p);
	if (err < 0)
		return err;
	p->depth--;
	if (*p->at != ')')
		return fail(p, -EINVAL, open, "unmatched (");
	p->at++;
	return 0;
}

static int parse_atom(struct parser *p)
{
	switch (*p->at) {
	case '(':
		return parse_group(p);
	case '[':
		return parse_bracket(p);
	case '\\':
		return parse_escape(p);
	case '.':
		p->at++;
		return emit_pairs(p, "", true);
	case '^':
	case '$':
		return emit(p, ERE_ASSERT, *p->at++);
	default:
		return emit(p, ERE_BYTE, *p->at++);
	}
}

/* Reads an atom and what repeats it; where a repetition comes first, it repeats nothing. */
static int parse_piece(struct parser *p)
{
	size_t start = p->n;
	struct bounds bounds;
	int err = parse_bounds(p, &bounds);

	if (err == 0) {
		err = parse_atom(p);
		if (err == 0)
			err = parse_bounds(p, &bounds);
	}
	while (err > 0) {
		err = repeat(p, start, bounds);
		if (err == 0)
			err = parse_bounds(p, &bounds);
	}
	return err;
}

static int parse_branch(struct parser *p)
{
	int err = 0;

	while (err == 0 && !ere_is_end(*p->at) && *p->at != '|' && (*p->at != ')' || p->depth == 0))
		err = parse_piece(p);
	return err;
}

/* Ends the branch that began at `start` where another follows it; *jump is the last branch's. */
static int end_branch(struct parser *p, size_t start, size_t *jump)
{
	struct ere_inst split = { .op = ERE_SPLIT, .to = (int)(p->n + 2 - start) };
	struct ere_inst end = { .op = ERE_JUMP, .to = (int)*jump };
	int err = insert(p, start, &split);

	*jump = p->n;
	return err < 0 ? err : insert(p, p->n, &end);
}

/*
 * A branch that has a next one begins with a split to that one and ends with a jump behind the
 * last. Until that place is known, `to` of each jump is the index of the one before; 0 is none.
 */
static int parse_alternatives(struct parser *p)
{
	size_t start = p->n, jump = 0, before;
	int err = parse_branch(p);

	while (err == 0 && (*p->at == '|' || (*p->at == '\n' && p->depth == 0))) {
		p->at++;
		err = end_branch(p, start, &jump);
		start = p->n;
		if (err == 0)
			err = parse_branch(p);
	}
	if (err < 0)
		return err;
	for (; jump > 0; jump = before) {
		before = (size_t)p->code[jump].to;
		p->code[jump].to = (int)(p->n - jump);
	}
	return 0;
}

int ere_compile(struct mem *mem, const char *pattern, struct ere **ret_ere,
		struct ere_error *ret_error)
{
	struct parser p = { .mem = mem, .pattern = pattern, .at = pattern, .error = ret_error };
	int err = parse_alternatives(&p);
	struct ere *ere;
	uint16_t *scratch;

	if (err == 0)
		err = emit(&p, ERE_MATCH, 0);
	if (err < 0)
		return err;
	ere = mem_alloc(mem, sizeof(*ere));
	scratch = mem_alloc(mem, 4 * p.n * sizeof(*scratch));
	if (!ere || !scratch)
		return no_memory(&p);
	ere->code = p.code;
	ere->now = (struct ere_states){ .list = scratch, .slot = scratch + p.n };
	scratch += 2 * p.n;
	ere->next = (struct ere_states){ .list = scratch, .slot = scratch + p.n };
	*ret_ere = ere;
	return 0;
}
