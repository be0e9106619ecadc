#include "opt.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sys/mem.h"
#include "text.h"

const char *opt_arg(const struct opt *opt)
{
	return text_at(opt_name(opt), 2);
}

const struct opt *opt_next(const struct opt *opt)
{
	opt = (const struct opt *)((const char *)opt + opt->size);
	return opt->size ? opt : ((const struct opt_end *)opt)->more;
}

struct parse {
	const struct opt_syntax *syntax;
	struct mem *mem;
	char **at;      /* the next argument */
	char **operand; /* where the next operand goes: never behind the next argument */
	char *values;
	struct text *error;

	/* of the argument that `find` was given last */
	const char *value; /* what it carries itself ("--name=value", "-nvalue"), or NULL */
	bool ambiguous;    /* it names other options as well */
};

static bool looks_like_option(const char *arg)
{
	return arg[0] == '-' && arg[1];
}

static bool is_long(const char *arg)
{
	return arg[0] == '-' && arg[1] == '-';
}

static bool ends_options(const char *arg)
{
	return strcmp(arg, "--") == 0;
}

/* Is the long name in arg, of n bytes, a beginning of the option's? */
static bool is_prefix(const struct opt *opt, const char *arg, size_t n)
{
	return strncmp(opt_name(opt), arg + 2, n) == 0;
}

/*
 * The option whose letter is the second byte of arg, or whose long name or the beginning of it
 * comes after "--"; NULL if there is none.
 */
static const struct opt *find(struct parse *parse, const char *arg)
{
	const struct opt *found = NULL;
	bool by_name = is_long(arg);
	size_t n = by_name ? strcspn(arg + 2, "=") : 0;
	const char *end = arg + 2 + n;

	parse->ambiguous = false;
	parse->value = NULL;
	/* Only argparse takes "-n=value" for "-nvalue". */
	if (*end)
		parse->value = end + (*end == '=' && (by_name || !parse->syntax->operands));
	for (const struct opt *opt = parse->syntax->rows; opt; opt = opt_next(opt)) {
		if (by_name ? !is_prefix(opt, arg, n) : opt->letter != arg[1])
			continue;
		if (!found) {
			found = opt;
			parse->ambiguous = false;
		} else if ((opt->kind & OPT_YIELDS) <= (found->kind & OPT_YIELDS)) {
			parse->ambiguous = true;
		}
		if (by_name && !opt_name(opt)[n]) {
			parse->ambiguous = false;
			return opt;
		}
	}
	return found;
}

static enum opt_verdict bad_prefix(const struct parse *parse, const char *arg)
{
	size_t n = strcspn(arg + 2, "=");
	const char *between = "could match";

	text_fmt(parse->error, "ambiguous option: %s ", arg);
	for (const struct opt *opt = parse->syntax->rows; opt; opt = opt_next(opt))
		if (is_prefix(opt, arg, n)) {
			text_fmt(parse->error, "%s --%s", between, opt_name(opt));
			between = ",";
		}
	return OPT_BAD;
}

/* As Python's repr(): in single quotes, unless those occur in it and double ones do not. */
static void add_repr(struct text *text, const char *value)
{
	char quote = strchr(value, '\'') && !strchr(value, '"') ? '"' : '\'';

	text_char(text, quote);
	for (; *value; value++) {
		char byte[2] = { *value };

		text_fmt(text, *value == quote ? "\\%s" : "%s", byte);
	}
	text_char(text, quote);
}

/* What is wrong with an option or, where that is not NULL, with its value. */
static enum opt_verdict bad_value(const struct parse *parse, const struct opt *opt,
				  const char *what, const char *value)
{
	text_str(parse->error, "argument ");
	if (opt->letter)
		text_fmt(parse->error, "-%c/", opt->letter);
	text_fmt(parse->error, "--%s: %s", opt_name(opt), what);
	if (value)
		add_repr(parse->error, value);
	return OPT_BAD;
}

static enum opt_verdict bad_choice(const struct parse *parse, const struct opt *opt,
				   const char *value)
{
	const char *between = " (choose from '";

	bad_value(parse, opt, "invalid choice: ", value);
	for (const char *choice = opt_arg(opt); *choice; choice = text_at(choice, 1)) {
		text_fmt(parse->error, "%s%s", between, choice);
		between = "', '";
	}
	text_str(parse->error, "')");
	return OPT_BAD;
}

static enum opt_verdict store(const struct parse *parse, const struct opt *opt, const char *value)
{
	void *target = parse->values + opt->offset;
	int place;

	switch (opt_kind(opt)) {
	case OPT_FLAG:
		*(bool *)target = true;
		break;
	case OPT_HELP:
	case OPT_VERSION:
		return (enum opt_verdict)opt->kind;
	case OPT_PRESET:
		value = opt_name(opt);
		/* fall through */
	case OPT_STRING:
		*(const char **)target = value;
		break;
	case OPT_LIST:
		if (strvec_add(parse->mem, target, (char *)value) < 0)
			return bad_value(parse, opt, "out of memory", NULL);
		break;
	case OPT_MAYBE_TIME:
		*(int64_t *)target = INT64_MAX;
		if (!value)
			break;
		/* fall through */
	case OPT_TIME:
		if (text_to_ns(value, target) < 0)
			return bad_value(parse, opt, "invalid int value: ", value);
		break;
	case OPT_CHOICE:
		place = text_place(opt_arg(opt), value);
		if (place < 0)
			return bad_choice(parse, opt, value);
		*(int *)target = place;
		break;
	}
	return OPT_RUN;
}

static bool is_negative_number(const char *arg)
{
	static const char digits[] = "0123456789";
	const char *end = arg + 1 + strspn(arg + 1, digits);

	if (*end == '.')
		end += 1 + strspn(end + 1, digits);
	return !*end && end[-1] >= '0';
}

/*
 * argparse takes nothing for a value that could be an option: one of ours, or what is neither a
 * negative number nor holds a blank. getopt_long takes whatever comes.
 */
static bool is_value(struct parse *parse, const char *arg)
{
	if (!arg || parse->syntax->operands || !looks_like_option(arg))
		return arg;
	return !find(parse, arg) && (is_negative_number(arg) || strchr(arg, ' '));
}

/* For getopt_long what stands behind such a letter is not looked at any more. */
static bool ends_parsing(const struct opt *opt)
{
	return opt->kind == OPT_HELP || opt->kind == OPT_VERSION;
}

/* "-ab", -a being a flag, is "-a -b"; a mistake in -b comes before what -a does. */
static enum opt_verdict take_option(struct parse *parse, const struct opt *opt)
{
	const struct opt *next = NULL;
	const char *value = parse->value;
	enum opt_verdict verdict = OPT_RUN, own;

	if (opt_takes_value(opt)) {
		if (!value) {
			value = *parse->at;
			if (!is_value(parse, value))
				return bad_value(parse, opt, "expected one argument", NULL);
			parse->at++;
		}
	} else if (value && opt_kind(opt) != OPT_MAYBE_TIME &&
		   (value[-1] == '=' || !parse->syntax->operands || !ends_parsing(opt))) {
		/* What stands behind a '=' is no letter. */
		if (value[-1] != '=')
			next = find(parse, value - 1);
		if (!next)
			return bad_value(parse, opt, "ignored explicit argument ", value);
		verdict = take_option(parse, next);
		if (verdict == OPT_BAD)
			return verdict;
	}
	own = store(parse, opt, value);
	return own == OPT_RUN ? verdict : own;
}

static enum opt_verdict take_args(struct parse *parse)
{
	bool getopt = parse->syntax->operands, options_ended = false;
	enum opt_verdict verdict = OPT_RUN;
	const struct opt *opt;
	char *arg;

	while (verdict == OPT_RUN && (arg = *parse->at)) {
		parse->at++;
		if (!options_ended && ends_options(arg)) {
			options_ended = true;
			if (getopt && !parse->syntax->ends_early)
				continue;
		}
		if (!options_ended && looks_like_option(arg)) {
			opt = find(parse, arg);
			if (opt) {
				verdict = parse->ambiguous ? bad_prefix(parse, arg) :
							     take_option(parse, opt);
				continue;
			}
			if (getopt && !parse->syntax->ends_early) {
				text_fmt(parse->error, "unrecognized option: %s", arg);
				return OPT_BAD;
			}
		}
		*parse->operand++ = arg;
		if (parse->syntax->ends_early || (getopt && getenv("POSIXLY_CORRECT")))
			options_ended = true;
	}
	return verdict;
}

/* As argparse, every prefix is looked at before any option acts. */
static enum opt_verdict check_prefixes(struct parse *parse)
{
	for (char **arg = parse->at; *arg && !ends_options(*arg); arg++)
		if (is_long(*arg)) {
			(void)find(parse, *arg);
			if (parse->ambiguous)
				return bad_prefix(parse, *arg);
		}
	return OPT_RUN;
}

enum opt_verdict opt_parse(const struct opt_syntax *syntax, struct mem *mem, char **argv,
			   void *values, struct text *error)
{
	struct parse parse = { syntax, mem, argv + 1, argv + 1, values, error, NULL, false };
	enum opt_verdict verdict = OPT_RUN;

	if (!*argv)
		return OPT_RUN;
	if (!syntax->operands)
		verdict = check_prefixes(&parse);
	if (verdict == OPT_RUN)
		verdict = take_args(&parse);
	*parse.operand = NULL;
	if (verdict != OPT_RUN || syntax->operands || !*++argv)
		return verdict;
	text_str(error, "unrecognized arguments:");
	for (; *argv; argv++)
		text_fmt(error, " %s", *argv);
	return OPT_BAD;
}
