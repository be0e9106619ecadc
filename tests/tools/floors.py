#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""floors.py SOURCES OBJECTS: prints what breaks the floors of lib/, one finding a line.

SOURCES is the tree with lib/FOLDER/MODULE.c and applets/MODULE.c. OBJECTS has what each of them was
compiled to, lib/FOLDER/MODULE.o with its MODULE.d, without -flto: the objects of that show neither
what the compiler adds nor what is static. The configuration must have every module.

Exit status: 0 if nothing was found, 1 if something was, 2 if it cannot be told.
"""

import os
import pathlib
import re
import subprocess
import sys

# Each folder may use itself and those in the rows above its own.
FLOORS = (("sys",), ("base",), ("scan",), ("job",), ("envd",), ("report",), ("run", "plot"),
          ("applets",))
ROWS = {folder: row for row, floor in enumerate(FLOORS) for folder in floor}

# All that may be had of libc outside sys/: functions of their arguments alone, and what only reads
# the environment or the files of the time zone.
PURE = set("""
    memccpy memchr memcmp memcpy memmem memmove memrchr memset
    stpcpy strchr strchrnul strcmp strcspn strlen strncmp strnlen strrchr strspn strstr
    bsearch qsort
    sigaddset sigdelset sigemptyset sigfillset sigismember
    environ getenv gmtime_r localtime_r
    __stack_chk_fail
""".split())

# What sys/ must not do: print, end the process, or keep a heap of its own.
NOT_IN_SYS = set("""
    abort exit quick_exit
    dprintf fprintf fputc fputs fwrite perror printf putchar puts vdprintf vfprintf vprintf
    syslog vsyslog
    calloc free malloc realloc
    popen system putenv setenv unsetenv
""".split())

# A comment names a circle so, from here to a blank line or the comment's end:
#     Circle: eval.c and eval_word.c call each other, because a word may hold a command.
CIRCLE = re.compile(r"\bCircle: (.*?)(?:\n[ \t*]*\n|\*/)", re.DOTALL)

# Comments and strings, in which "asm" is a word like any other.
NO_CODE = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"', re.DOTALL)


def cannot_tell(why):
    print("floors.py: " + why, file=sys.stderr)
    sys.exit(2)


class Module:
    """One .c file; `name` is "sys/arena" or "applets/main"."""

    def __init__(self, sources, objects, path):
        self.folder, self.name = path.parent.name, path.parent.name + "/" + path.stem
        self.source = (sources / path).read_text()
        self.object = objects / path.with_suffix(".o")
        self.defined, self.used = set(), set()

    def check_object(self):
        if not self.object.is_file():
            cannot_tell(f"{self.name}.c was not compiled to {self.object}")
        binary = self.object.read_bytes()
        if not binary.startswith(b"\x7fELF") or b".gnu.lto_" in binary:
            cannot_tell(f"{self.object} is not plain: was it compiled with -flto?")

    def headers(self):
        """(FOLDER, FILE) of each header of ours that it includes, through others as well."""
        depends = self.object.with_suffix(".d").read_text()
        return set(re.findall(r"\b(?:lib/)?(\w+)/(\w+\.h)\b", depends))


def find_modules(sources, objects):
    paths = {path.relative_to(sources) for path in
             [*sources.glob("lib/**/*.[ch]"), *sources.glob("applets/**/*.[ch]")]}
    if not any(path.match("lib/*/*.c") for path in paths):
        cannot_tell(f"there are no folders of modules in {sources}/lib")
    for path in paths:
        folder = path.parent.name
        if folder not in ROWS or str(path.parent) not in (f"lib/{folder}", "applets"):
            cannot_tell(f"{path} is in none of the folders of FLOORS")
    modules = [Module(sources, objects, path) for path in sorted(paths) if path.suffix == ".c"]
    for module in modules:
        module.check_object()
    return modules


def read_symbols(modules):
    """Fills in what the modules define and use."""
    command = [os.environ.get("NM", "nm"), "-A", "-P", "-g"]
    listing = subprocess.run(command + [str(module.object) for module in modules], check=True,
                             stdout=subprocess.PIPE, text=True).stdout
    by_object = {str(module.object): module for module in modules}
    for line in listing.splitlines():
        file, symbol = line.rsplit(": ", 1)
        name, kind = symbol.split()[:2]
        module = by_object[file]
        (module.used if kind in "Uwv" else module.defined).add(name)
    for module in modules:
        if not module.defined:
            cannot_tell(f"{module.object} defines nothing")


def may_use(folder, other):
    return folder == other or ROWS[other] < ROWS[folder]


def wrong_edges(modules, home):
    for module in modules:
        for symbol in module.used & home.keys():
            if not may_use(module.folder, home[symbol].folder):
                yield f"{module.name}.c uses {symbol} of {home[symbol].name}.c"
        for folder, header in module.headers():
            if folder in ROWS and not may_use(module.folder, folder):
                yield f"{module.name}.c includes {folder}/{header}"


def behind(uses, start):
    """The modules that `start` uses, those that these use, and so on."""
    seen, todo = set(), [start]
    while todo:
        new = uses[todo.pop()] - seen
        seen |= new
        todo += new
    return seen


def circles(modules, home):
    """The sets of modules of one folder that use each other, through others as well."""
    uses = {module: {home[symbol] for symbol in module.used & home.keys()} for module in modules}
    for module, used in uses.items():
        uses[module] = {other for other in used - {module} if other.folder == module.folder}
    reach = {module: behind(uses, module) for module in modules}
    return {frozenset(other.name for other in reach[module] if module in reach[other])
            for module in modules if module in reach[module]}


def named_circles(modules):
    for module in modules:
        for text in CIRCLE.findall(module.source):
            yield frozenset(f"{module.folder}/{name}" for name in re.findall(r"(\w+)\.c\b", text))


def wrong_circles(modules, home):
    found, named = circles(modules, home), set(named_circles(modules))
    for circle in found ^ named:
        names = ", ".join(name + ".c" for name in sorted(circle))
        if circle in found:
            yield f"{names} use each other, and no comment names that circle"
        else:
            yield f"{names}: a comment names this circle, which is not there"


def wrong_calls(modules, home):
    for module in modules:
        for symbol in module.used - home.keys():
            if module.folder == "sys" and symbol in NOT_IN_SYS:
                yield f"{module.name}.c uses {symbol} of libc"
            elif module.folder != "sys" and symbol not in PURE:
                yield f"{module.name}.c uses {symbol} of libc"
        if module.folder != "sys" and re.search(r"\b(asm|__asm|__asm__)\b", NO_CODE.sub("", module.source)):
            yield f"{module.name}.c has assembly"


def main():
    if len(sys.argv) != 3:
        cannot_tell("usage: floors.py SOURCES OBJECTS")
    modules = find_modules(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
    read_symbols(modules)
    home = {symbol: module for module in modules for symbol in module.defined}
    findings = sorted({*wrong_edges(modules, home), *wrong_circles(modules, home),
                       *wrong_calls(modules, home)})
    print("".join(finding + "\n" for finding in findings), end="")
    sys.exit(1 if findings else 0)


main()
