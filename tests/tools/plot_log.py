# SPDX-License-Identifier: Apache-2.0
"""plot_log.py KIND [NUMBER]: prints an event log, as refreshbox-events(5) has it, of a made-up run.

serial NUMBER      so many scripts one after the other, in four phases
parallel NUMBER    so many in one phase, up to eight at a time
ends               one script for each way to end
names              scripts with odd names, one a piece of the log that was cut
groups NUMBER      so many groups of --jobs, each of four scripts, which end in any order
killed             a run that was ended in the middle of two scripts
lone NUMBER        one script of run-parts that took so many microseconds
runs               three runs in turns, of the processes 7, 8 and 7 again
containers         three runs in turns, each of a process 1
lanes NUMBER       so many phases, each with a script that has begun and not ended
hung               a run that was killed as soon as it had started a script
failures NUMBER    a thousand scripts, of which so many in the middle fail at once
waited             a run that waited for the lock, with entries that are left out
failed             a run that something else than a script made fail
broken NUMBER      the log of "ends" or "groups" with pieces of it changed, by this seed
"""
import contextlib
import io
import json
import random
import sys


def line(event, run, t, id=None, **fields):
    head = '{"event":%s,"run":%d%s,"t":%d.%06d' % (
        json.dumps(event), run, ',"id":"%s"' % id if id else "", *divmod(t, 1000000))
    rest = "".join(',"%s":%s' % (name, json.dumps(value, ensure_ascii=False))
                   for name, value in fields.items())
    print(head + rest + "}")


def seconds(us):
    return us / 1000000


class Run:
    def __init__(self, run=4711, program="os-refresh-config", path="/srv/base", id=None):
        self.run, self.t, self.path, self.id = run, 150, path, id
        line("run-start", run, 0, id, version=1, time=1795627257.263081, program=program, path=path)

    def say(self, event, **fields):
        line(event, self.run, self.t, self.id, **fields)

    def phase(self, name):
        self.say("phase-start", phase=name, path="%s/%s.d" % (self.path, name))

    def phase_end(self, name, status=0):
        self.say("phase-end", phase=name, path="%s/%s.d" % (self.path, name), status=status)

    def part(self, phase, name):
        where = {"phase": phase} if phase else {}
        path = "%s/%s.d/%s" % (self.path, phase, name) if phase else self.path + "/" + name
        return dict(where, path=path), self.t

    def begin(self, phase, name, **fields):
        part = self.part(phase, name)
        part[0].update(fields)
        self.say("part-start", **part[0])
        return part

    def end(self, part, status=0, reason="exit", **fields):
        where, began = part
        self.say("part-end", **where, pid=4712, reason=reason, status=status, **fields,
                 seconds=seconds(self.t - began), user=0.001847, system=0.0, peak_kib=1652)

    def finish(self, status=0):
        self.say("run-end", status=status)


def name_of(i):
    words = ["network", "sysctl", "users", "os-apply-config", "neutron-openvswitch-agent", "ntp"]
    return "%02d-%s" % (i, words[i % len(words)])


def serial(number):
    rnd = random.Random(number)
    run = Run()
    phases = ["pre-configure", "configure", "post-configure", "migration"]
    for p, phase in enumerate(phases):
        run.phase(phase)
        for i in range(number * p // 4, number * (p + 1) // 4):
            part = run.begin(phase, name_of(i))
            run.t += int(rnd.expovariate(1 / 400000)) + 900
            run.end(part)
            run.t += 40
        run.phase_end(phase)
    run.finish()


def parallel(number):
    rnd = random.Random(number)
    run = Run()
    run.phase("configure")
    running, i = [], 0
    while i < number or running:
        if i < number and len(running) < 8:
            took = int(rnd.expovariate(1 / 2000000)) + 1000
            running.append((run.t + took, i, run.begin("configure", name_of(i))))
            i += 1
            run.t += 50
        else:
            running.sort()
            then, j, part = running.pop(0)
            run.t = max(then, run.t + 20)
            run.end(part, **({"status": 3} if j % 17 == 5 else {}))
    run.phase_end("configure")
    run.finish()


def groups(number):
    rnd = random.Random(number)
    run = Run()
    run.phase("configure")
    for group in range(1, number + 1):
        parts = []
        for letter in "abcd":
            parts.append(run.begin("configure", "%02d-%s" % (group, letter), group=group))
            run.t += 30
        rnd.shuffle(parts)
        for part in parts:
            run.t += int(rnd.expovariate(1 / 300000)) + 20
            run.end(part)
    run.phase_end("configure")
    run.finish()


def ends():
    run = Run()
    run.phase("configure")
    for name, fields in [
            ("10-well", {}), ("20-failed", {"status": 3}),
            ("30-killed", {"status": 143, "reason": "signal", "signal": 15}),
            ("40-late", {"status": 137, "reason": "timeout", "signal": 9}),
            ("50-absent", {"status": 127, "reason": "start", "text": "No such file"})]:
        part = run.begin("configure", name)
        run.t += 1700000
        run.end(part, **fields)
    run.phase_end("configure", 3)
    run.phase("error")
    run.begin("error", "60-unfinished")
    run.t += 500000
    run.say("lock-wait", path="x", text="of no matter")


def names():
    run = Run(path="/a \"b\" <c> & 'd'")
    run.phase("configure")
    for name in ['"quotes"', "<less & greater>", "]]>", "&amp;", "\\xff\\n\\\\", "\x01\x7f\x0b",
                 "-->", "ümläut-ß", "漢字" * 40, "😀-smile", "\ufffe\uffff", "long-" * 300,
                 "  two  blanks ", "", "x/", "e\u0301" * 100, "\u202eback", "tab\tnl\nend",
                 "10-שלום-20", "سلام 3", "ltr \u200f\u061crtl", "line\u2028\u2029\x85\x9bend",
                 "שלום-" * 60]:
        part = run.begin("configure", name)
        run.t += 90000
        run.end(part)
    run.phase_end("configure")
    long = "phase-" * 60
    run.phase(long)
    part = run.begin(long, "1")
    run.t += 300
    run.end(part)
    run.phase_end(long)
    run.finish()


def killed():
    run = Run()
    run.phase("configure")
    part = run.begin("configure", "1-done")
    run.t += 250000
    run.end(part)
    run.begin("configure", "2-going-on")
    run.t += 1000
    run.begin("configure", "3-too")
    run.t += 600000
    run.say("script-timeout", phase="configure", path="x", limit=0.6)


def lone(us):
    run = Run(program="run-parts", path="/etc/cron.daily")
    part = run.begin(None, "logrotate")
    run.t += us
    run.end(part)
    run.finish()


def runs():
    one, two = Run(7, path="/one"), Run(8, path="/two")
    a, b = one.begin("configure", "of-one"), two.begin("configure", "of-two")
    one.t = two.t = 2000000
    one.end(a)
    two.end(b, status=1)
    one.finish()
    three = Run(7, path="/three")
    c = three.begin("configure", "of-three")
    two.finish(1)
    three.t = 3000000
    three.end(c)
    three.finish()


def containers():
    one, two = Run(1, path="/one", id="0000000a"), Run(1, path="/two", id="12345678")
    a, b = one.begin("configure", "same"), two.begin("configure", "same")
    one.t, two.t = 2000000, 3000000
    one.end(a)
    three = Run(1, path="/three", id="ffffffff")
    c = three.begin("configure", "of-three")
    two.end(b, status=1)
    two.finish(1)
    three.t = 4000000
    three.end(c)
    one.finish()
    three.finish()


def lanes(number):
    run = Run()
    for i in range(number):
        run.phase("phase-%d" % i)
        run.begin("phase-%d" % i, "1")


def hung():
    run = Run()
    run.phase("configure")
    run.begin("configure", "1-hung")


def failures(number):
    run = Run()
    run.phase("configure")
    for i in range(1000):
        bad = 500 <= i < 500 + number
        part = run.begin("configure", "%03d-%s" % (i, "bad" if bad else "good"))
        run.t += 4 if bad else 5000
        run.end(part, status=2 if bad else 0)
    run.phase_end("configure", 2)
    run.finish(1)


def waited():
    run = Run()
    run.say("lock-wait", path="/run/lock", text="process 7 holds it")
    run.t += 2000000
    run.phase("configure")
    run.say("part-left-out", phase="configure", path="/srv/base/configure.d/a~", reason="name")
    run.say("part-left-out", phase="configure", path="/srv/base/configure.d/b~", reason="name")
    part = run.begin("configure", "10-a")
    run.t += 1000000
    run.end(part)
    run.phase_end("configure")
    run.finish()


def failed():
    run = Run()
    run.phase("configure")
    run.say("failure", phase="configure", path="/srv/base/environment.d/10-x",
            text="unexpected end of <file>", line=3)
    run.phase_end("configure", 1)
    run.finish(1)


def broken(seed):
    """Mostly what is still JSON: times, numbers and words are exchanged, lines come and go."""
    rnd = random.Random(seed)
    good = io.StringIO()
    with contextlib.redirect_stdout(good):
        rnd.choice([ends, lambda: groups(2)])()
    lines = good.getvalue().splitlines()
    words = ["part-start", "part-end", "phase-start", "phase-end", "run-end", "configure", "error",
             "10-well", "1.5", "-1", "1e99", "4711", "0", "\\u0000", "\\ud800", "]]>", "timeout"]
    for _ in range(rnd.randrange(1, 12)):
        i, word = rnd.randrange(1, len(lines)), rnd.choice(words)
        change = rnd.randrange(4)
        if change == 0:
            del lines[i]
        elif change == 1:
            lines.insert(i, rnd.choice(lines[1:]))
        elif change == 2:
            lines[i] = lines[i].replace(rnd.choice(words), word)
        else:
            at = rnd.randrange(len(lines[i]))
            lines[i] = lines[i][:at] + rnd.choice([word, ""]) + lines[i][at + 1:]
    print("\n".join(lines))


globals()[sys.argv[1]](*[int(word) for word in sys.argv[2:]])
