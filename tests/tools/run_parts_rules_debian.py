# SPDX-License-Identifier: Apache-2.0
"""The rules of run_parts_rules.py from Debian 12's run-parts, 5.7, to Debian 13's."""

import copy
import re

from run_parts_rules import (
    DEBUG_NAME, NAME, TRY, any_of, last_failure, may, merged, plain_options, rule, strike_leak, told)


@rule('5.7', 'several directories are a "missing operand"')
def several(context):
    if not context.theirs['err'].startswith(b'run-parts: missing operand\n') or \
            context.want['err'].startswith(b'run-parts: missing operand\n'):
        return False
    if context.theirs != {'status': 1, 'out': b'', 'err': b'run-parts: missing operand\n' + TRY, 'record': b''}:
        return False
    context.theirs = merged(context)
    return True


def is_lsb(name, plain):
    """Is it a name for --lsbsysinit? PLAIN is what those without a domain may have."""
    if re.fullmatch(r'_?([a-z0-9_.]+-)+[a-z0-9]+', name):
        return not re.fullmatch(r'[a-z0-9-].*\.dpkg-(old|dist|new|tmp)', name)
    return re.fullmatch(f'[a-z0-9][{plain}]*', name)


@rule('5.7', '--lsbsysinit refuses _ in plain names')
def lsb_underscore(context):
    listed = {entry['name'] for _, entry in context.entries()}
    if context.options.get('mode') != ('lsbsysinit', '') or context.theirs['err'].endswith(TRY) or \
            not any(is_lsb(name, 'a-z0-9_-') and not is_lsb(name, 'a-z0-9-') for name in listed):
        return False
    pattern = '|'.join(re.escape(name) for name in sorted(listed) if is_lsb(name, 'a-z0-9_-'))
    other = copy.deepcopy(context.case)
    context.options['mode'] = ('regex', f'^({pattern})$')
    other['argv'] = plain_options(context) + ['--'] + context.operands
    context.case = other  # for the rules that run it once more
    before, context.theirs = context.theirs, merged(context) if context.merged else context.rerun(other)
    for side in (context.theirs, context.want):
        context.strike(side, DEBUG_NAME)
    return before != context.theirs


@rule('5.7', 'a missing directory fails')
def missing(context):
    if not context.strike(context.theirs, rb'run-parts: failed to open directory .*?: [A-Z][a-z ]*\n'):
        return False
    context.theirs['status'] = 0
    return True


@rule('5.7', 'an entry that links to nothing is told of, and with --exit-on-error fails')
def dangling(context):
    message = rb'run-parts: failed to stat component .*?: [A-Z][A-Za-z ]*\n'
    if not re.search(message, context.theirs['err'], re.DOTALL):
        return False
    if context.has('exit-on-error'):
        context.fewer = True
        other = copy.deepcopy(context.case)
        for path, entries in other['dirs'].items():
            other['dirs'][path] = [e for e in entries
                                   if e['kind'] not in ('dangling', 'loop') and may(other, 1)]
        context.theirs = merged(context) if len(context.operands) > 1 else context.rerun(other)
    # No tree is without . and .., which fit some --regex: where no entry can be looked at, they stop it.
    if context.strike(context.theirs, message) and context.has('exit-on-error') and not may(context.case, 1):
        context.theirs['status'] = 0
    return True


@rule('5.7', 'any failure is status 1, not that of the last part that failed')
def last_status(context):
    status = last_failure(context.theirs['err'])
    if context.theirs['status'] != 1 or status in (0, 1):
        return False
    context.theirs['status'] = status
    return True


@rule('5.7', '--debug tells of . and .., and of a name once')
def debug_dots(context):
    if not context.has('debug'):
        return False
    if context.merged or context.fewer:
        return context.strike(context.theirs, DEBUG_NAME) | context.strike(context.want, DEBUG_NAME)
    return context.strike(context.theirs, DEBUG_NAME.replace(NAME, rb'\.\.?'))


@rule('5.7', '--debug does not tell what the directories come to')
def debug_less(context):
    if not context.has('debug'):
        return False
    found = context.strike(context.want, rb'list of unique basenames:\n.*?(?=processing: |\Z)')
    return context.strike(context.want, rb'processing: (?:%s)\n' % any_of(
        path for path, _ in context.entries())) or found


@rule('5.7', '--stdin: another descriptor leaks into the parts')
def leak(context):
    return strike_leak(context, context.theirs) | strike_leak(context, context.want)


@rule('5.7', 'it tells another version')
def version(context):
    theirs = re.sub(rb'\A(Debian run-parts program, version )5\.7\n', rb'\g<1>5.23.1\n', context.theirs['out'])
    changed = theirs != context.theirs['out']
    context.theirs['out'] = theirs
    return changed


@rule('5.7', 'its help is on stderr and knows one directory')
def help_text(context):
    usage = b'Usage: run-parts [OPTION]... DIRECTORY'
    if not context.theirs['err'].startswith(usage + b'\n'):
        return False
    if not context.case['broken']:
        context.theirs['out'] = context.theirs['err'].replace(usage, usage + b' [DIRECTORY ...]', 1)
    context.theirs['err'] = b''
    return True
