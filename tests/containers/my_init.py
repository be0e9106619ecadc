#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""my_init.py DIRECTORY ENVIRONMENT COMMAND [ARGUMENT]...: a model of phusion's my_init.

In baseimage, the directories are /etc/my_init.d and /etc/container_environment. The executable
files of the first run in the bytewise order of their names, with variables that are the files of
the second, which are read again after each script. A failure ends it with status 1. Then it runs
the command as a child, reaps what comes to it, and has the exit status of the child.
"""
import os
import signal
import sys


def read_environment(directory):
    """Returns the variables that are the files of a directory."""
    variables = {}
    for name in os.listdir(directory):
        with open(os.path.join(directory, name), encoding="utf-8") as file:
            variables[name] = file.read().removesuffix("\n")
    return variables


def write_environment(directory):
    """Makes a file of each variable, so that those of the caller last, too."""
    for name, value in os.environ.items():
        with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
            file.write(value)


def run(arguments):
    """Runs a program to its end, and reaps others meanwhile. Returns its exit status."""
    pid = os.spawnvp(os.P_NOWAIT, arguments[0], arguments)
    while True:
        ended, status = os.wait()
        if ended == pid:
            return os.waitstatus_to_exitcode(status)


def main(directory, environment, command):
    """Runs the scripts, then the command. Returns the exit status."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    os.environ.update({name: value for name, value in read_environment(environment).items()
                       if name not in os.environ})
    write_environment(environment)
    for name in sorted(os.listdir(directory)):
        path = os.path.join(directory, name)
        if not os.path.isfile(path) or not os.access(path, os.X_OK):
            continue
        print("*** Running", path, file=sys.stderr, flush=True)
        if run([path]) != 0:
            return 1
        os.environ.clear()
        os.environ.update(read_environment(environment))
    return run(command)


sys.exit(main(sys.argv[1], sys.argv[2], sys.argv[3:]))
