# SPDX-License-Identifier: Apache-2.0
"""Cases for run_parts_diff.py: what stands in the directories, the command line, the surroundings.

A case follows from its seed and its number alone. It is plain data, so that it can be changed, run
again and printed; build() makes its tree below the current directory.
"""

import getopt
import os
import random
import stat

NOBODY = 65534
FLAGS = ['test', 'list', 'verbose', 'debug', 'report', 'reverse', 'exit-on-error', 'stdin',
         'lsbsysinit', 'new-session', 'version', 'help']
VALUED = ['regex', 'umask', 'arg']
# The shortest spelling of each long option that is not also one of another.
SHORTEST = {'test': 't', 'list': 'li', 'verbose': 'verb', 'debug': 'd', 'report': 'rep',
            'reverse': 'rev', 'exit-on-error': 'e', 'stdin': 's', 'lsbsysinit': 'ls',
            'new-session': 'n', 'version': 'vers', 'help': 'h', 'regex': 'reg', 'umask': 'u',
            'arg': 'a'}
NAMES = ['1', '10-b', '2-a', '02-a', 'a', 'b', 'B', 'Ab', 'zz', '_x', '_', '-', '--', '-dash',
         '--test', 'a.b', 'c.sh', '.hidden', '.', 'README.rst', 'x~', '#x#', 'foo-bar', '_a-b',
         'a.b-c', 'A-b', 'foo-bar.dpkg-dist', 'foo.dpkg-old', 'a-b.dpkg-new', 'x.dpkg-tmp',
         'cfg.rpmsave', 'a b', ' a', 'new\nline', 'tab\t', 'sch\u00f6n', '\udcff', 'a*', '?', '$x',
         'ab', 'abc', '0', '00', '9_9', 'lsb.domain-x', 'o_k', 'v' * 255, 'V.' * 127, '%s%n', '\\',
         'a"b', "it's", 'd', 'nosuch']
ARGS = ['', 'x', 'two words', '-v', '--', 'line\nbreak', '$HOME', '*', '\u00e4', 'y' * 300]
UMASKS_GOOD = ['022', '0', '777', '077', '27', '0787', '1777', '7777', '07x']
UMASKS_BAD = ['9', 'x', '10000', '', '-1', ' ', '0x1f']
REGEX_GOOD = ['', '.', '^a', 'a$', '^[a-z]+$', '^[0-9]+', r'\.sh$', '^(a|b)$', '[[:upper:]]',
              '^.{1,2}$', 'a?b', r'^[^.]*$', '^[_a-z0-9-]+$', r'^\.', '(foo|^b)', 'z{2}', '-',
              '[.]', 'x*', '^$', r'[\]', 'B|2']
REGEX_BAD = ['(', '[', 'a{2', '[[:nope:]]', '[z-a]', 'a{3,1}', '\\']
SIGNALS = [1, 2, 3, 4, 6, 8, 9, 10, 11, 12, 13, 14, 15]
SIZES = [1, 7, 80, 80, 80, 4095, 4097, 70000, 150000]


def output_lines(rng, report):
    """What a script prints: nothing, one stream or both; in an order that --report can tell."""
    out = [f'out {rng.choice(SIZES)}'] if rng.random() < 0.8 else ['outp half a line']
    err = [f'err {rng.choice(SIZES)}'] if rng.random() < 0.8 else ['errp half a line']
    return rng.choice([[], out, out, err, out + err, err + ['drain'] + out])


def script_lines(rng):
    lines = output_lines(rng, True)
    if rng.random() < 0.25:
        lines.insert(0, f'stdin {rng.choice([1, 10, 5000, 1 << 18])}')
    if rng.random() < 0.01:
        lines.append('daemon')
    ending = rng.random()
    if ending < 0.25:
        lines.append(f'exit {rng.choice([1, 2, 3, 99, 126, 127, 128, 130, 255, 256])}')
    elif ending < 0.32:
        lines.append(f'kill {rng.choice(SIGNALS)}')
    return lines


def make_entry(rng, name):
    kind = rng.choices(
        ['script', 'bare', 'empty', 'lost', 'binary', 'dir', 'link', 'dirlink', 'dangling', 'loop',
         'null', 'fifo', 'socket'],
        [60, 3, 3, 3, 2, 4, 5, 2, 5, 1, 3, 2, 2])[0]
    entry = {'name': name, 'kind': kind, 'mode': 0o755, 'lines': []}
    if kind in ('script', 'bare', 'empty', 'lost', 'link', 'fifo', 'socket') and rng.random() < 0.3:
        entry['mode'] = rng.choice([0o644, 0o600, 0o700, 0o711, 0o555, 0o111, 0o000, 0o100, 0o601])
    if kind in ('script', 'link'):
        entry['lines'] = script_lines(rng)
    return entry


def make_directory(rng, pool):
    count = rng.choice([0, 1, 2, 3, 4, 5, 6, 9])
    names = {rng.choice(pool) for _ in range(count)} - {'.'}
    return [make_entry(rng, name) for name in sorted(names)]


def spell(rng, option, value=None):
    """One option in one of its spellings, as a list of words."""
    short = {'verbose': '-v', 'debug': '-d', 'version': '-V', 'help': '-h', 'umask': '-u',
             'arg': '-a'}.get(option)
    if short and rng.random() < 0.5:
        if value is None:
            return [short]
        return [short + value] if value and rng.random() < 0.5 else [short, value]
    shortest = SHORTEST[option]
    length = rng.choice([len(option), len(option), rng.randint(len(shortest), len(option))])
    word = '--' + option[:length]
    if value is None:
        return [word]
    return [f'{word}={value}'] if rng.random() < 0.5 else [word, value]


def wrong_option(rng):
    return rng.choice([['--nope'], ['-x'], ['-l'], ['--re'], ['--v'], ['--report=1'], ['--list='],
                       ['-vx'], ['--l'], ['--umask'], ['-u'], ['-a'], ['---'], ['--test=x'],
                       ['--ver'], ['-t'], ['--reg'], ['--=x'], ['-v-']])


def make_options(rng, common):
    words = []
    busybox = ['test', 'reverse', 'exit-on-error']
    if common:
        chosen = [o for o in busybox if rng.random() < 0.25]
    else:
        chances = {'test': 0.08, 'list': 0.08, 'version': 0.01, 'help': 0.01, 'report': 0.3,
                   'debug': 0.2, 'lsbsysinit': 0.12}
        chosen = [o for o in FLAGS if rng.random() < chances.get(o, 0.15)]
        if rng.random() < 0.25:
            bad = rng.random() < 0.1
            words.append(spell(rng, 'regex', rng.choice(REGEX_BAD if bad else REGEX_GOOD)))
    words += [spell(rng, o) for o in chosen]
    if rng.random() < 0.15:
        bad = rng.random() < 0.2
        words.append(spell(rng, 'umask', rng.choice(UMASKS_BAD if bad else UMASKS_GOOD)))
    while rng.random() < 0.2:
        words.append(spell(rng, 'arg', rng.choice(ARGS)))
    if rng.random() < 0.04:
        words.append(wrong_option(rng))
    if rng.random() < 0.05 and not common:
        words.append([rng.choice(['-vv', '-vd', '-dv', '-va' + rng.choice(ARGS), '-vu027', '-dd'])])
    rng.shuffle(words)
    return words


def change_line(rng, names):
    """A command by which a part changes an entry of its directory, which may be a new one."""
    name = rng.choice(names)
    return rng.choice([f'remove {name}', f'mode {rng.choice(["644", "755", "000", "111", "700"])} {name}',
                       f'mode {rng.choice(["644", "755"])} {name}',
                       f'make {rng.choice(["script", "plain", "dir", "fifo", "dangling", "loop"])} {name}'])


def add_changes(rng, case):
    """Lets the parts change their directories while they run."""
    case.update(changes=True, broken=False, dir_mode=0o755)
    case['user'] = NOBODY if case['user'] and rng.random() < 0.2 else None
    for entries in case['dirs'].values():
        names = [e['name'] for e in entries if e['name'].isascii() and '\n' not in e['name']] + ['1', 'new', 'zz']
        for entry in entries:
            if entry['kind'] in ('script', 'link'):
                entry['lines'][:0] = [change_line(rng, names) for _ in range(rng.choice([0, 1, 1, 2, 3]))]


def make_case(seed, number):
    """The case of this number; of five, one has parts that change their directories."""
    rng = random.Random(f'{seed}/{number}')
    pool = NAMES if rng.random() < 0.6 else ['1', 'a', 'b', 'B', 'c', '2-a', 'foo-bar', 'zz', 'x.y']
    common = rng.random() < 0.45
    dirs = {}
    for _ in range(rng.choices([1, 2, 3], [86, 10, 4])[0]):
        path = rng.choice(['d', 'e', 'a b', 'x.d', '-d', 'sub/dir', 'd', 'new\nline', '\u00e4'])
        dirs.setdefault(path, make_directory(rng, pool))
    operands = []
    for path in dirs:
        path = rng.choice([path, path, path, path + '/', './' + path, path + '//', path + '/.'])
        operands.append(path)
    if rng.random() < 0.08 or rng.random() < 0.08 and not common:
        operands.append(rng.choice(['nosuch', 'plain', 'nosuch/deeper', 'plain/x', '', 'link',
                                    operands[0], '/dev/null', 'dangling']))
    if rng.random() < 0.06:
        operands = operands[1:]
    rng.shuffle(operands)
    options = make_options(rng, common)
    if any(o.startswith('-') for o in operands) and rng.random() < 0.9 or rng.random() < 0.05:
        argv = sum(options, []) + ['--'] + operands
    else:
        cut = rng.randint(0, len(operands)) if rng.random() < 0.3 else 0
        argv = operands[:cut] + sum(options, []) + operands[cut:]
    case = {'number': number, 'dirs': dirs, 'argv': argv, 'env': {}, 'umask': 0o022, 'user': None,
            'stdin': ('null', 0), 'fd': None, 'broken': False, 'dir_mode': 0o755}
    if rng.random() < 0.06:
        case['env']['POSIXLY_CORRECT'] = rng.choice(['', '1'])
    if rng.random() < 0.2:
        case['umask'] = rng.choice([0, 0o077, 0o777, 0o027])
    if rng.random() < 0.5:
        case['stdin'] = (rng.choice(['file', 'pipe']), rng.choice([0, 5, 100, 20000, 60000]))
    if os.getuid() == 0 and rng.random() < 0.3:
        case['user'] = NOBODY
    if rng.random() < 0.05:
        case['dir_mode'] = rng.choice([0o311, 0o444, 0, 0o700, 0o555])
    case['broken'] = rng.random() < 0.04
    case['fd'] = 9 if rng.random() < 0.03 else None
    case['changes'] = False
    if case['broken']:
        calm(case)
    if number % 5 == 4:
        add_changes(rng, case)
    return case


def calm(case):
    """Leaves parts one short line at most, which no reader can go away in the midst of."""
    for entries in case['dirs'].values():
        for entry in entries:
            entry['lines'] = [line for line in entry['lines'] if line.startswith(('exit', 'kill'))]
            entry['lines'][:0] = ['out 80'] if entry['kind'] in ('script', 'link') else []


def parse(case):
    """The options as a dictionary, and the operands; None where the words are no valid options.

    Beside the options stand what several of them come to: "mode", the last of those that choose
    names, and "umasks", all that were given.
    """
    posix = 'POSIXLY_CORRECT' in case['env']
    longs = FLAGS + [o + '=' for o in VALUED]
    try:
        pairs, operands = getopt.gnu_getopt(case['argv'], ('+' if posix else '') + 'u:ha:vVd', longs)
    except getopt.GetoptError:
        return None
    options = {'arg': []}
    names = {'-u': 'umask', '-h': 'help', '-a': 'arg', '-v': 'verbose', '-V': 'version',
             '-d': 'debug'}
    for word, value in pairs:
        name = names.get(word, word[2:])
        if name == 'arg':
            options['arg'].append(value)
        else:
            options[name] = value
        if name == 'umask':
            options.setdefault('umasks', []).append(value)
        if name in ('regex', 'lsbsysinit'):
            options['mode'] = (name, value)
    return options, operands


def build_entry(entry, directory, recorder):
    path = directory + '/' + entry['name']
    kind, mode = entry['kind'], entry['mode']
    if kind == 'dir':
        os.mkdir(path)
    elif kind == 'dirlink':
        os.symlink('.', path)
    elif kind == 'dangling':
        os.symlink('nowhere', path)
    elif kind == 'loop':
        os.symlink(entry['name'], path)
    elif kind == 'null':
        os.symlink('/dev/null', path)
    elif kind in ('fifo', 'socket'):
        os.mknod(path, (stat.S_IFIFO if kind == 'fifo' else stat.S_IFSOCK) | mode)
        os.chmod(path, mode)
    else:
        text = {'empty': '', 'bare': 'echo by sh >>"$RECORD"\n', 'binary': '\x7fELF\0\0',
                'lost': '#!/no/such/interpreter\n'}.get(kind)
        if text is None:
            text = f'#!{recorder}\n' + ''.join(line + '\n' for line in entry['lines'])
        if kind == 'link':
            os.makedirs('targets', exist_ok=True)
            target = os.path.join(os.getcwd(), 'targets', str(len(os.listdir('targets'))))
            os.symlink(target, path)
            path = target
        with open(path, 'w', encoding='latin-1') as file:
            file.write(text)
        os.chmod(path, mode)


def build(case, recorder):
    for path, entries in case['dirs'].items():
        os.makedirs(path, exist_ok=True)
        for entry in entries:
            build_entry(entry, path, recorder)
        os.chmod(path, case['dir_mode'])
    with open('plain', 'w', encoding='ascii') as file:
        file.write('no directory\n')
    os.symlink(next(iter(case['dirs'])), 'link')
    os.symlink('nowhere', 'dangling')


def clear(case):
    """Removes the tree but for its directories, which are slow to remove and harm no other case."""
    for path in [*case['dirs'], 'targets', '.']:
        if not os.path.isdir(path):
            continue
        os.chmod(path, 0o755)
        for entry in os.scandir(path):
            if not entry.is_dir(follow_symlinks=False):
                os.unlink(entry.path)
            elif path in case['dirs'] and entry.path not in case['dirs']:
                os.rmdir(entry.path)
