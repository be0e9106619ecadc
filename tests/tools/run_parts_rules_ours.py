# SPDX-License-Identifier: Apache-2.0
"""The rules of run_parts_rules.py from Debian 13's run-parts, 5.23, to ours: what we mean to do otherwise."""

import copy
import os
import re

import run_parts_cases as cases
from run_parts_rules import COMPONENT, DEBUG_NAME, TRY, any_of, last_failure, may, rule, strike_leak, told


def value_follows(word):
    """Is the value of this long option, which may be shortened, the next word?"""
    meant = [option for option in cases.FLAGS + cases.VALUED if option.startswith(word[2:])]
    return len(meant) == 1 and meant[0] in cases.VALUED


def split_flags(word):
    """A word of short options as several, with --debug for each -d of them."""
    flags, rest = re.match(r'-([vVhd]*)(.*)\Z', word, re.DOTALL).groups()
    if 'd' not in flags:
        return [word]
    pieces = ['--debug' if piece == 'd' else '-' + piece for piece in re.findall('d|[^d]+', flags)]
    return pieces + (['-' + rest] if rest else [])


def long_debug(case):
    """The command line with --debug for -d; what is the value of an option or an operand stays."""
    words, result = list(case['argv']), []
    while words:
        word = words.pop(0)
        option = word.startswith('-') and word != '-'
        if word == '--' or not option and 'POSIXLY_CORRECT' in case['env']:
            return result + [word] + words
        pieces = split_flags(word) if option and not word.startswith('--') else [word]
        result += pieces
        if words and (re.fullmatch('-[vVh]*[ua]', pieces[-1]) or
                      word.startswith('--') and value_follows(word)):
            result.append(words.pop(0))
    return result


@rule('5.23', '-d is documented and refused')
def short_debug(context):
    if b"invalid option -- 'd'\n" not in context.theirs['err'] or b"-- 'd'" in context.want['err']:
        return False
    # This is also what the rules that run it once more start from.
    context.case = {**context.case, 'argv': long_debug(context.case)}
    context.theirs = context.rerun(context.case)
    return True


@rule('5.23', 'a wrong option is told of in the words of its C library')
def option_words(context):
    wrong = rb'\Arun-parts: (?!missing operand|bad umask|--list and)[^\n]*\n' + re.escape(TRY) + rb'\Z'
    if context.theirs['err'] == context.want['err'] or \
            not all(re.match(wrong, side['err']) for side in (context.theirs, context.want)):
        return False
    context.theirs['err'] = context.want['err']
    return True


@rule('5.23', 'a wrong regular expression is told of in the words of its C library')
def pattern_words(context):
    wrong = rb'\A(?:run-parts: )?Unable to build regexp: [^\n]+\n\Z'
    if context.theirs['err'] == context.want['err'] or \
            not all(re.match(wrong, side['err']) for side in (context.theirs, context.want)):
        return False
    context.theirs['err'] = context.want['err']
    return True


@rule('5.23', 'a loop of links is told of in the words of its C library')
def loop_words(context):
    return context.strike(context.theirs, rb': Too many levels of symbolic links\n', b': Symbolic link loop\n')


# Before what rewrites names in messages: an entry may be called \.
@rule('5.23', 'a { that begins no bound is a wrong regular expression')
def literal_brace(context):
    if b'Unmatched \\{' not in context.theirs['err'] or b'Unable to build regexp' in context.want['err']:
        return False
    other = copy.deepcopy(context.case)
    other['argv'] = [re.sub(r'\{', r'\\{', word) for word in other['argv']]
    context.theirs = context.rerun(other)
    return True


@rule('5.23', 'its version and its help are its own')
def own_words(context):
    for start in (rb'\ADebian run-parts program, version \S+', rb'\A[Uu]sage: run-parts '):
        outs = [side['out'] for side in (context.theirs, context.want)]
        if outs[0] != outs[1] and all(re.match(start, out) for out in outs):
            context.theirs['out'] = outs[1]
            return True
    return False


def visible(match):
    names = {b'\n': b'\\n', b'\t': b'\\t', b'\r': b'\\r', b'\\': b'\\\\'}
    return names.get(match.group()) or b'\\x%02x' % match.group()[0]


@rule('5.23', 'control bytes of paths are printed as they are')
def control_bytes(context):
    paths = {path for path, _ in context.entries()}
    words = paths | set(context.operands + context.options['arg']) | {e['name'] for _, e in context.entries()}
    words = any_of(word for word in words if re.search(r'[\0-\x1f\x7f\\]', word))
    if not words:
        return False

    # A header of --report is the path as it is.
    def put(match):
        return match.group() if match.group(1) is None else re.sub(rb'[\0-\x1f\x7f\\]', visible, match.group())
    before = context.theirs['err']
    context.theirs['err'] = re.sub(rb'(?:%s):\n|(%s)' % (any_of(paths), words), put, before)
    return before != context.theirs['err']


@rule('5.23', 'what cannot be read or looked at counts as absent')
def unreadable(context):
    told_of = told(rb'run-parts: PATH cannot be (?:opened|examined): '
                   rb'(?:Permission denied|File ?name too long)\n')
    long = any(len(os.fsencode(operand)) > 255 for operand in context.operands)
    if may(context.case, 4) and may(context.case, 1) and not long or not context.strike(context.want, told_of):
        return False
    if context.want['status'] == 1:
        context.want['status'] = last_failure(context.want['err'])
    # With it as an error, we stop before 5.23 looks for each name in each directory, and finds none.
    if context.has('exit-on-error') and context.has('debug'):
        context.strike(context.theirs, rb'list of unique basenames:\n(?: - [^\n]*\n)+'
                       rb'(?:checking [^\n]*\.\.\. not found\n)+\Z')
    return True


@rule('5.23', 'an ignored SIGPIPE or SIGXFSZ is passed on to the parts')
def ignored_sigpipe(context):
    record = re.sub(rb'(?m)^( signals.*?) 13=ignored( 25=ignored)?', rb'\1', context.theirs['record'])
    if record == context.theirs['record']:
        return False
    context.theirs['record'] = record
    # With nobody to read their output, the recorder's parts end with 98, or else by the signal.
    if context.strike(context.theirs, rb'exited with return code 98\n', rb'exited because of uncaught signal 13\n'):
        context.theirs['status'] = last_failure(context.theirs['err'])
    return True


@rule('5.23', 'names that cannot be written are no failure')
def lost_names(context):
    if not context.strike(context.want, rb'run-parts: cannot write to stdout: Broken pipe\n'):
        return False
    if context.want['status'] == 1:
        context.want['status'] = context.theirs['status'] = last_failure(context.want['err'])
    return context.case['broken']


@rule('5.23', 'output of --report that cannot be passed on is no failure')
def lost_report(context):
    if not context.strike(context.want, rb'run-parts: Cannot pass on the output of scripts: Broken pipe\n'):
        return False
    if context.want['status'] == 1:
        context.want['status'] = last_failure(context.want['err'])
    return context.case['broken']


@rule('5.23', '--stdin leaks a descriptor into the parts')
def own_leak(context):
    return strike_leak(context, context.theirs)


def as_given(part, paths):
    """The path that an operand gives a part: we put ./ before one that begins with -."""
    for path in paths:
        if part == path or path.startswith(b'-') and part == b'./' + path:
            return path
    return part


def without_reason(context, reasons):
    """The entries that neither were run, listed or complained of, nor have one reason not to be."""
    if context.has('exit-on-error') or context.case['broken'] or not (may(context.case, 4) and may(context.case, 1)):
        return []
    paths = [os.fsencode(path) for path, _ in context.entries()]
    parts = re.findall(rb'(?m)^part <(.*?)>\n (?:arg|umask)', context.want['record'], re.DOTALL)
    done = {as_given(part, paths) for part in parts}
    done |= {path for path in paths if path + b'\n' in context.want['out']}
    done = {re.sub(rb'[\0-\x1f\x7f\\]', visible, path) for path in done}
    done |= set(re.findall(told(rb'failed to exec (PATH): '), context.want['err']))
    done |= set(re.findall(told(rb'component (PATH) is not'), context.want['err']))
    done |= set(re.findall(told(rb'failed to stat component (PATH): '), context.want['err']))
    done |= set(re.findall(told(rb'run-parts: (PATH) exited '), context.want['err']))
    shown_paths = [re.sub(rb'[\0-\x1f\x7f\\]', visible, path) for path in paths]
    return [path for path in shown_paths if (path in done) + reasons.count(path) != 1]


@rule('5.23', '--debug does not tell why an entry is left out')
def debug_reasons(context):
    left_out = told(rb'run-parts: left out (PATH): [^\n]+\n')
    if not context.has('debug') or not re.search(DEBUG_NAME, context.want['err']):
        return False
    reasons = re.findall(left_out, context.want['err'])
    needed = context.strike(context.want, left_out)
    if len(set(context.operands)) == len(context.operands) and not context.has('help') and not context.has('version'):
        for path in without_reason(context, reasons):
            context.want['err'] += b'(no reason, or several: %s)\n' % path
    return needed


@rule('5.23', 'a path that begins with - is an option to the interpreter of its part')
def leading_dash(context):
    before = context.theirs['record']
    context.theirs['record'] = re.sub(rb'(?m)^part <-', b'part <./-', before)
    return before != context.theirs['record']


@rule('5.23', 'after an unfit entry --exit-on-error stops at a part that succeeds')
def unfit_stops(context):
    theirs, want = context.theirs, context.want
    if not context.has('exit-on-error') or not re.search(COMPONENT, theirs['err']) or theirs == want or \
            not all(want[key].startswith(theirs[key]) for key in ('out', 'err', 'record')) or \
            want['status'] != last_failure(want['err']):
        return False
    context.theirs = dict(want)
    return True


@rule('5.23', 'a wrong umask is told of before what follows it on the command line')
def umask_first(context):
    theirs, want = context.theirs, context.want
    later = rb'\A(?:run-parts: [^\n]*\n' + re.escape(TRY) + rb')?\Z'
    if theirs['err'] != b'run-parts: bad umask value\n' or theirs == want or want['record'] or \
            not re.match(later, want['err']) or bool(want['err']) != (want['status'] == 1):
        return False
    context.theirs = dict(want)
    return True
