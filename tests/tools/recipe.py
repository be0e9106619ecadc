#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""recipe.py FILE [NAME=VALUE]... -- NAME...

Reads a recipe of Yocto, and prints a shell script that sets each variable of these names, and
defines each function, with ${...} replaced. It knows only the part of bitbake's language that our
recipe uses, and all else is an error, so that no line is passed over. NAME=VALUE are the variables
that bitbake and the classes set. A name is spelled as in the recipe: a shell variable has "_" for
each other character."""

import re
import shlex
import sys

ASSIGNMENT = re.compile(r'([A-Z_a-z${}:-]+(?:\[[\w-]+\])?) *(:=|\+=|=\+|=) *"(.*)"$')
FUNCTION = re.compile(r'(\w+)\(\) \{$')
INHERIT = re.compile(r'inherit( [a-z-]+)+$')


def fail(where, why):
    sys.exit(f'recipe.py: {where}: {why}')


def lines_of(path):
    """The lines with their numbers: continued ones joined, comments and empty ones left out."""
    joined = ''
    for number, line in enumerate(open(path, encoding='utf-8'), 1):
        line = line.rstrip('\n')
        if line.startswith('#') and not joined:
            continue
        joined += line
        if joined.endswith('\\'):
            joined = joined[:-1]
            continue
        if joined:
            yield number, joined
        joined = ''
    if joined:
        fail(path, 'the last line goes on')


class Recipe:
    def __init__(self, path, variables):
        self.path = path
        self.variables = dict(variables)
        self.functions = {}
        body = None
        for number, line in lines_of(path):
            if body is not None:
                if line == '}':
                    body = None
                elif line.startswith('    '):
                    body.append(line)
                else:
                    fail(f'{path}:{number}', 'this line is not indented by four blanks')
            elif match := FUNCTION.match(line):
                body = self.functions[match[1]] = []
            elif match := ASSIGNMENT.match(line):
                self.assign(self.expand(match[1]), match[2], match[3])
            elif not INHERIT.match(line):
                fail(f'{path}:{number}', f'not understood: {line}')
        if body is not None:
            fail(path, 'a function has no end')

    def assign(self, name, operator, value):
        old = self.variables.get(name, '')
        if operator == ':=':
            value = self.expand(value)
        self.variables[name] = {'+=': f'{old} {value}', '=+': f'{value} {old}'}.get(operator, value)

    def expand(self, text):
        def value(match):
            if match[1] not in self.variables:
                fail(self.path, f'nobody sets {match[1]}')
            return self.expand(self.variables[match[1]])
        return re.sub(r'\$\{([^{}]+)\}', value, text)

    def shell(self, name):
        name = self.expand(name)
        if name in self.functions:
            body = '\n'.join(self.functions[name])
            return f'{name}() {{\n{self.expand(body)}\n}}'
        if name not in self.variables:
            fail(self.path, f'there is no {name}')
        value = ' '.join(self.expand(self.variables[name]).split())
        return re.sub(r'\W', '_', name).rstrip('_') + '=' + shlex.quote(value)


def main(path, *words):
    end = words.index('--')
    recipe = Recipe(path, [word.split('=', 1) for word in words[:end]])
    for name in words[end + 1:]:
        print(recipe.shell(name))


main(*sys.argv[1:])
