# SPDX-License-Identifier: Apache-2.0
"""events_check.py LOG [PATH]...: holds an event log against its manual page and itself.

Every line is a JSON object that Python's own parser takes, in UTF-8, of an event and with fields in
the order that applets/refreshbox-events.5 has. Within a run times rise, what starts ends, and the
first and last lines are those of the run. Scripts are beside each other only if they are of one
group, and groups are in their order. Prints the paths of the scripts that ended, their escapes
undone, as bytes with a NUL after each, and in front of it their status and a blank.
"""
import json
import os
import re
import sys

MANUAL = os.path.join(os.path.dirname(__file__), "../../applets/refreshbox-events.5")
HEAD = ["event", "run", "id", "t"]
STRINGS = {"event", "id", "program", "phase", "path", "reason", "text", "error", "output"}


def documented():
    """The fields of each event, in order."""
    fields = {}
    for line in open(MANUAL, encoding="ascii"):
        found = re.match(r"\.It Cm ([a-z-]+) Po Cm (.*) Pc$", line)
        if found:
            fields[found.group(1)] = HEAD + found.group(2).split(" , ")
    assert len(fields) > 10, "no events in the manual page"
    return fields


def check_line(line, fields):
    pairs = json.loads(line.decode("utf-8"), object_pairs_hook=list)
    names = [name for name, _ in pairs]
    event = dict(pairs)
    known = fields[event["event"]]
    assert names[:len(HEAD)] == HEAD, names
    assert re.fullmatch("[0-9a-f]{8}", event["id"]), event["id"]
    assert names == [name for name in known if name in names], (names, known)
    for name, value in pairs:
        wanted = str if name in STRINGS else list if name == "killed" else (int, float)
        assert isinstance(value, wanted), (name, value)
    return event


def undo(string):
    """The bytes of a name that was escaped."""
    letters = {"n": b"\n", "t": b"\t", "r": b"\r", "\\": b"\\"}

    def byte(found):
        code = found.group(1)
        return letters.get(code) or bytes([int(code[1:], 16)])

    parts = re.split(r"(\\(?:x[0-9a-f]{2}|[ntr\\]))", string)
    out = b""
    for part in parts:
        found = re.fullmatch(r"\\(x[0-9a-f]{2}|[ntr\\])", part)
        assert found or "\\" not in part, string
        out += byte(found) if found else part.encode()
    return out


def check_run(events):
    assert events[0]["event"] == "run-start" and events[0]["version"] == 1, events[0]
    assert events[-1]["event"] == "run-end", events[-1]
    assert [e["event"] for e in events].count("run-end") == 1
    times = [e["t"] for e in events]
    assert times == sorted(times), times
    running, phase, last = {}, None, 0
    for event in events:
        kind = event["event"]
        if kind == "phase-start":
            assert phase is None, event
            phase, last = event["phase"], 0
        elif kind == "phase-end":
            assert phase == event["phase"] and not running, event
            phase = None
        elif kind == "part-start":
            group = event.get("group")
            assert event.get("phase") == phase and event["path"] not in running, event
            assert not running or set(running.values()) == {group} != {None}, (event, running)
            assert (group or 0) >= last, (event, last)
            running[event["path"]], last = group, group or 0
        elif kind == "part-end":
            assert running.pop(event["path"]) == event.get("group"), event
            assert (event["reason"] == "exit") >= (event["status"] == 0), event
    assert not running


def main():
    fields = documented()
    data = open(sys.argv[1], "rb").read()
    assert data.endswith(b"\n") and b"\0" not in data, data[-100:]
    runs = {}
    for line in data.splitlines():
        event = check_line(line, fields)
        runs.setdefault((event["run"], event["id"]), []).append(event)
    for events in runs.values():
        check_run(events)
    for event in sum(runs.values(), []):
        if event["event"] == "part-end":
            sys.stdout.buffer.write(b"%d %s\0" % (event["status"], undo(event["path"])))


main()
