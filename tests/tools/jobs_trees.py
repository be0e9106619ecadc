# SPDX-License-Identifier: Apache-2.0
"""jobs_trees.py PART SEED NUMBER: runs trees of scripts side by side, and looks whether all was right.

PART is the built jobs_part.c, which interprets the scripts. The trees, the options, and when the
reader of what they print stalls are drawn from SEED. With each tree these hold:

- Each script runs at most once, in order, and no two groups overlap.
- Never more than N scripts run at a time, and N do where that many wait for each other.
- What is printed is that of the scripts that have run, one after the other, or lines of them.
- The exit status is that of the same results one after the other.
- Nothing is left but daemons.

Every finding is printed with the folder of the tree below the working directory, which is kept.
"""
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

LIMIT_S = 60
RUNNERS = {
    "run-parts": ["run-parts", "--order=numeric"],
    "exit-on-error": ["run-parts", "--order=numeric", "--exit-on-error"],
    "dib-run-parts": ["dib-run-parts"],
    "os-refresh-config": ["os-refresh-config", "--lockfile", "lock"],
}
LOG_LINES = re.compile(rb"(?:run-parts: |dib-run-parts |\[[-0-9]{10} [0-9:,]{12}\] )"
                       rb"(?:[^\n]*phase\. \[[^\n]*\n)?[^\n]*\n")


class Part:
    """A script: its name, what it prints in pieces of (stream, bytes), and how it ends."""

    def __init__(self, name, number):
        self.name, self.number = name, number
        self.pieces, self.lines, self.end = [], [], "exit 0"
        self.journal = []

    def printed(self, streams):
        return b"".join(text for stream, text in self.pieces if stream in streams)

    def times(self, word):
        return [time for key, time in self.journal if key == word]

    @property
    def status(self):
        """As run-parts and dib-run-parts have it; None: it was ended by us."""
        kind, _, value = self.end.partition(" ")
        if not self.times("end"):
            return None
        return (int(value), int(value)) if kind == "exit" else (1, 128 + int(value))


class Tree:
    """A folder of scripts, and how it is to be run."""

    def __init__(self, dice, path, part):
        self.dice, self.path, self.interpreter = dice, path, part
        self.runner = dice.choice(list(RUNNERS))
        self.jobs = dice.choice([1, 2, 2, 3, 4, 4, 8, 64, 256])
        self.output = dice.choice(["grouped"] * 4 + ["live", "prefixed"])
        self.mode = dice.choice(["plain", "plain", "failing", "failing", "limit", "run limit", "signal"])
        self.streams = dice.choice(["pipes", "pipes", "pipe", "files", "file"])
        self.stall = dice.choice([0, 0, 0.02, 0.2])
        self.reverse = self.runner == "run-parts" and dice.random() < 0.2
        self.groups = self.draw_groups()
        self.parts = [part for group in self.groups for part in group]

    def draw_groups(self):
        parts = []
        for number in range(self.dice.randrange(1, 6)):
            for _ in range(self.dice.choice([1, 1, 2, 3, 5, 9])):
                parts.append(self.draw_part(number, len(parts)))
        parts += [self.draw_part(None, len(parts) + i) for i in range(self.dice.randrange(3))]
        parts.sort(key=lambda part: (part.number or 0, part.name))
        groups = []
        for part in parts:
            beside = groups and part.number is not None and groups[-1][-1].number == part.number
            groups = groups[:-1] + [groups[-1] + [part]] if beside else groups + [[part]]
        if self.reverse:
            groups = [group[::-1] for group in groups[::-1]]
        for group in groups:
            self.draw_ways(group)
        return groups

    def draw_part(self, number, i):
        zeros = "0" * self.dice.choice([0, 0, 0, 1, 3])
        part = Part("x-%d" % i if number is None else "%s%d-%d" % (zeros, number, i), number)
        for k in range(self.dice.choice([0, 1, 2, 2, 6])):
            stream = self.dice.choice("oe")
            if self.output == "grouped":
                text = self.draw_bytes()
            else:
                text = self.draw_lines(part, stream, k)
            part.pieces.append((stream, text))
        # What the two print is told apart by this, where one of them was ended on the way.
        if self.output == "grouped":
            part.pieces = [(s, b"<%s>" % part.name.encode() + text) for s, text in part.pieces]
        return part

    def draw_bytes(self):
        size = self.dice.choice([0, 1, 10, 500, 5000, 5000, 70000])
        text = self.dice.randbytes(size).replace(b"<", b"\n").replace(b"[", b"\n")
        return text + self.dice.choice([b"", b"\n"])

    def draw_lines(self, part, stream, k):
        rows = self.dice.choice([1, 3, 50, 3000])
        return b"".join(b"<%s> %s %d %d\n" % (part.name.encode(), stream.encode(), k, row) for row in range(rows))

    def draw_ways(self, group):
        """Before their ends, the first N wait for each other; so N are seen to run at a time."""
        for i, part in enumerate(group):
            part.lines = ["%s data/%s.%d" % ("out" if stream == "o" else "err", part.name, k)
                          for k, (stream, _) in enumerate(part.pieces)]
            if self.mode == "plain" and i < self.jobs:
                part.lines = ["await journal/" + other.name for other in group[:self.jobs]] + part.lines
            part.lines.insert(self.dice.randrange(len(part.lines) + 1), "sleep %d" % self.dice.choice([0, 0, 1, 20]))
            part.lines.append("note printed")
            if self.dice.random() < 0.03:
                part.lines.append("daemon")
            if self.mode == "failing" and self.dice.random() < 0.2:
                part.end = self.dice.choice(["exit 1", "exit 3", "exit 255", "kill 6", "kill 9", "kill 11"])
            if self.mode in ("limit", "run limit", "signal") and self.dice.random() < 0.2:
                part.end = "hang"
            part.lines.append(part.end)

    def write(self):
        os.makedirs(self.path + "/base/configure.d")
        os.mkdir(self.path + "/journal")
        os.mkdir(self.path + "/data")
        for part in self.parts:
            with open("%s/base/configure.d/%s" % (self.path, part.name), "w", encoding="ascii") as file:
                file.write("#!%s\n%s\n" % (self.interpreter, "\n".join(part.lines)))
                os.fchmod(file.fileno(), 0o755)
            for k, (_, text) in enumerate(part.pieces):
                with open("%s/data/%s.%d" % (self.path, part.name, k), "wb") as file:
                    file.write(text)

    def command(self):
        command = RUNNERS[self.runner] + ["--jobs", str(self.jobs), "--output", self.output]
        if self.reverse:
            command.append("--reverse")
        if self.mode == "limit":
            command += ["--script-timeout", "0.4"]
        elif self.mode == "run limit":
            command += ["--timeout", "0.6"]
        return command if self.runner == "os-refresh-config" else command + ["base/configure.d"]


class Reader(threading.Thread):
    """Reads all from a pipe, now and then with a pause before."""

    def __init__(self, fd, tree):
        super().__init__()
        self.fd, self.got, self.stall = fd, b"", tree.stall
        self.size = tree.dice.choice([100000, 3000])
        self.start()

    def run(self):
        time.sleep(self.stall)
        while piece := os.read(self.fd, self.size):
            self.got += piece
            if self.stall and len(self.got) < 20000:
                time.sleep(0.001)
        os.close(self.fd)


class Run:
    """One run of a tree: what it printed, and its status."""

    def __init__(self, tree):
        self.tree, self.readers = tree, []
        ends = self.open_streams()
        self.process = subprocess.Popen(
            tree.command(), cwd=tree.path, stdin=subprocess.DEVNULL, stdout=ends[0], stderr=ends[-1],
            env=dict(os.environ, OS_REFRESH_CONFIG_BASE_DIR="base"), preexec_fn=default_signals)
        for end in ends:
            os.close(end)
        self.sent = self.send_signal() if tree.mode == "signal" else None
        try:
            self.status = self.process.wait(LIMIT_S)
        except subprocess.TimeoutExpired:
            self.status = None
            self.process.kill()
            self.process.wait()
        self.left = left_behind(tree)
        for reader in self.readers:
            reader.join(LIMIT_S)
        self.out, self.err = self.results()

    def open_streams(self):
        self.names = ["out"] if self.tree.streams in ("pipe", "file") else ["out", "err"]
        ends = []
        for name in self.names:
            if "file" in self.tree.streams:
                ends.append(os.open(self.tree.path + "/" + name, os.O_WRONLY | os.O_CREAT | os.O_APPEND))
                continue
            ours, theirs = os.pipe()
            self.readers.append(Reader(ours, self.tree))
            ends.append(theirs)
        return ends

    def results(self):
        if self.readers:
            got = [reader.got for reader in self.readers]
        else:
            got = [open(self.tree.path + "/" + name, "rb").read() for name in self.names]
        return got[0], got[-1]

    def send_signal(self):
        """At a moment of any script, or at its end."""
        part, until = self.tree.dice.choice(self.tree.parts), time.monotonic() + 3
        while time.monotonic() < until and self.process.poll() is None and \
                not os.path.exists("%s/journal/%s" % (self.tree.path, part.name)):
            time.sleep(0.001)
        time.sleep(self.tree.dice.choice([0, 0, 0.002, 0.03]))
        number = self.tree.dice.choice([signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
        self.process.send_signal(number)
        return number


def default_signals():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)


def left_behind(tree):
    """The processes of scripts that are left, but for daemons, which are ended here."""
    daemons = set()
    if os.path.exists(tree.path + "/daemons"):
        daemons = set(open(tree.path + "/daemons", encoding="ascii").read().split())
    left = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            ours = os.readlink("/proc/%s/exe" % pid) == tree.interpreter and \
                os.readlink("/proc/%s/cwd" % pid) == os.path.realpath(tree.path)
        except OSError:
            continue
        if ours:
            os.kill(int(pid), signal.SIGKILL)
            if pid not in daemons:
                left.append(pid)
    return left


def read_journals(tree):
    for part in tree.parts:
        path = "%s/journal/%s" % (tree.path, part.name)
        if os.path.exists(path):
            with open(path, encoding="ascii") as file:
                part.journal = [(word, int(number)) for word, number in map(str.split, file)]


def judge_order(tree):
    for part in tree.parts:
        if len(part.times("start")) > 1:
            yield "%s has run twice" % part.name
    ran = [bool(part.journal) for part in tree.parts]
    # A script that we ended at once has no journal.
    if tree.mode in ("plain", "failing") and ran != sorted(ran, reverse=True):
        yield "not a beginning of the order has run"
    stops = tree.runner != "run-parts" and any(part.status not in (None, (0, 0)) for part in tree.parts)
    if tree.mode in ("plain", "failing") and not stops and not all(ran):
        yield "not all have run"
    last = 0
    for group in tree.groups:
        starts = [time for part in group for time in part.times("start")]
        if starts and min(starts) < last:
            yield "the group of %s has begun before the end of another" % group[0].name
        last = max([last] + [time for part in group for _, time in part.journal])
        if tree.runner != "run-parts" and any(part.status not in (None, (0, 0)) for part in group):
            last = float("inf")


def judge_number(tree):
    for group in tree.groups:
        moves = sorted((time, 1 if word == "start" else -1) for part in group if part.times("end")
                       for word, time in part.journal if word != "printed")
        running = most = 0
        for _, move in moves:
            running += move
            most = max(most, running)
        if most > tree.jobs:
            yield "%d ran at a time" % most
        if tree.mode == "plain" and most < min(tree.jobs, len(group)):
            yield "only %d of the group of %s ran at a time" % (most, group[0].name)


def is_whole(part):
    return bool(part.times("printed"))


def judge_stream(tree, name, streams, got):
    """What the scripts printed to these streams, one after the other; of one that was ended, a beginning."""
    if "e" in streams:
        got = LOG_LINES.sub(b"", got)
    for part in tree.parts:
        want = part.printed(streams)
        if got.startswith(want):
            got = got[len(want):]
        elif is_whole(part):
            common = os.path.commonprefix([got, want])
            yield "%s of %s: not whole: %r after %r, want %r" % (
                name, part.name, got[len(common):len(common) + 40], common[-40:], want[len(common):len(common) + 40])
            return
        else:
            common, mark = os.path.commonprefix([got, want]), b"<%s>" % part.name.encode()
            # The beginning of the name may be that of the next part's name.
            tail = common[common.rfind(b"<"):]
            if tail != mark and mark.startswith(tail):
                common = common[:len(common) - len(tail)]
            got = got[len(common):]
    if got:
        yield "%s: %r is too much" % (name, got[:60])


def judge_lines(tree, name, streams, got):
    """Each line is that of one script, in its order."""
    lines = {part.name: [] for part in tree.parts}
    if "e" in streams:
        got = LOG_LINES.sub(b"", got)
    for line in got.splitlines(keepends=True):
        found = re.fullmatch(rb"(?:([-x0-9]+): )?(<([-x0-9]+)> . \d+ \d+\n)", line)
        if not found or (found[1] or found[3]) != found[3] or bool(found[1]) != (tree.output == "prefixed"):
            yield "%s: the line %r" % (name, line[:80])
            return
        lines[found[3].decode()].append(found[2])
    for part in tree.parts:
        got, want = b"".join(lines[part.name]), part.printed(streams)
        if got != want and (is_whole(part) or not want.startswith(got)):
            yield "%s of %s: %d bytes of %d" % (name, part.name, len(got), len(want))


def judge_output(tree, run):
    # After a signal, what finds no room is dropped: no reader is waited for.
    if run.sent and run.status == -run.sent and run.readers:
        return
    judge = judge_stream if tree.output == "grouped" else judge_lines
    if len(run.names) == 1:
        yield from judge(tree, "output", "oe", run.out)
    else:
        yield from judge(tree, "stdout", "o", run.out)
        yield from judge(tree, "stderr", "e", run.err)


def expected_status(tree):
    """None: it depends on what was ended by us."""
    if any(part.journal and part.status is None for part in tree.parts):
        return None
    failed = [part.status for part in tree.parts if part.journal and part.status != (0, 0)]
    if not failed:
        return 0
    if tree.runner == "os-refresh-config":
        return 1
    return failed[-1][0] if tree.runner == "run-parts" else failed[0][tree.runner == "dib-run-parts"]


def judge_status(tree, run):
    if run.sent and run.status == -run.sent:
        return
    want = expected_status(tree)
    if tree.mode in ("plain", "failing") and run.status != want:
        yield "status %s, not %s" % (run.status, want)
    # The journal of a script that was ended at once is empty.
    if tree.mode not in ("plain", "failing") and want is None and run.status == 0:
        yield "a success although a script was ended"
    if run.status < 0:
        yield "ended by signal %d" % -run.status


def judge(tree, run):
    if run.status is None:
        return ["hangs"]
    read_journals(tree)
    findings = ["processes are left: %s" % run.left] if run.left else []
    for more in (judge_order(tree), judge_number(tree), judge_output(tree, run), judge_status(tree, run)):
        findings += more
    return findings


def try_tree(seed, part):
    path = "tree-%s" % seed
    tree = Tree(random.Random(seed), path, part)
    tree.write()
    run = Run(tree)
    findings = judge(tree, run)
    for finding in findings:
        print("FOUND %s: %s %s, %s to %s: %s" % (path, " ".join(tree.command()), tree.mode, tree.stall,
                                                 tree.streams, finding), flush=True)
    if not findings:
        shutil.rmtree(path)
    return len(tree.parts), bool(findings)


def main():
    part, seed, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
    results = [try_tree("%s.%d" % (seed, i), part) for i in range(number)]
    found = sum(found for _, found in results)
    print("tried: %d trees with %d scripts from SEED=%s, %d findings" % (
        number, sum(parts for parts, _ in results), seed, found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
