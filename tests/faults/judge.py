# SPDX-License-Identifier: Apache-2.0
"""What must hold for a run with a fault, beside the same run without: the findings, in words."""

import re

from faults import CHILD, KILL, TERM

DATES = re.compile(r'[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]{2} ')
DIGITS = re.compile(r'\d+')


def alike(text):
    """Without what differs from run to run: dates, times, pids."""
    return DIGITS.sub('#', DATES.sub('', text))


def is_handler(line):
    return line.startswith('error.d/')


def mains(journal):
    return [line for line in journal if not is_handler(line)]


def handlers(journal):
    return [line.split()[0] for line in journal if is_handler(line)]


def handlers_of(scenario):
    return sorted(path.partition('/')[2] for path in scenario.files if '/error.d/' in path)


def is_whole(base, result):
    return (result.status, result.journal, alike(result.out), result.links) == \
        (base.status, base.journal, alike(base.out), base.links)


def is_subsequence(few, many):
    rest = iter(many)
    return all(line in rest for line in few)


def judge_order(scenario, base, result):
    """No script twice, none before its time, none after what it depends on has failed."""
    names = [line.split()[0] for line in result.journal]
    if len(set(names)) < len(names):
        yield 'runs a script twice'
    ran, all_of_them = mains(result.journal), mains(base.journal)
    if scenario.goes_on or scenario.side_by_side:
        # Of two scripts of one name that in the second directory runs where the first is not seen.
        if not is_subsequence(*([line.partition('/')[2] for line in part]
                                for part in (ran, all_of_them))):
            yield 'runs scripts out of order or otherwise than without the fault'
    elif ran != all_of_them[:len(ran)]:
        yield 'runs a script after one that was left out, or otherwise than without the fault'
    order = handlers(result.journal)
    if order != handlers_of(scenario)[:len(order)]:
        yield 'runs an error handler after one that was left out'
    if order and result.status == 0:
        yield 'runs error handlers and succeeds'
    if re.search(r'during \S+ phase[^\0]*Starting phase', result.err):
        yield 'begins a phase after one that failed'


def judge_traces(scenario, result):
    if result.locked:
        yield 'leaves the lock held'
    # Scripts in sessions of their own may outlive us.
    if '--new-session' not in scenario.argv:
        for command in result.left:
            if not scenario.daemon or scenario.daemon not in command:
                yield 'leaves a process: ' + command


def judge_handlers(scenario, base, result):
    """Where a phase failed by the fault, error handlers have no fault of their own."""
    by_fault = base.status == 0 or mains(base.journal) != mains(result.journal)
    if by_fault and re.search(r'during \S+ phase', result.err):
        if handlers(result.journal) != handlers_of(scenario):
            yield 'a phase fails, but not all error handlers run'


def judge_signal(base, result, number):
    if result.status == -number:
        if handlers(result.journal) != handlers(base.journal)[:len(handlers(result.journal))]:
            yield 'runs error handlers after a signal'
    elif not is_whole(base, result):
        yield 'neither ends by the signal nor does all (status %s)' % result.status


def is_shells_status(base, result):
    """Who may not end by a signal exits as if it had."""
    return base.status < 0 and result.status == 128 - base.status and result.journal == base.journal


def judge_error(scenario, base, result, fault):
    if fault.call == 'kill' and is_shells_status(base, result):
        return
    if result.status < 0 and result.status != base.status:
        yield 'is killed by signal %d' % -result.status
    elif result.status == 0 and base.status == 0:
        yield 'succeeds and left something out'
    elif result.status == 0:
        yield 'succeeds where a script failed'
    elif 'ended our process' in result.err:
        return  # That had no way to say why.
    elif not any(cause in line for line in result.err.splitlines() for cause in fault.causes()):
        yield 'fails (status %d) and no line names the cause' % result.status
    if fault.process != CHILD:
        yield from judge_handlers(scenario, base, result)


def without_event_log(err):
    """An event log may lose a line, if that is told; it is not waited for."""
    return '\n'.join(line for line in err.splitlines() if '[WARN] Cannot write the event log ' not in line)


def said(scenario, result):
    """What differs between two runs that do and say the same is left out."""
    lines = alike(without_event_log(result.err)).splitlines()
    return sorted(lines) if scenario.side_by_side else lines


def judge_transient(scenario, base, result):
    if not is_whole(base, result):
        yield 'does not do all (status %s), though it might have tried again' % result.status
    elif said(scenario, result) != said(scenario, base):
        yield 'says something else on stderr, though it might have tried again'


def judge(scenario, base, result, fault):
    """The findings of one run, none where all is well."""
    if result.hung:
        return ['hangs']
    findings = list(judge_order(scenario, base, result))
    if fault.action == KILL:
        findings += judge_signal(base, result, 9)
        return findings + list(judge_traces(scenario, result))
    findings += judge_traces(scenario, result)
    if fault.action == TERM:
        findings += judge_signal(base, result, 15)
    elif fault.is_transient():
        findings += judge_transient(scenario, base, result)
    elif not is_whole(base, result):
        findings += judge_error(scenario, base, result, fault)
    return findings
