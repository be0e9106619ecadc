#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""env_diff.py EVALUATE [-n COUNT] [-s SEED] [-k DIR]: compares the evaluator of environment files
with bash.

Draws COUNT files, has the program EVALUATE (env-eval) and bash come to a status, an output and an
environment of each, and prints the files about which they differ. A file that the evaluator refuses
is not compared. DIR keeps the files that differ. The status is 1 if any did.
"""
import argparse
import os
import random
import subprocess
import sys
import tempfile

BASE = {"PATH": "/usr/bin:/bin", "HOME": "/root", "NAME": "value", "EMPTY": "", "SPACED": "a  b",
        "GLOB": "v*", "TICK": "it's", "N": "3", "WORD": "bookworm", "BAD": "7\n", "SLASH": "a\\*b",
        "A": "x", "B": "22"}
NAMES = ["NAME", "EMPTY", "SPACED", "TICK", "N", "WORD", "A", "B"] * 3 + [*BASE, "C", "D"]

# What a shell sets by itself.
OF_SHELLS = ("_=", "PWD=", "OLDPWD=", "SHLVL=")

# Sources each file as dib-run-parts does, in a function.
BASH = r"""
source_file() { . "$1"; }
while IFS= read -r file; do
	(set -eu -o pipefail; source_file "$file"; printf '\0'; exec /usr/bin/env -0) 2>/dev/null </dev/null
	printf '\001@%s\001#' "$?"
done
"""


class Drawing:
    """One file; its parts are drawn with this generator of random numbers."""

    def __init__(self, rng):
        self.rng = rng

    def one(self, *choices):
        """One of the choices, which is called if it is a function."""
        choice = self.rng.choice(choices)
        return choice() if callable(choice) else choice

    def mostly(self, common, *rare):
        """One of the common choices, or now and then one of those that are often refused."""
        return self.one(*(rare if self.rng.random() < 0.06 else common))

    def few(self, what, most, between=" "):
        return between.join(what() for _ in range(self.rng.randint(1, most)))

    def name(self):
        return self.rng.choice(NAMES)

    def expansion(self):
        op = self.one("-", ":-", "=", ":=", "+", ":+", ":-", ":+", "?", ":?")
        return self.one(f"${self.name()}", f"${{{self.name()}}}", f"${{{self.name()}:-}}",
                        f"${{{self.name()}{self.one(',,', '^^')}}}",
                        lambda: f"${{{self.name()}{op}{self.inner()}}}")

    def inner(self):
        return self.mostly(("", "x", "b  c", '"q r"', "\\}", "#", self.expansion, self.expansion),
                           "'q'", "*", "$", "a<b", "(", "a}b", "<(b}", ">(")

    def quoted(self):
        return self.one('""', "''", '"x y"', "'$A'", '"\\"\\$\\x"', "\\*", "\\ ", "$'\\n\\101'",
                        lambda: f'"{self.expansion()}"', lambda: f'"{self.expansion()} z"',
                        lambda: f'"${self.name()}"')

    def piece(self):
        return self.mostly(("x", "value", "a", "1", "22", "-3", "b=c", "/", self.expansion,
                            self.expansion, self.quoted, self.quoted),
                           "#x", "~x", "%", "]", "!", "*", "{a,b}", "$(echo x)", "=~", "(", "<")

    def word(self):
        return self.few(self.piece, 2, "")

    def assignment(self):
        return f"{self.name()}{self.one('=', '=', '=', '=', '=', '+=')}{self.one('', self.word)}"

    def number(self):
        return self.mostly(("3", "22", "-1", "0", '"$N"', '"$WORD"', "$N", '"$B"', '"$EMPTY"'),
                           "+4", "08", "''", "' 3 '", '"$BAD"', "1_0", "x", "N", "B")

    def file(self):
        return self.one("/", "/dev/null", "/etc/passwd", "/nowhere", '"$HOME"', "''")

    def test_primary(self):
        return self.one(lambda: f"-{self.one('n', 'z')} {self.word()}",
                        lambda: f"-{self.one('n', 'z')} \"${self.name()}\"",
                        lambda: f"-{self.mostly('efdx', *'srwLh')} {self.file()}",
                        lambda: f"-v {self.name()}",
                        lambda: f"{self.word()} {self.one('=', '==', '!=')} {self.word()}",
                        lambda: f"\"${self.name()}\" {self.one('=', '!=')} {self.word()}",
                        lambda: f"{self.number()} {self.one(*self.ORDERS)} {self.number()}",
                        self.word)

    ORDERS = ("-eq", "-ne", "-lt", "-le", "-gt", "-ge")

    def test(self):
        primaries = self.few(self.test_primary, self.one(1, 1, 1, 2), self.one(" -o ", " -a "))
        negation = self.one("", "", "", "! ")
        return self.one(f"[ {negation}{primaries} ]", f"test {negation}{primaries}",
                        f"[ {self.few(self.word, 4)} ]")

    def pattern(self):
        return self.mostly(("v*", "*", "?", "''", "a", "1", "22",
                            "'*'", "\\*", '"v"*', "*e", "*a*u*", "a-b", "$GLOB", '"$GLOB"',
                            self.word, self.word),
                           "[a-c]*", "[!a-c]", "a[", "[a-]", "[]a]", "[z-a]", "[[:alpha:]]*", "$SLASH", "@(a|b)")

    def regex(self):
        return self.mostly(("value", '"val"', "(a|value)", "$NAME", '"$NAME"', "(book|bull)",
                            "'a  b'", "$EMPTY", self.word),
                           "a|b", "'a*'", "^v", "v.*", "x$", "()", "(a", "a|", "(a|)", "$GLOB", "a*", "[a-c]")

    def condition_primary(self):
        return self.one(lambda: f"{self.word()} {self.one('=', '==', '!=')} {self.pattern()}",
                        lambda: f"${self.name()} {self.one('=', '==', '!=')} {self.pattern()}",
                        lambda: f"{self.word()} =~ {self.regex()}",
                        lambda: f"${self.name()} =~ {self.regex()}",
                        lambda: f"-{self.one('n', 'z')} {self.word()}",
                        lambda: f"-{self.mostly('efdx', *'srwLh')} {self.file()}",
                        lambda: f"-v {self.name()}",
                        lambda: f"{self.number()} {self.one(*self.ORDERS)} {self.number()}",
                        lambda: f"{self.one('9', '10', '$N')} {self.one('<', '>')} {self.number()}",
                        lambda: f"! {self.condition_primary()}",
                        lambda: f"( {self.condition()} )",
                        self.word)

    def condition(self):
        return self.few(self.condition_primary, self.one(1, 1, 2, 3),
                        self.one(" && ", " || ", " &&\n", "&&", " || "))

    def simple(self):
        return self.one(lambda: self.few(self.assignment, 2), lambda: self.few(self.assignment, 2),
                        lambda: f"export {self.few(self.assignment, 2)}",
                        lambda: f"export {self.name()}",
                        lambda: f"unset {self.name()}",
                        lambda: f"echo {self.few(self.word, 3)}",
                        lambda: f": {self.few(self.word, 2)}",
                        "true", "false", "true", ":", self.test, self.test,
                        lambda: f"[[ {self.condition()} ]]", lambda: f"[[ {self.condition()} ]]")

    def ending(self):
        return self.one("return", "return 0", "return 3", "exit 3", "false || return", "exit",
                        "return x", "return ' 4'", "exit 300", "set -e", "set +x")

    def branch(self):
        patterns = self.few(self.pattern, 2, self.one("|", " | "))
        return f"{self.one('', '(')}{patterns}) {self.one('', self.list)} ;;"

    def compound(self, depth):
        def body():
            return self.list(depth - 1)
        return self.one(
            lambda: f"if {body()}; then {body()}; fi",
            lambda: f"if {self.one('', '! ')}{self.simple()}; then\n{body()}\nfi",
            lambda: f"if {body()}; then {body()}; elif {body()}; then {body()}; else {body()}; fi",
            lambda: f"{{ {body()}; }}",
            lambda: f"{{\n{body()}\n}}",
            lambda: f"! {body()}",
            lambda: f"! {{ {body()}; }}",
            lambda: f"case {self.word()} in {self.few(self.branch, 3)} esac",
            lambda: f"case ${self.name()} in\n{self.few(self.branch, 3, chr(10))}\nesac")

    def command(self, depth=0):
        if depth > 0 and self.rng.random() < 0.4:
            return self.compound(depth)
        return self.ending() if self.rng.random() < 0.02 else self.simple()

    def list(self, depth=0):
        def joined():
            return self.few(lambda: self.command(depth), self.one(1, 1, 1, 2, 3),
                            self.one(" && ", " || ", " || ", "||\n"))
        return self.few(joined, 2, self.one("; ", "\n", "\n\n", " # c\n"))

    def file_text(self):
        text = self.few(lambda: self.list(2), 4, self.one("\n", "\n\n", "; "))
        if self.rng.random() < 0.1:
            text = self.broken(text)
        return text + self.one("\n", "\n", "")

    def broken(self, text):
        """The text with a token left out or put in, which often is a mistake."""
        at = self.rng.randrange(len(text) + 1)
        if self.rng.random() < 0.5:
            return text[:at] + text[at + self.rng.randint(1, 3):]
        return text[:at] + self.one(";", " fi ", "}", " then ", '"', "'", ")", " ;; ", " esac ", "\n",
                                    " ! ", "\\", "$", "{", "[[ ") + text[at:]


def environment_of(entries):
    return sorted(entry for entry in entries if entry and not entry.startswith(OF_SHELLS))


def run(command, files, folder):
    result = subprocess.run(command, input="".join(f"{name}\n" for name in files), cwd=folder,
                            env=BASE, capture_output=True, text=True, check=True,
                            errors="surrogateescape")
    return result.stdout


def run_bash(files, folder):
    """Yields the status, output and environment of each file; the last is None after an error."""
    for record in run(["bash", "-c", BASH], files, folder).split("\1#")[:-1]:
        body, status = record.rsplit("\1@", 1)
        output, *entries = body.split("\0")
        # An `exit 0` ends the shell before it prints its environment; to us it is an error.
        failed = status != "0" or not entries
        yield (int(status) or 1, output, None) if failed else (0, output, environment_of(entries))


def run_ours(evaluate, files, folder):
    """Yields the same, and the cause; the status of a refused file is None."""
    fields = iter(run([evaluate], files, folder).split("\0"))
    for _ in files:
        verdict, cause, output = int(next(fields)), next(fields), next(fields)
        entries = list(iter(lambda: next(fields), ""))
        status = None if verdict == 256 else verdict
        yield (status, output, None if verdict else environment_of(entries)), cause


def write_files(folder, seed, count):
    """Their names are no words that files are made of, for a stray > in one empties what it names."""
    for i in range(count):
        text = Drawing(random.Random(f"{seed}-{i}")).file_text()
        with open(os.path.join(folder, f"file-{i}"), "w", encoding="utf-8") as file:
            file.write(text)
    return [f"./file-{i}" for i in range(count)]


def compare(args, folder):
    """Prints the differences. Returns how many files were refused, failed and differed."""
    refused = failed = different = 0
    files = write_files(folder, args.seed, args.count)
    for name, theirs, (ours, cause) in zip(files, run_bash(files, folder),
                                           run_ours(args.evaluate, files, folder), strict=True):
        refused += ours[0] is None
        failed += ours[0] not in (None, 0)
        if ours[0] is None or ours == theirs:
            continue
        different += 1
        with open(os.path.join(folder, name), encoding="utf-8") as file:
            text = file.read()
        print(f"--- {args.seed}-{name[7:]}\n{text}\nbash: {theirs}\nours: {ours} {cause}")
        if args.keep:
            os.makedirs(args.keep, exist_ok=True)
            with open(os.path.join(args.keep, name), "w", encoding="utf-8") as file:
                file.write(text)
    return refused, failed, different


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("evaluate", type=os.path.abspath)
    parser.add_argument("-n", "--count", type=int, default=3000)
    parser.add_argument("-s", "--seed", default="1")
    parser.add_argument("-k", "--keep", type=os.path.abspath)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        refused, failed, different = compare(args, folder)
    print(f"{args.count} files: {args.count - refused} compared, {failed} of them errors; "
          f"{different} differ")
    # If nearly all is refused, or fails, the comparison shows nothing.
    sys.exit(different > 0 or args.count - refused - failed < args.count / 10)


if __name__ == "__main__":
    main()
