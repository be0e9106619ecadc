# SPDX-License-Identifier: Apache-2.0
"""events_trees.py names: makes the folder scratch, a script in it for each byte that a name may have
and for what is and is not UTF-8, and a file "names": "0 PATH" of each, in the order of running.

events_trees.py SEED: makes the folder base, phases with scripts of random names, ways to end and
permissions. Those that leave a process running append its number to the file "daemons".
"""
import os
import random
import sys

PHASES = ["pre-configure", "configure", "post-configure", "migration", "error"]
ENDS = [b"exit 0"] * 8 + [b"exit 7", b"kill -ABRT $$", b"sleep 100", b"kill $PPID",
                          b"sleep 100 >/dev/null 2>&1 & echo $! >>daemons"]
FIRST_LINES = [b"#!/bin/sh\n"] * 9 + [b"#!/nowhere\n"]
NOT_IN_NAMES = (0, 47)


def write(path, text, mode):
    with open(path, "wb") as file:
        file.write(text)
    os.chmod(path, mode)


def make_names():
    names = [b"%d-" % i + bytes([i]) for i in range(256) if i not in NOT_IN_NAMES]
    names += ["300-\u00e4\u20ac\U0001f600".encode(), b"301-\xc3", b"302-\xe2\x82", b"303-\xc0\x80",
              b"304-\xed\xa0\x80", b"305-\xf4\x90\x80\x80", b"306-\xe0\x9f\xbf", b"307-\\x41\"\\n\n",
              b"308-\xef\xbf\xbf", b"309-\xf4\x8f\xbf\xbf", b"310-\xf0\x8f\xbf\xbf"]
    os.mkdir("scratch")
    for name in names:
        write(b"scratch/" + name, b"#!/bin/sh\nexit 0\n", 0o755)
    write("names", b"".join(b"0 scratch/%s\n" % name for name in names), 0o644)


def make_tree(dice):
    letters = b"abc-_." * 80 + bytes(i for i in range(256) if i not in NOT_IN_NAMES)
    for phase in PHASES:
        if dice.random() < 0.3:
            continue
        os.makedirs("base/%s.d" % phase)
        for number in range(dice.randrange(6)):
            name = b"%d" % number + bytes(dice.choices(letters, k=dice.randrange(12)))
            write(b"base/%s.d/%s" % (phase.encode(), name),
                  dice.choice(FIRST_LINES) + dice.choice(ENDS) + b"\n",
                  dice.choice([0o755] * 9 + [0o644]))


if sys.argv[1] == "names":
    make_names()
else:
    make_tree(random.Random(sys.argv[1]))
