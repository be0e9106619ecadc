# SPDX-License-Identifier: Apache-2.0
"""What is run with faults: each scenario is a tree of small scripts and a command.

Every script that runs adds a line to the journal: its directory, its name and what the environment
and its standard input gave it.
"""

import os

PHASES = ['pre-configure', 'configure', 'post-configure', 'migration']
SHELL_ONLY = 'export A=$(echo 1)\n'
BUILT_IN = 'export A=1\n'

# One that libc allocates memory for.
LONG_ZONE = ':America/Argentina/ComodRivadavia'

# Where we were killed the parent is somebody else by now.
KILLS_US = """read -r parent </proc/$PPID/comm
case $parent in os-refresh*) kill -TERM $PPID ;; esac
exec sleep 100
"""


class Scenario:
    """A command, its tree and what holds for it. Paths in them are below the scratch folder."""

    def __init__(self, name, argv, files, **more):
        self.name, self.argv, self.files = name, argv, files
        self.env = more.get('env', {})
        self.stdin = more.get('stdin', '')
        self.goes_on = more.get('goes_on', False)  # after a script that failed
        self.held = more.get('held', False)  # somebody has the lock
        self.daemon = more.get('daemon')  # the name of what may be left
        self.long = more.get('long', False)  # only where there is time for it
        self.side_by_side = '--jobs' in argv  # not every binary can; only where it is named

    @property
    def applet(self):
        return self.argv[0]

    @property
    def locks(self):
        return '--lockfile' in self.argv and not self.held

    def build(self, root):
        for path, (text, mode) in self.files.items():
            path = os.path.join(root, path)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, 'w', encoding='ascii') as file:
                file.write(text)
            os.chmod(path, mode)


def script(tree, path, then='', head='#!/bin/sh\n'):
    words = '%s/%s' % (os.path.basename(os.path.dirname(path)), os.path.basename(path))
    tree[path] = ('%sread -r line\necho "%s A=${A-} $line" >>"$JOURNAL"\n%s' % (head, words, then),
                  0o755)


def phases(environment, names=('10-a', '20-b'), which=PHASES):
    tree = {'base/environment.d/10-a': (environment, 0o644),
            'base/environment.d/20-b': ('export B="$A"\n', 0o644)}
    for phase in which:
        for name in names:
            script(tree, 'base/%s.d/%s' % (phase, name))
    for name in ('10-e', '20-f'):
        script(tree, 'base/error.d/' + name)
    return tree


def two_directories():
    tree = {}
    for path in ('one/a', 'one/c', 'two/b', 'two/c', 'two/d'):
        script(tree, path, 'echo "out of %s"; echo "err of %s" >&2\n' % (path, path))
    tree['one/notes.txt'] = ('no script\n', 0o644)
    return tree


def with_failure(tree, path, then):
    script(tree, path, then)
    return tree


def orc(name, tree, *options, **more):
    more.setdefault('env', {})['OS_REFRESH_CONFIG_BASE_DIR'] = 'base'
    return Scenario(name, ['os-refresh-config', '--lockfile', 'lock', *options], tree, **more)


def daemon_tree():
    """Its first script leaves a daemon, so the second is started by a shim."""
    return with_failure(phases(BUILT_IN, ['20-b'], ['configure']), 'base/configure.d/10-a',
                        'sleep 100 &\n')


def side_by_side():
    """Each prints as well: that goes through us."""
    tree = phases(BUILT_IN, [], ['configure'])
    for name in ('10-a', '10-b', '10-c', '20-d'):
        script(tree, 'base/configure.d/' + name, 'echo "out of %s"; echo "err of %s" >&2\n' % (name, name))
    return tree


def dib_tree():
    tree = {'environment.d/10-a': (BUILT_IN, 0o644), 'd/notes.txt': ('#!/bin/sh\n', 0o644),
            'd/30-no': ('#!/bin/sh\n', 0o644)}
    script(tree, 'd/10-a')
    script(tree, 'd/20-b', head='')
    script(tree, 'd/100-c')
    return tree


def all_scenarios():
    base = {'OS_REFRESH_CONFIG_BASE_DIR': 'base'}
    failing = with_failure(phases(BUILT_IN, ['20-b'], PHASES[:3]), 'base/configure.d/10-a',
                           'exit 3\n')
    killing = with_failure(phases(BUILT_IN, ['20-b'], ['configure']), 'base/configure.d/10-a',
                           KILLS_US)
    late = with_failure(phases(BUILT_IN, ['20-b'], ['configure']), 'base/configure.d/10-a',
                        'exec sleep 100\n')
    run_failing = with_failure(two_directories(), 'one/c', 'exit 3\n')
    return [
        orc('phases', phases(BUILT_IN)),
        orc('debug', phases(BUILT_IN, which=['configure']), '--log-level', 'DEBUG', long=True),
        orc('shell', phases(SHELL_ONLY, ['10-a'], ['configure'])),
        orc('failing', failing),
        orc('signalled', killing),
        orc('captured', phases(BUILT_IN, ['10-a'], ['configure']), '--capture', '--events', 'events',
            '--syslog'),
        orc('failing-captured', failing, '--capture', '--events', 'events', long=True),
        orc('daemon', daemon_tree(), daemon='sleep'),
        orc('jobs', side_by_side(), '--jobs', '4'),
        orc('jobs-failing', with_failure(side_by_side(), 'base/configure.d/10-b', 'exit 3\n'),
            '--jobs', '4', '--capture'),
        Scenario('phase', ['refresh-phase', 'configure', '--only', '1*', '--lockfile', 'lock'],
                 phases(BUILT_IN), env=base),
        orc('late', late, '--timeout', '1', long=True),
        orc('held', phases(BUILT_IN), held=True),
        Scenario('dry-run', ['os-refresh-config', '--dry-run'], phases(BUILT_IN), env=base),
        Scenario('print-base', ['os-refresh-config', '--print-base'], {}),
        Scenario('dib', ['dib-run-parts', 'd'], dib_tree(),
                 env={'RUN_PARTS_REGEX': '^[0-9].*', 'TZ': LONG_ZONE}),
        Scenario('dib-list', ['dib-run-parts', '--list', 'd'], dib_tree()),
        Scenario('report', ['run-parts', '--report', '--stdin', '-v', '--arg=x', 'one', 'two'],
                 two_directories(), stdin='line one\nline two\n', goes_on=True),
        Scenario('session', ['run-parts', '--new-session', '--reverse', 'one', 'two'], run_failing,
                 goes_on=True),
        Scenario('exit-on-error', ['run-parts', '--exit-on-error', 'one', 'two'], run_failing),
        Scenario('test', ['run-parts', '--test', '--regex=^[a-z]$', 'one', 'two'],
                 two_directories()),
        Scenario('list', ['run-parts', '--list', 'one', 'two'], two_directories()),
        Scenario('install', ['refreshbox', '--install', 'new'], {'new/there': ('', 0o644)}),
        Scenario('install-s', ['refreshbox', '--install', '-s', 'new'], {'new/there': ('', 0o644)}),
    ]
