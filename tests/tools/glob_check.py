#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Compares refresh-phase --only with fnmatch(3) of glibc, for random patterns and names.

glob_check.py SEED COUNT: runs refresh-phase in the current directory, whose base/configure.d it
fills with scripts, and prints each pattern and name that the two judge differently.
"""

import ctypes
import os
import random
import subprocess
import sys

# glibc does not read the rest of a set once it has found its byte, so that there mistakes such as an
# open [= or [., the class [::] or a range that the end cuts off count or do not: none is made here.
PIECES = ['a', 'b', 'c', '-', ']', '[', '!', '^', '\\', '*', '?', '[a-c]', '[!b]', '[^a-]', '[]a]', '[[:alpha:]]',
          '[![:digit:]]', '[:', ':]', '[[=a=]]', '[[.-.]-a]', '[\\]b]', '1', 'Z', ':']
LETTERS = 'abc-][!^\\*?:=.1Z'


def names(rng):
    found = {''.join(rng.choice(LETTERS) for _ in range(rng.choice([1, 1, 1, 2, 2, 3, 4]))) for _ in range(150)}
    return sorted(found - {'.', '..'})


def kept(pattern):
    """What refresh-phase would run."""
    command = ['refresh-phase', '--dry-run', '--only', pattern, 'configure']
    env = {**os.environ, 'OS_REFRESH_CONFIG_BASE_DIR': 'base', 'RUN_PARTS_REGEX': '.'}
    lines = subprocess.run(command, env=env, capture_output=True, text=True, check=False).stdout.split('\n')
    return {line.split('configure.d/', 1)[1] for line in lines if line}


def main():
    rng = random.Random(sys.argv[1])
    libc = ctypes.CDLL('libc.so.6')
    os.makedirs('base/configure.d')
    files = names(rng)
    for name in files:
        with open('base/configure.d/' + name, 'w', encoding='ascii'):
            pass
        os.chmod('base/configure.d/' + name, 0o755)
    for _ in range(int(sys.argv[2])):
        pattern = ''.join(rng.choice(PIECES) for _ in range(rng.randint(1, 5)))
        if '[::]' in pattern or pattern.endswith('-'):
            continue
        want = {name for name in files if libc.fnmatch(pattern.encode(), name.encode(), 0) == 0}
        for name in sorted(kept(pattern) ^ want):
            print(f'{pattern} {name}: glibc {name in want}')


if __name__ == '__main__':
    main()
