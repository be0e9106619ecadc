#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds README.md to what its commands print.

A block of README that the comment `<!-- NAME -->` precedes has that name. Blocks hold commands, or
what a program printed; in the latter, a line "..." stands for lines that are left out.

readme.py block README NAME          prints the block
readme.py compare README NAME FILE   fails if a line of the block is not in the file, or not in this
                                     order; dates, times and process ids may be others
readme.py update README NAME FILE    replaces those dates, times and process ids by the file's
"""
import re
import sys

VARYING = re.compile(
    r'\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\]'                   # the date of os-refresh-config
    r'|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d [A-Z]+ \d{4}'  # that of dib-run-parts
    r'|\[ *\d+\.\d{6}\]'                                           # that of the kernel
    r'|\b\d+\.\d{3}(?= s\b)|\b\d+\.\d{3}$'                         # seconds
    r'|(?<=process )\d+')

# A BIOS writes such sequences to its console. After its last words it clears the screen, where the
# first line of the next program then stands alone.
CLEAR = re.compile(r'\x1bc|\x1b\[2J')
TERMINAL = re.compile(r'\x1b\[[?\d;]*[A-Za-z]|\r')


def find_block(lines, name):
    """Returns the first and the last index, plus one, of the lines of the block."""
    begin = lines.index(f'<!-- {name} -->') + 1
    while not lines[begin].strip():
        begin += 1
    end = begin
    while end < len(lines) and (lines[end].startswith('    ') or not lines[end].strip()):
        end += 1
    while not lines[end - 1].strip():
        end -= 1
    return begin, end


def match(block, printed):
    """Returns for each line of the block the printed line that it stands for."""
    found, at = [], 0
    for line in block:
        if line == '...':
            found.append(line)
            continue
        wanted = VARYING.sub('', line)
        while at < len(printed) and VARYING.sub('', printed[at]) != wanted:
            at += 1
        if at == len(printed):
            sys.exit(f'readme.py: this line was not printed, or not in its place: {line}')
        found.append(printed[at])
        at += 1
    return found


def main():
    command, readme, name = sys.argv[1:4]
    with open(readme, encoding='utf-8') as file:
        lines = file.read().split('\n')
    begin, end = find_block(lines, name)
    block = [line[4:] for line in lines[begin:end]]
    if command == 'block':
        print('\n'.join(block))
        return
    with open(sys.argv[4], encoding='utf-8', errors='replace') as file:
        text = CLEAR.sub('\n', file.read())
    printed = [line.rstrip() for line in TERMINAL.sub('', text).split('\n')]
    found = match(block, printed)
    if command == 'update':
        lines[begin:end] = [f'    {line}'.rstrip() for line in found]
        with open(readme, 'w', encoding='utf-8') as file:
            file.write('\n'.join(lines))


main()
