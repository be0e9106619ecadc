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


# From Debian 12's to Debian 13's.

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
        if name not in ('arg', 'mode', 'regex', 'lsbsysinit'):
            words.append(f'--{name}={value}' if name == 'umask' else '--' + name)
    if 'mode' in context.options:
        name, value = context.options['mode']
        words.append(f'--{name}={value}' if name == 'regex' else '--' + name)
    return words


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
    context.strike(context.theirs, message)
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


def strike_leak(context, side):
    """Takes the copy of stdin that leaked out of the descriptors of the parts."""
    record = re.sub(rb'(?m)^( descriptors .*?) [3-8]=file', rb'\1', side['record'])
    needed = context.has('stdin') and record != side['record']
    if needed:
        side['record'] = record
    return needed


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


# From Debian 13's to ours.

@rule('5.23', '-d is documented and refused')
def short_debug(context):
    if b"invalid option -- 'd'\n" not in context.theirs['err'] or b"-- 'd'" in context.want['err']:
        return False
    other = copy.deepcopy(context.case)
    words = []
    for word in other['argv']:
        short = re.match(r'-([vVh]*)d(.*)\Z', word, re.DOTALL)
        while short:
            words += ['-' + short.group(1)] * bool(short.group(1)) + ['--debug']
            word = '-' + short.group(2) if short.group(2) else None
            short = re.match(r'-([vVh]*)d(.*)\Z', word or '', re.DOTALL)
        words += [word] if word is not None else []
    other['argv'] = words
    context.theirs = context.rerun(other)
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
    context.theirs['err'] = re.sub(rb'(?m)^(?:%s):\n|(%s)' % (any_of(paths), words), put, before)
    return before != context.theirs['err']


@rule('5.23', 'what cannot be read or looked at counts as absent')
def unreadable(context):
    told_of = told(rb'run-parts: PATH cannot (?:open the directory|be looked at): '
                   rb'(?:Permission denied|File ?name too long)\n')
    long = any(len(os.fsencode(operand)) > 255 for operand in context.operands)
    if may(context.case, 4) and may(context.case, 1) and not long or not context.strike(context.want, told_of):
        return False
    if context.want['status'] == 1:
        context.want['status'] = last_failure(context.want['err'])
    return True


@rule('5.23', 'an ignored SIGPIPE is passed on to the parts')
def ignored_sigpipe(context):
    record = re.sub(rb'(?m)^( signals.*?) 13=ignored', rb'\1', context.theirs['record'])
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
    if not context.strike(context.want, rb'run-parts: cannot pass on what the scripts print: Broken pipe\n'):
        return False
    if context.want['status'] == 1:
        context.want['status'] = last_failure(context.want['err'])
    return context.case['broken']


@rule('5.23', '--stdin leaks a descriptor into the parts')
def own_leak(context):
    return strike_leak(context, context.theirs)


@rule('5.23', '--debug does not tell why an entry is left out')
def debug_reasons(context):
    return context.has('debug') and context.strike(context.want, told(rb'run-parts: left out PATH: [^\n]*\n'))
