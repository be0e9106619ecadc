# SPDX-License-Identifier: Apache-2.0
"""Which faults there are: what can go wrong with a system call, and what is tried of it when.

A trace (strace's log) is read into the calls a program makes; each of them, by its number among
those of its name, is a place for faults.
"""

import collections
import errno
import os
import re

# The errors that a call may plausibly give us. Not here: those that are an answer, such as "there
# is no such file" to who asks whether there is one.
PLAUSIBLE = {
    'brk': 'ENOMEM',
    'chdir': 'EACCES ENOENT',
    'clone': 'EAGAIN ENOMEM',
    'close_range': 'ENOSYS EMFILE ENOMEM',
    'connect': 'EACCES ECONNREFUSED ENOENT',
    'dup2': 'EMFILE EBUSY',
    'dup3': 'EMFILE EBUSY',
    'execve': 'EACCES ENOENT ENOMEM E2BIG EIO ETXTBSY EAGAIN ENOEXEC EPERM',
    'faccessat': 'EIO ENOMEM',
    'fchdir': 'EACCES EIO',
    'fcntl': 'EPERM ENOMEM',
    'flock': 'ENOLCK ENOMEM EAGAIN',
    'fork': 'EAGAIN ENOMEM',
    'fstat': 'EIO ENOMEM',
    'fstatfs': 'EIO ENOSYS',
    'ftruncate': 'EIO EPERM EINTR',
    'getcwd': 'ENOMEM EACCES',
    'getdents64': 'EIO ENOMEM ENOENT',
    'getrandom': 'ENOSYS EAGAIN EINTR',
    'ioctl': 'EIO',
    'kill': 'EPERM',
    'linkat': 'EIO ENOSPC EPERM EACCES',
    'lseek': 'EINVAL',
    'lstat': 'EACCES EIO ENOMEM',
    'memfd_create': 'ENOSYS EMFILE ENFILE ENOMEM',
    'mkdir': 'EACCES EIO ENOSPC',
    'mmap': 'ENOMEM',
    'munmap': 'ENOMEM',
    'newfstatat': 'EACCES EIO ENOMEM',
    'open': 'EMFILE ENFILE EACCES EIO ENOMEM',
    'openat': 'EMFILE ENFILE EACCES EIO ENOMEM EINTR',
    'pipe2': 'EMFILE ENFILE',
    'ppoll': 'EINTR ENOMEM',
    'prctl': 'EINVAL',
    'pread64': 'EIO ENOMEM EINTR',
    'prlimit64': 'EPERM',
    'pwritev2': 'EIO ENOSPC EPIPE EINTR EAGAIN EOPNOTSUPP ENOSYS EPERM EINVAL',
    'read': 'EIO EINTR ENOMEM',
    'rt_sigtimedwait': 'EINTR EAGAIN',
    'sendfile': 'EIO ENOSPC',
    'setsid': 'EPERM',
    'sendto': 'EAGAIN ECONNREFUSED ENOBUFS',
    'signalfd4': 'EMFILE ENFILE ENOMEM',
    'socket': 'EMFILE ENFILE EACCES ENOMEM',
    'stat': 'EACCES EIO ENOMEM',
    'symlinkat': 'EIO ENOSPC EPERM EACCES',
    'unlink': 'EACCES EROFS',
    'vfork': 'EAGAIN ENOMEM',
    'wait4': 'EINTR',
    'waitid': 'EINTR',
    'write': 'EIO ENOSPC EPIPE EINTR EAGAIN',
}

# Cannot fail as we call them: only signals and delays are tried. Whatever close returns, the kernel
# has given the descriptor free; strace, which makes no call then, has not. The first and the last
# but one are libc's, before it calls main: they tell the kernel two addresses of its own.
NEVER_FAIL = {'arch_prctl', 'clock_gettime', 'close', 'exit', 'exit_group', 'getpid', 'getppid', 'gettid',
              'rt_sigaction', 'rt_sigpending', 'rt_sigprocmask', 'set_tid_address', 'umask'}

# After these the caller tries again: nothing at all may be lost.
TRANSIENT = {('write', 'EAGAIN'), ('pwritev2', 'EAGAIN'), ('pwritev2', 'EOPNOTSUPP'),
             ('pwritev2', 'ENOSYS'), ('pwritev2', 'EPERM'), ('pwritev2', 'EINVAL'),
             ('rt_sigtimedwait', 'EAGAIN')}

# Where our words are not those of the C library, or tell what the error means there.
WORDS = {
    'EACCES': ['may not be', 'its interpreter '],
    'EIO': ['I/O error'],
    'EMFILE': ['No file descriptors available'],
    'ENFILE': ['Too many open files in system'],
    'ENOENT': ['its interpreter ', 'must exist and be a directory'],
    'ENOMEM': ['Out of memory', 'out of memory'],
    'EBUSY': ['Resource busy'],
}

FEW = 8

DELAY_US = 20000
DELAY, TERM, KILL = 'delay_enter=%d' % DELAY_US, 'signal=SIGTERM', 'signal=SIGKILL'


# Whose call it is: that of the process that the caller started, of the worker that runs the plan, or
# of every process that the worker forks, until it is another program.
OUTER, WORKER, CHILD = 'outer', 'worker', 'child'
PROCESSES = (OUTER, WORKER, CHILD)


class Fault(collections.namedtuple('Fault', 'call number action process')):
    """What strace is to do at the call of that name and number, of one of PROCESSES.

    Except for OUTER, strace does it at that call of any process. So the calls that both the worker
    and its children make count as those of the children.
    """

    def __str__(self):
        return 'inject=%s:%s:when=%d' % (self.call, self.action, self.number)

    @property
    def error(self):
        return self.action[6:] if self.action.startswith('error=') else None

    def is_transient(self):
        return self.action == DELAY or self.error == 'EINTR' or (self.call, self.error) in TRANSIENT

    def causes(self):
        """The texts of which a line that names this fault has one."""
        number = getattr(errno, self.error)
        return [os.strerror(number), '[Errno %d]' % number] + WORDS.get(self.error, [])


CALL = re.compile(r'^(?:(\d+) +)?([a-z]\w*)\(')


def calls(trace):
    """For each of PROCESSES the (name, number) of each call, in order."""
    count = collections.Counter()
    seen, pids = {process: {} for process in PROCESSES}, []
    for line in trace.splitlines():
        match = CALL.match(line)
        if not match:
            continue
        pid, name = match.groups()
        if pid not in pids:
            pids.append(pid)
        count[pid, name] += 1
        seen[PROCESSES[min(pids.index(pid), 2)]][name, count[pid, name]] = True
    # The first call is the start of the program itself.
    seen[OUTER].pop(('execve', 1), None)
    for call in seen[CHILD]:
        seen[WORKER].pop(call, None)
    return seen


def known():
    return NEVER_FAIL | set(PLAUSIBLE)


ACTIONS = {OUTER: [TERM, DELAY, KILL], WORKER: [TERM, DELAY], CHILD: [DELAY]}


def faults_of(call, number, process):
    actions = ['error=' + error for error in PLAUSIBLE.get(call, '').split()] + ACTIONS[process]
    return [Fault(call, number, action, process) for action in actions]


def choose(places, process, everything):
    """Every fault; or every one at the first call of a name and then, at each of the next and at
    every fifth of those after FEW, one in turn."""
    chosen, turns = [], collections.Counter()
    for call, number in places:
        faults = faults_of(call, number, process)
        if everything or number == 1:
            chosen += faults
        elif number <= FEW or number % 5 == 0:
            chosen.append(faults[turns[call] % len(faults)])
            turns[call] += 1
    return chosen
