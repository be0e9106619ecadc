# SPDX-License-Identifier: Apache-2.0
"""The rules of run_parts_rules.py for busybox's run-parts.

Busybox gets cases only that use none but its own options. What it runs and Debian's does not, or
leaves out, is taken from the tree, and it is run again; and what Debian's says of that is struck out.
"""

import copy
import os
import re

from run_parts_rules import COMPONENT, TRY, any_of, last_failure, merged, octal, rule, told, plain_options

BAD_UMASK = b'run-parts: bad umask value\n'
MISSING = b'run-parts: missing operand\n' + TRY


def umasks(context):
    return context.options.get('umasks', [])


def wrong_umask(texts):
    """Is one of these wrong to Debian's?"""
    return any(not octal(text) or int(octal(text), 8) > 0o7777 for text in texts)


@rule('busybox', 'several directories are wrong usage')
def busybox_several(context):
    usage = rb'\ABusyBox v[^\n]*\n\nUsage: run-parts '
    if len(context.operands) == 1 or not re.match(usage, context.theirs['err']):
        return False
    if context.theirs['status'] != 1 or context.theirs['out'] or context.theirs['record']:
        return False
    if wrong_umask(umasks(context)):
        context.theirs['err'] = BAD_UMASK
    elif context.operands:
        context.theirs = merged(context)
    else:
        context.theirs['err'] = MISSING
    return True


def keep(context, wanted):
    """Runs busybox again on what is left of the entries; the options and operands stay."""
    context.kept.append(wanted)
    if context.merged:
        context.theirs = merged(context)
        return
    other = copy.deepcopy(context.case)
    for path, entries in other['dirs'].items():
        other['dirs'][path] = [e for e in entries if context.keeps(e)]
    other['argv'] = plain_options(context) + ['--'] + context.operands
    context.theirs = context.rerun(other)


# Before what runs it again, with the last umask alone and so much of it as Debian's reads.
@rule('busybox', 'a wrong umask is told of in other words')
def busybox_umask(context):
    return context.want['err'] == BAD_UMASK and context.strike(
        context.theirs, rb"\Arun-parts: (?:invalid number '.*?'|number \d+ is not in [^\n]* range)\n\Z", BAD_UMASK)


@rule('busybox', 'only the last umask counts, and is a whole octal number')
def busybox_strict_umask(context):
    if context.theirs['err'] != BAD_UMASK and wrong_umask(umasks(context)[:-1]):
        context.theirs = {'status': 1, 'out': b'', 'err': BAD_UMASK, 'record': b''}
        return True
    if not context.theirs['err'].startswith(b'run-parts: invalid number ') or \
            context.theirs['err'].count(b'\n') > 1:
        return False
    keep(context, lambda entry: True)
    return True


@rule('busybox', 'names may have dots')
def busybox_dots(context):
    def dotted(entry):
        return '.' in entry['name'] and re.fullmatch('[A-Za-z0-9_-][A-Za-z0-9_.-]*', entry['name'])
    before = context.theirs
    if context.theirs['err'] not in (BAD_UMASK, MISSING) and \
            any(dotted(entry) for _, entry in context.entries()):
        keep(context, lambda entry: not dotted(entry))
    return context.theirs != before


def named_in(text, entry):
    return re.search(b'/' + re.escape(os.fsencode(entry['name'])) + rb'(?: exited|>)', text)


@rule('busybox', 'a part without "#!" is run by the shell')
def busybox_shell(context):
    failed = told(rb'run-parts: failed to exec (PATH): Exec format error\n'
                  rb'run-parts: \1 exited with return code 1\n')
    if not re.search(failed, context.want['err']) or b'Exec format' in context.theirs['err']:
        return False
    text = context.want['err'] + context.want['record']
    stops = context.has('exit-on-error')
    keep(context, lambda entry: entry['kind'] not in ('bare', 'empty', 'binary')
         and (not stops or named_in(text, entry)))
    context.strike(context.want, failed)
    context.want['status'] = last_failure(context.want['err'])
    return True


@rule('busybox', 'what is no plain file is left out or tried, not told of')
def busybox_special(context):
    if not re.search(COMPONENT, context.want['err']):
        return False
    text = context.want['err'] + context.want['record']
    stops = context.has('exit-on-error') and not context.has('test')
    keep(context, lambda entry: entry['kind'] not in ('fifo', 'socket', 'null')
         and (not stops or named_in(text, entry)))
    context.strike(context.want, COMPONENT)
    context.want['status'] = last_failure(context.want['err'])
    return True


@rule('busybox', 'a slash at the end of a directory is the one before the name')
def busybox_slashes(context):
    needed = False
    for operand in [] if context.merged else context.operands:
        for name in {e['name'] for _, e in context.entries()} if operand.endswith('/') else ():
            folded, full = os.fsencode(operand + name), os.fsencode(operand + '/' + name)
            for key in ('out', 'err', 'record'):
                text = context.theirs[key].replace(folded, full)
                needed, context.theirs[key] = needed or text != context.theirs[key], text
    return needed


@rule('busybox', 'what is not there is told of, directory or entry')
def busybox_absent(context):
    paths = context.operands + [path for path, _ in context.entries()]
    return context.strike(context.theirs, rb'run-parts: (?:%s): (?:No such file or directory|Not a directory|'
                          rb'Permission denied|Too many levels of symbolic links)\n' % any_of(paths))


@rule('busybox', 'a part that cannot be executed is told of in other words')
def busybox_exec(context):
    return context.strike(context.theirs, told(rb"run-parts: can't execute '(PATH)': ([A-Z][A-Za-z ]*)\n"),
                          rb'run-parts: failed to exec \1: \2\nrun-parts: \1 exited with return code 1\n')


@rule('busybox', 'a signal is told of as a status')
def busybox_signal(context):
    needed = False
    for path, entry in context.entries():
        for line in entry['lines']:
            if line.startswith('kill '):
                number = int(line[5:])
                needed |= context.strike(
                    context.theirs, re.escape(b'run-parts: %s: exit status %d\n' % (os.fsencode(path), 128 + number)),
                    b'run-parts: %s exited because of uncaught signal %d\n' % (os.fsencode(path), number))
    return needed


@rule('busybox', 'a failure is told of in other words')
def busybox_failure(context):
    return context.strike(context.theirs, told(rb'run-parts: (PATH): exit status (\d+)\n'),
                          rb'run-parts: \1 exited with return code \2\n')


@rule('busybox', 'any failure is status 1, not that of the last part that failed')
def busybox_status(context):
    status = last_failure(context.theirs['err'])
    if context.theirs['status'] != 1 or status in (0, 1):
        return False
    context.theirs['status'] = status
    return True
