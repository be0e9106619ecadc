# SPDX-License-Identifier: Apache-2.0
"""Runs a scenario under strace, with a fault or without, and looks at what is left of it."""

import collections
import ctypes
import fcntl
import os
import re
import shutil
import signal
import subprocess
import time

from faults import OUTER

BOUND_S = 10  # a run takes a tenth of a second
GRACE_S = 1  # for what we started to notice that we have ended
PR_SET_CHILD_SUBREAPER = 36
FIRED = re.compile(r'\((INJECTED|DELAYED)\)|^(\d+ +)?(---|\+\+\+ killed)', re.MULTILINE)

Result = collections.namedtuple('Result', 'status hung journal out err links trace left locked')


class Bench:
    """A scratch folder for the scenarios of one process, to which all that they leave comes."""

    def __init__(self, binary, scratch):
        self.root = os.path.join(scratch, str(os.getpid()))
        self.bin = self.root + '/bin'
        os.makedirs(self.bin)
        shutil.copy(binary, self.bin + '/refreshbox')
        for applet in ('os-refresh-config', 'refresh-phase', 'dib-run-parts', 'run-parts'):
            os.symlink('refreshbox', self.bin + '/' + applet)
        ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def path(self, scenario, name=''):
        return os.path.join(self.root, scenario.name, name)

    def prepare(self, scenario):
        """The tree is made once; what runs change of it is made good."""
        if not os.path.exists(self.path(scenario)):
            os.mkdir(self.path(scenario))
            scenario.build(self.path(scenario))
            with open(self.path(scenario, 'stdin'), 'w', encoding='ascii') as file:
                file.write(scenario.stdin)
        for name in self.links(scenario) + ['../journal', '../trace', '../lock']:
            if os.path.lexists(self.path(scenario, 'new/' + name)) and name != 'there':
                os.unlink(self.path(scenario, 'new/' + name))
        for name in ('journal', 'trace', 'lock'):
            with open(self.path(scenario, name), 'wb'):
                pass

    def links(self, scenario):
        path = self.path(scenario, 'new')
        return sorted(os.listdir(path)) if os.path.isdir(path) else []

    def command(self, scenario, options):
        program = os.path.join(self.bin, scenario.applet)
        command = [program, *scenario.argv[1:]]
        return command if options is None else ['strace', '-o', 'trace', *options, *command]

    def run(self, scenario, options=None):
        """Options are strace's; without any, strace is left out."""
        self.prepare(scenario)
        env = dict(scenario.env, PATH=os.environ['PATH'], JOURNAL=self.path(scenario, 'journal'))
        holder = open(self.path(scenario, 'lock'), 'rb') if scenario.held else None
        if holder:
            fcntl.flock(holder, fcntl.LOCK_EX)
        with open(self.path(scenario, 'stdin'), 'rb') as stdin, \
                open(self.path(scenario, 'out'), 'wb') as out, \
                open(self.path(scenario, 'err'), 'wb') as err:
            process = subprocess.Popen(self.command(scenario, options), stdin=stdin, stdout=out,
                                       stderr=err, env=env, cwd=self.path(scenario),
                                       start_new_session=True)
        try:
            status, hung = process.wait(BOUND_S), False
        except subprocess.TimeoutExpired:
            status, hung = None, True
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if holder:
            holder.close()
        # After SIGKILL, our worker may still take the lock, and lets it go when it has ended the script.
        killed = status == -signal.SIGKILL
        locked = not killed and self.is_locked(scenario)
        left = end_leftovers(scenario.daemon, BOUND_S if killed else GRACE_S)
        locked = locked or (killed and self.is_locked(scenario))
        journal = self.text(scenario, 'journal').splitlines()
        if scenario.side_by_side:
            journal.sort()
        return Result(status, hung, journal, self.text(scenario, 'out'),
                      self.text(scenario, 'err'), self.links(scenario),
                      self.text(scenario, 'trace'), left, locked)

    def is_locked(self, scenario):
        if not scenario.locks:
            return False
        with open(self.path(scenario, 'lock'), 'rb') as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
        return False

    def text(self, scenario, name):
        with open(self.path(scenario, name), encoding='utf-8', errors='replace') as file:
            return file.read()


def fired(result):
    return FIRED.search(result.trace) is not None


def strace_options(fault=None):
    """A child is looked at until it is another program."""
    options = [] if fault and fault.process == OUTER else ['-f', '-b', 'execve']
    if fault:
        options += ['-e', 'trace=' + fault.call, '-e', str(fault)]
    return options


def has_child():
    """Is one alive? The dead are reaped."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0] > 0:
            pass
    except ChildProcessError:
        return False
    return True


def children():
    """The (pid, command line) of each child of ours."""
    found = []
    for pid in filter(str.isdigit, os.listdir('/proc')):
        try:
            with open('/proc/%s/stat' % pid, encoding='utf-8', errors='replace') as file:
                name, _, rest = file.read().rpartition(')')
            parent = int(rest.split()[1])
            with open('/proc/%s/cmdline' % pid, encoding='utf-8', errors='replace') as file:
                command = file.read().replace('\0', ' ')
        except OSError:
            continue
        if parent == os.getpid():
            found.append((int(pid), command or name))
    return found


def end_leftovers(daemon, grace):
    """Kills what is left of a run; returns its command lines.

    Our own processes may need a moment to end, and a daemon to become the program of this name.
    """
    left, until = [], time.monotonic() + grace
    while has_child():
        for pid, command in children():
            is_ours = '/bin/refreshbox ' in command or command.split('/')[-1].startswith(
                ('os-refresh-config ', 'dib-run-parts ', 'run-parts '))
            not_a_daemon_yet = daemon and daemon not in command
            is_ending = command.startswith('%d (' % pid)
            if not (is_ours or is_ending or not_a_daemon_yet) or time.monotonic() > until:
                left.append(command)
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.002)
    return left
