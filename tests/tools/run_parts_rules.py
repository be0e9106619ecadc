# SPDX-License-Identifier: Apache-2.0
"""The differences between run-parts programs, as a table of rules.

A rule belongs to the step from an old program to what is newer: "5.7" and "busybox" lead to 5.23,
"5.23" leads to ours. It gets a Context, finds out whether its difference is there, and then changes
what the old program did (theirs) into what the newer should have done; or, where it cannot know,
checks what the newer did (want) and strikes it out on both sides. It returns whether it was needed.
"""

import copy
import os
import re
import shutil

import run_parts_cases as cases

TRY = b"Try `run-parts --help' for more information.\n"
RULES = []
# A path in a message: anything, but no second message.
PATH = rb'(?:(?!run-parts: )[^\0])*?'


def told(pattern):
    """The pattern of messages with PATH standing for any path."""
    return pattern.replace(b'PATH', PATH)


NAME = rb'[^\0]*?'
DEBUG_NAME = rb'"' + NAME + rb'": (?:classicalre|tradre|customre|hierre pass, excsre) (?:pass|fail)\n'
COMPONENT = told(rb'run-parts: run-parts: component PATH is not an executable plain file\n\n')
FAILURE = re.compile(told(rb'(?s)run-parts: PATH exited with return code (\d+)\n'
                          rb'|run-parts: PATH exited because of uncaught signal \d+\n|') + COMPONENT)


def rule(program, name):
    def add(function):
        RULES.append((program, name, function))
        return function
    return add


def names(programs):
    """The names of the rules between these programs."""
    newest = 'ours' if 'ours' in programs else '5.23'
    for program, name, _ in RULES:
        if program in programs and (program != '5.23' or newest == 'ours'):
            yield f'{program}: {name}'


def last_failure(err):
    """The status that 5.23 makes of the failures told of in err."""
    status = 0
    for match in FAILURE.finditer(err):
        status = int(match.group(1) or 1)
    return status


class Context:
    def __init__(self, bench, case, old, new, theirs, want):
        self.bench, self.case, self.old, self.new = bench, case, old, new
        self.theirs, self.want = dict(theirs), dict(want)
        parsed = cases.parse(case)
        self.options, self.operands = parsed or ({'arg': []}, [])
        self.merged = False
        self.fewer = False
        self.kept = []

    def explain(self):
        steps = [self.old] + (['5.23'] if self.new == 'ours' and self.old != '5.23' else [])
        return [f'{program}: {name}' for step in steps
                for program, name, apply in RULES if program == step and apply(self)]

    def difference(self):
        lines = []
        for key in ('status', 'out', 'err', 'record'):
            theirs, want = self.theirs[key], self.want[key]
            if theirs != want:
                lines.append(f'{key}: {self.old}, as the rules change it:')
                lines += shown(theirs, want)
                lines.append(f'{key}: {self.new}:')
                lines += shown(want, theirs)
        return lines

    def shape(self):
        """The kind of difference: what is the same for many cases."""
        shape = [self.old, self.new]
        for key in ('status', 'out', 'err', 'record'):
            sides = [self.theirs[key], self.want[key]]
            if sides[0] == sides[1]:
                continue
            shape.append(key)
            if isinstance(sides[0], bytes):
                lines = [side.split(b'\n') for side in sides]
                first = next((pair for pair in zip(*lines) if pair[0] != pair[1]), (b'', b''))
                shape += [re.sub(rb'\S*/\S*|\d+', b'*', line) for line in first]
        return shape

    def has(self, option):
        return option in self.options

    def keeps(self, entry):
        return all(wanted(entry) for wanted in self.kept)

    def rerun(self, other):
        return self.bench.rerun(self.old, self.case, other)

    def entries(self):
        """All entries, each with the paths that the operands give it."""
        for operand in self.operands:
            for path, entries in self.case['dirs'].items():
                if os.path.isdir(operand) and os.path.samefile(operand, path):
                    for entry in entries:
                        yield operand + '/' + entry['name'], entry

    def strike(self, side, pattern, put=b''):
        """Replaces the pattern in stderr of one side; returns whether it was there."""
        result, count = re.subn(pattern, put, side['err'], flags=re.DOTALL)
        side['err'] = result
        return count > 0


def shown(value, other):
    """The part of a value around where it differs from the other, to print."""
    if not isinstance(value, bytes):
        return [f'    {value}']
    at = next((i for i, (a, b) in enumerate(zip(value, other)) if a != b), min(len(value), len(other)))
    start = value.rfind(b'\n', 0, max(at - 200, 0)) + 1
    lines = value[start:at + 300].decode('utf-8', 'backslashreplace').split('\n')
    return [f'    (from byte {start})' if start else '    (from its start)'] + ['    | ' + line for line in lines]


def any_of(paths):
    """A pattern for one of these; the longer ones are tried first."""
    return b'|'.join(re.escape(os.fsencode(path)) for path in sorted(paths, key=len, reverse=True))


def may(case, bit):
    """May the user of the case do this to its directories: 4 read, 1 search?"""
    if os.getuid() == 0 and case['user'] is None:
        return True
    return bool(case['dir_mode'] >> (0 if os.getuid() == 0 else 6) & bit)


def merged(context):
    """The old program on one directory of links to what 5.23 takes from several."""
    context.merged = True
    case = context.case
    entries = dict(context.entries())
    paths = {}
    for operand in context.operands:
        if os.path.isdir(operand) and may(case, 4):
            for name in os.listdir(operand):
                found = [d + '/' + name for d in context.operands if os.path.exists(d + '/' + name)]
                if found and may(case, 1) and (found[0] not in entries or context.keeps(entries[found[0]])):
                    paths[name] = found[0]
    os.mkdir('merged%%')
    for name, path in paths.items():
        os.symlink('../' + path, 'merged%%/' + name)
    words = plain_options(context) + ['--', 'merged%%']
    result = context.bench.run(context.old, {**case, 'argv': words, 'env': {}})
    shutil.rmtree('merged%%')
    for key in ('out', 'err', 'record'):
        for name in sorted(paths, key=len, reverse=True):
            result[key] = result[key].replace(b'merged%%/' + os.fsencode(name), os.fsencode(paths[name]))
        for name, value in case['env'].items():
            result[key] = re.sub(rb'( env LC_ALL=C\n)', rb'\1 env ' + f'{name}={value}\n'.encode(), result[key])
    return result


def octal(text):
    """What of a umask is read by those who read only its start."""
    return re.match('[0-7]*', text).group()


def plain_options(context):
    """The options of the command line in a plain spelling."""
    words = ['--arg=' + value for value in context.options['arg']]
    for name, value in context.options.items():
        if name == 'umask':
            value = octal(value) or value
        if name not in ('arg', 'mode', 'umasks', 'regex', 'lsbsysinit'):
            words.append(f'--{name}={value}' if name == 'umask' else '--' + name)
    if 'mode' in context.options:
        name, value = context.options['mode']
        words.append(f'--{name}={value}' if name == 'regex' else '--' + name)
    return words


def strike_leak(context, side):
    """Takes the copy of stdin that leaked out of the descriptors of the parts."""
    record = re.sub(rb'(?m)^( descriptors .*?) [3-8]=file', rb'\1', side['record'])
    needed = context.has('stdin') and record != side['record']
    if needed:
        side['record'] = record
    return needed
