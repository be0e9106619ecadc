#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Runs generated cases on several run-parts programs and compares what they did.

Each case (run_parts_cases.py) is run by the program under test, by Debian's run-parts of two
releases and by busybox's. Exit status, stdout, stderr and what the parts saw of themselves have to
be the same but for what the table of run_parts_rules.py explains. How often each of its rules was
needed is printed; one that never was is a failure, and so is every difference that is left.
"""

import argparse
import copy
import importlib
import multiprocessing
import os
import shlex
import signal
import subprocess
import sys
import tempfile

import run_parts_cases as cases
import run_parts_rules as rules

for step in ('debian', 'busybox', 'ours'):
    importlib.import_module('run_parts_rules_' + step)  # adds to the table

INPUT = b''.join(b'input %d\n' % i for i in range(10000))
BUSYBOX_HAS = {'test', 'reverse', 'exit-on-error', 'umask', 'umasks', 'arg'}


class Bench:
    """A scratch folder with a tree for cases to run in, and the programs to run."""

    def __init__(self, programs, recorder, root):
        self.programs = programs
        self.recorder = recorder
        # No case names a directory that ends so: the rules find paths of cases in any text.
        self.root = tempfile.mkdtemp(dir=root, suffix='-')
        os.chmod(self.root, 0o755)
        self.cwd = self.root + '/cwd'
        os.mkdir(self.cwd)
        os.chdir(self.cwd)
        with open('/dev/null', 'rb') as null:
            os.dup2(null.fileno(), 9)

    def path(self, name):
        return self.root + '/' + name

    def fresh(self, name):
        with open(self.path(name), 'wb'):
            pass
        os.chmod(self.path(name), 0o666)

    def stdin(self, case):
        kind, size = case['stdin']
        text = INPUT[:size]
        if kind == 'file':
            with open(self.path('stdin'), 'wb') as file:
                file.write(text)
            return os.open(self.path('stdin'), os.O_RDONLY)
        if kind == 'pipe':
            ours, theirs = os.pipe()
            os.write(theirs, text)
            os.close(theirs)
            return ours
        return os.open('/dev/null', os.O_RDONLY)

    def stdout(self, case):
        if not case['broken']:
            return os.open(self.path('out'), os.O_WRONLY | os.O_APPEND)
        reader, writer = os.pipe()
        os.close(reader)
        return writer

    def end_daemons(self):
        with open(self.path('record.pids'), encoding='ascii') as file:
            for line in file:
                os.kill(int(line), signal.SIGKILL)

    def run(self, program, case):
        """What the program makes of the case, whose tree stands already."""
        for name in ('out', 'err', 'record', 'record.pids'):
            self.fresh(name)
        files = [self.stdin(case), self.stdout(case), os.open(self.path('err'), os.O_WRONLY | os.O_APPEND)]
        env = {'PATH': '/usr/bin:/bin', 'RECORD': self.path('record'), 'LC_ALL': 'C', **case['env']}
        command = self.programs[program] + case['argv']
        if case['user'] is not None:
            command = [self.recorder, 'recorder', '-u', str(case['user'])] + command
        child = subprocess.Popen(
            command[1:], executable=command[0], stdin=files[0], stdout=files[1], stderr=files[2], env=env,
            umask=case['umask'], pass_fds=[9] if case['fd'] else [], restore_signals=not case['broken'])
        for descriptor in files:
            os.close(descriptor)
        signal.alarm(60)
        try:
            status = child.wait()
        except TimeoutError:
            child.kill()
            status = f'hangs; killed: {child.wait()}'
        signal.alarm(0)
        self.end_daemons()
        result = {'status': status}
        for name in ('out', 'err', 'record'):
            with open(self.path(name), 'rb') as file:
                result[name] = file.read()
        return result

    def rerun(self, program, case, other):
        """The same for a variant of the case, in a tree of its own."""
        cases.clear(case)
        cases.build(other, self.recorder)
        result = self.run(program, other)
        cases.clear(other)
        cases.build(case, self.recorder)
        return result

    def pairs(self, case):
        """Who is compared with whom: (old program, newer program)."""
        newest = 'ours' if 'ours' in self.programs else '5.23'
        middle = '5.23' if '5.23' in self.programs else newest
        parsed = cases.parse(case)
        if middle != newest:
            yield '5.23', 'ours'
        if case['changes']:
            # The others look at an entry when they come to it, and have no list before that.
            return
        if '5.7' in self.programs:
            yield '5.7', middle
        if 'busybox' in self.programs and parsed and BUSYBOX_HAS.issuperset(set(parsed[0]) - {'mode'}):
            yield 'busybox', middle

    def compare(self, case):
        """Runs one case on all programs; returns the rules applied and the differences left."""
        cases.build(case, self.recorder)
        results, used, left = {}, [], []
        try:
            for old, new in self.pairs(case):
                for program in (new, old):
                    if program not in results:
                        results[program] = self.run(program, case)
                        if case['changes']:
                            cases.clear(case)
                            cases.build(case, self.recorder)
                context = rules.Context(self, case, old, new, results[old], results[new])
                applied = context.explain()
                used += applied + [f'{old} beside {new}: compared']
                difference = context.difference()
                if difference:
                    left.append((old, new, applied, difference, context.shape()))
        finally:
            cases.clear(case)
        return used, left


BENCH = None


def too_long(_signal, _frame):
    raise TimeoutError


def start_worker(programs, recorder, root):
    global BENCH
    signal.signal(signal.SIGALRM, too_long)
    BENCH = Bench(programs, recorder, root)


def compare_one(job):
    return job[1], *BENCH.compare(cases.make_case(*job))


def smaller(case):
    """Variants of the case with one thing less."""
    for path, entries in case['dirs'].items():
        for i, entry in enumerate(entries):
            other = copy.deepcopy(case)
            del other['dirs'][path][i]
            yield other
            for j in range(len(entry['lines'])):
                other = copy.deepcopy(case)
                del other['dirs'][path][i]['lines'][j]
                yield other
    for i in range(len(case['argv'])):
        other = copy.deepcopy(case)
        del other['argv'][i]
        yield other
    for key, plain in (('env', {}), ('umask', 0o022), ('user', None), ('stdin', ('null', 0)),
                       ('dir_mode', 0o755), ('broken', False), ('fd', None)):
        if case[key] != plain:
            yield {**copy.deepcopy(case), key: plain}


def shrink(case, old, new):
    """The smallest case near this one in which the two still differ."""
    def differs(other):
        return [d for d in BENCH.compare(other)[1] if d[:2] == (old, new)]
    again = True
    while again:
        again = False
        for other in smaller(case):
            if differs(other):
                case, again = other, True
                break
    found = differs(case)
    return case, found[0] if found else None


def shell(case):
    """The case as shell commands."""
    lines = ['mkdir case; cd case']
    for path, entries in case['dirs'].items():
        lines.append(f'mkdir -p -- {shlex.quote(path)}')
        for entry in entries:
            lines.append('# %s %03o %s: %s' % (entry['kind'], entry['mode'], ascii(path + '/' + entry['name']),
                                               '; '.join(entry['lines'])))
    for key, plain in (('umask', 0o022), ('user', None), ('dir_mode', 0o755), ('stdin', ('null', 0)),
                       ('broken', False), ('fd', None), ('env', {})):
        if case[key] != plain:
            lines.append(f'# {key}: {oct(case[key]) if "m" in key[:5] and isinstance(case[key], int) else case[key]}')
    lines.append('run-parts ' + ' '.join(shlex.quote(word) for word in case['argv']))
    return lines


def show(seed, number, found):
    """Shows the smallest case with this difference."""
    old, new = found[:2]
    print(f'---- case {seed}/{number}: {new} is not as {old}')
    case, smallest = shrink(cases.make_case(seed, number), old, new)
    applied, difference = (smallest or found)[2:4]
    for line in shell(case):
        print('    ' + line.encode('utf-8', 'backslashreplace').decode())
    for name in applied:
        print('  rule: ' + name)
    for line in difference:
        print('  ' + line)
    print(f'  again: {sys.argv[0]} --seed {seed} --only {number} ...', flush=True)


def show_all(seed, failed, shown):
    """Shows one case of each kind of difference."""
    kinds = {}
    for number, left in failed:
        for found in left:
            kinds.setdefault(repr(found[4]), []).append((number, found))
    for kind in sorted(kinds.values(), key=len, reverse=True)[:shown]:
        show(seed, *kind[0])
        if len(kind) > 1:
            print(f'  and {len(kind) - 1} more of this kind: {" ".join(str(n) for n, _ in kind[1:20])}')


def options():
    parser = argparse.ArgumentParser(description=__doc__.split('\n', 1)[0])
    parser.add_argument('--seed', default='1')
    parser.add_argument('--count', type=int, default=2000)
    parser.add_argument('--only', type=int, help='the number of the one case to run')
    parser.add_argument('--shown', type=int, default=10, help='how many kinds of failures to show')
    parser.add_argument('--recorder', required=True, help='the interpreter made from recorder.c')
    parser.add_argument('--scratch', help='where to work')
    parser.add_argument('--jobs', type=int, default=2)
    parser.add_argument('--ours', help='the program under test')
    parser.add_argument('--debian', help="Debian 12's run-parts")
    parser.add_argument('--debian13', help="the folder of fetch_run_parts.sh, with Debian 13's run-parts")
    parser.add_argument('--busybox', help='busybox')
    return parser.parse_args()


def programs_of(chosen):
    programs = {}
    if chosen.ours:
        programs['ours'] = [chosen.ours, 'run-parts']
    if chosen.debian13:
        # What the script there does, without its shell.
        lib = chosen.debian13 + '/lib'
        command = [lib + '/loader', '--argv0', 'run-parts', '--library-path', lib, lib + '/run-parts']
        programs['5.23'] = command[:1] + command
    if chosen.debian:
        programs['5.7'] = [chosen.debian, 'run-parts']
    if chosen.busybox:
        programs['busybox'] = [chosen.busybox, 'busybox', 'run-parts']
    return programs


def run_all(chosen, programs):
    """Returns how many cases failed, and how often each rule was needed."""
    numbers = range(chosen.count) if chosen.only is None else [chosen.only]
    counts, failed = {}, []
    with multiprocessing.Pool(chosen.jobs, start_worker, (programs, chosen.recorder, chosen.scratch)) as pool:
        jobs = ((chosen.seed, number) for number in numbers)
        for number, used, left in pool.imap_unordered(compare_one, jobs, 8):
            for name in used:
                counts[name] = counts.get(name, 0) + 1
            if left:
                failed.append((number, left))
    failed.sort(key=lambda item: item[0])
    show_all(chosen.seed, failed, chosen.shown)
    return len(failed), counts


def main():
    chosen = options()
    programs = programs_of(chosen)
    start_worker(programs, chosen.recorder, chosen.scratch)
    print(f'seed {chosen.seed}, {chosen.count} cases, {" ".join(programs)}', flush=True)
    failed, counts = run_all(chosen, programs)
    unused = 0
    for name in sorted(set(counts) | set(rules.names(programs))):
        print(f'{counts.get(name, 0):8} {name}')
        unused += name not in counts
    print(f'{failed} cases differ, {unused} rules never needed')
    alone = chosen.only is not None
    return 1 if failed or unused and not alone else 0


if __name__ == '__main__':
    sys.exit(main())
