# SPDX-License-Identifier: Apache-2.0
"""plot_check.py LOG SVG [--run RUN] [--width PIXELS] [--png PNG]: holds a picture of refresh-plot against
its log.

The SVG is well-formed; every text is on the canvas, by 0.6 of its size a letter, and on no other
text or bar; every script has one bar, in the colour of its end, or shares a thin one, and no two
bars meet; bars are where the labels of the axis say that their times are, and an axis is near. What
failed is named at the top, in red titles and by bars that can be seen, and the slowest scripts are
listed. A PNG of it has its size, every bar where it should be, dark pixels only where text is, and
nothing in the outermost two pixels. Prints the number of the scripts, of those at once at most, and
of those with a label.
"""
import argparse
import itertools
import json
import re
import struct
import unicodedata
import zlib
from xml.etree import ElementTree

SVG = "{http://www.w3.org/2000/svg}"
EDGE = 2
COLOURS = {"done": "#4477aa", "failed": "#cc3311", "killed": "#ee7733", "start": "#aa3377",
           "unfinished": "#bbbbbb"}
RED = "#b3260a"
BAD = ("failed", "killed", "start")
# The least widths of bars: of a success, a failure, and one without a label.
LEAST, LEAST_BAD, LEAST_THIN = 2, 8, 3
# The most pixels from a bar to an axis.
AXIS_NEAR = 450
UNITS = {"µs": 1, "ms": 1000, "s": 1000000, "min": 60000000}


class Box:
    def __init__(self, left, top, right, bottom, what):
        self.left, self.top, self.right, self.bottom, self.what = left, top, right, bottom, what

    def meets(self, other):
        return (self.left < other.right and other.left < self.right and
                self.top < other.bottom and other.top < self.bottom)

    def __repr__(self):
        return "%s at %d,%d to %d,%d" % (self.what[:60], self.left, self.top, self.right,
                                         self.bottom)


def micro(value):
    return round(value * 1000000)


class Script:
    def __init__(self, lane, path, begin):
        self.lane, self.path, self.begin, self.end, self.kind = lane, path, begin, None, None


def read_log(path, wanted):
    """The scripts of the run, by lanes, and the number of lanes."""
    events, run = [], None
    for line in open(path, encoding="utf-8", newline="\n"):
        try:
            event = json.loads(line)
        except ValueError:
            continue
        name = event["run"], event.get("id")
        if event["event"] == "run-start" and wanted in (None, str(event["run"]), event.get("id")):
            events, run = [], name
        if name == run:
            events.append(event)
    lanes, scripts, running, most, ends = [], [], [], 0, {}
    for event in events:
        kind, name = event["event"], event.get("phase", events[0]["program"])
        if kind == "phase-start" or (kind == "part-start" and name not in lanes):
            lanes.append(name)
        if kind == "phase-end":
            ends[len(lanes) - 1] = micro(event["t"])
        if kind == "part-start":
            running.append(Script(len(lanes) - 1, event["path"], micro(event["t"])))
            scripts.append(running[-1])
            most = max(most, len(running))
        if kind == "part-end":
            script = next(s for s in running if s.path == event["path"])
            running.remove(script)
            script.end = micro(event["t"])
            script.kind = ("start" if event["reason"] == "start" else
                           "killed" if event["reason"] != "exit" else
                           "failed" if event["status"] else "done")
    for script in running:
        script.end, script.kind = ends.get(script.lane, micro(events[-1]["t"])), "unfinished"
    return sorted(scripts, key=lambda s: s.lane), len(lanes), most


def printable(string):
    return re.sub("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]",
                  "?", string)


def visible(string):
    """Without what isolates a name that is written from right to left."""
    return re.sub("[\u2068\u2069]", "", string)


def letters(string):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in visible(string))


def box_of_text(element):
    size, x, y = (float(element.get(name)) for name in ("font-size", "x", "y"))
    assert size >= 9, "text of %s pixels" % size
    width = 0.6 * size * letters(element.text or "")
    left = x - {None: 0, "middle": width / 2, "end": width}[element.get("text-anchor")]
    return Box(left, y - 0.8 * size, left + width, y + 0.22 * size, element.text or "")


def box_of_rect(element, what):
    x, y, w, h = (float(element.get(name)) for name in ("x", "y", "width", "height"))
    return Box(x, y, x + w, y + h, what)


def check_apart(boxes):
    """No two of them meet."""
    boxes = sorted(boxes, key=lambda box: box.top)
    for i, box in enumerate(boxes):
        for other in itertools.takewhile(lambda o: o.top < box.bottom, boxes[i + 1:]):
            assert not box.meets(other), "%r meets %r" % (box, other)


def axes_of(root):
    """Where a time is, in pixels, by the first and last label of each axis; and where the axes are."""
    axes = {}
    for text in root.findall(SVG + "text"):
        if text.get("text-anchor") == "middle":
            number, unit = (text.text.split() + ["s"])[:2]
            axes.setdefault(float(text.get("y")), []).append(
                (float(number) * UNITS[unit], float(text.get("x"))))
    places = set(map(tuple, axes.values()))
    assert len(places) == 1 and len(axes) >= 2, axes
    (t0, x0), *_, (t1, x1) = sorted(places.pop())
    assert t0 == 0 and t1 > 0, axes
    return lambda t: x0 + t * (x1 - x0) / t1, sorted(axes)


def check_width(rect, scripts, axis, least):
    box = box_of_rect(rect, scripts[0].path)
    begin, end = min(s.begin for s in scripts), max(s.end for s in scripts)
    width = axis(end) - axis(begin)
    assert abs(box.left - axis(begin)) < 0.5, "%r should begin at %.1f" % (box, axis(begin))
    assert width - 0.5 < box.right - box.left < width + least + 0.5, \
        "%r should be %.1f" % (box, width)
    assert box.right - box.left > least - 0.01, "%r is too narrow" % box
    return box


def take(scripts, lane, title):
    """Takes the script with this title out of those of a lane."""
    path, end, ran, *rest = title.split("\n")
    times = re.fullmatch(r"ran \S+ s, from (\S+) s to (\S+) s", ran)
    begin, end_of = (micro(float(t)) for t in times.groups())
    assert not rest or (rest[0].startswith("user ") and rest[1].startswith("peak memory ")), title
    script = next(s for s in scripts if (s.lane, printable(s.path), s.begin, s.end) ==
                  (lane, path, begin, end_of))
    assert end == "exit status 0" or script.kind != "done", title
    scripts.remove(script)
    return script


def check_label(script, text):
    label, bad = text.text, script.kind in BAD
    assert (text.get("fill") == RED) == bad, label
    name = printable(script.path.rsplit("/", 1)[-1])
    begins = name.startswith(visible(label).split("…")[0].split(" · ")[0])
    if any(unicodedata.bidirectional(c) in ("R", "AL") for c in name):
        assert re.fullmatch("\u2068[^\u2068\u2069]*\u2069 · [^\u2068\u2069]*", label), label
    assert begins or not name or "·" in name, (label, name)
    if "…" not in label:
        for kind, word in (("failed", "exit status "), ("start", "could not be started"),
                           ("killed", ""), ("unfinished", "unfinished")):
            assert script.kind != kind or word in label, label


def check_bar(group, scripts, lane, axis):
    title, *rects, label = list(group)
    script = take(scripts, lane, title.text)
    assert len(rects) == (2 if script.kind in BAD else 1), title.text
    box = check_width(rects[-1], [script], axis, LEAST_BAD if script.kind in BAD else LEAST)
    assert rects[-1].get("fill") == COLOURS[script.kind], (script.path, script.kind)
    if script.kind in BAD:
        mark, text = box_of_rect(rects[0], "mark"), box_of_text(label)
        assert mark.left < min(box.left, text.left) and mark.right > max(box.right, text.right)
    check_label(script, label)
    return box, script


def check_thin(group, scripts, lane, axis):
    """A bar without a label, of one script."""
    title, rect = list(group)
    script = take(scripts, lane, title.text)
    least = LEAST_BAD if script.kind in BAD else LEAST_THIN
    assert rect.get("fill") == COLOURS[script.kind], (script.path, script.kind)
    return check_width(rect, [script], axis, least), [script]


def check_shared(group, scripts, lane, axis):
    """A bar of several scripts, of which up to 30 are named. Those that are not are only counted."""
    title, rect = list(group)
    box, members = box_of_rect(rect, title.text), []
    number, lines = int(title.text.split(" ")[0]), title.text.split("\n")[1:]
    assert number > 1 and len(lines) == min(number, 31), title.text
    assert number <= 30 or lines.pop() == "and %d more" % (number - 30), title.text
    for line in lines:
        name = line.split(" · ")[0].split("…")[0]
        script = next(s for s in scripts if s.lane == lane and axis(s.begin) > box.left - 0.5 and
                      axis(s.end) < box.right + 0.5 and
                      printable(s.path.rsplit("/", 1)[-1]).startswith(visible(name)))
        scripts.remove(script)
        members.append(script)
    assert number > 30 or rect.get("fill") in [COLOURS[s.kind] for s in members], title.text
    return box, members, number


def check_head(root, scripts, n_texts):
    """What failed, in the order of time, and the slowest scripts."""
    texts = [t for t in root.findall(SVG + "text")][:n_texts]
    words = " ".join(t.text for t in texts)
    ends = sorted((s for s in scripts if s.kind in BAD), key=lambda s: s.end)
    if ends:
        name = "/".join(printable(ends[0].path).split("/")[-2:])
        red = " ".join(t.text for t in texts if t.get("fill") == RED)
        assert "Failed: " + name + "," in red, (name, red)
        assert ("and %d more" % (len(ends) - 5) in words) == (len(ends) > 5), words
    else:
        assert "Succeeded in" in words or "Unfinished" in words or "Failed" in words, words
    if len(scripts) > 1:
        at = next(i for i, t in enumerate(texts) if t.text == "Slowest scripts")
        fifth = sorted(s.end - s.begin for s in scripts)[-5:][0]
        for text in texts[at + 2:at + 2 * min(5, len(scripts)) + 1:2]:
            assert any(s.end - s.begin >= fifth and
                       printable(s.path).endswith(visible(text.text).split("…")[0].lstrip()) or
                       "…" in text.text for s in scripts), text.text
    elif scripts:
        assert "Slowest" not in words, words


def check_lanes(root, scripts, n_lanes, texts):
    lanes = [box_of_rect(r, "lane") for r in root.findall(SVG + "rect") if r.get("class") == "lane"]
    assert len(lanes) == n_lanes, "%d lanes, %d phases" % (len(lanes), n_lanes)
    check_apart(lanes)
    for i, lane in enumerate(lanes):
        title = min((t for t in texts if t[0].top >= lane.top), key=lambda t: t[0].top)[1]
        bad = any(s.kind in BAD for s in scripts if s.lane == i)
        assert not bad or title.get("fill") == RED, title.text
        assert title.get("fill") == RED or "failed" not in title.text, title.text
    return lanes


def lane_at(lanes, rect):
    y = float(rect.get("y"))
    return next(i for i, lane in enumerate(lanes) if lane.top <= y < lane.bottom)


def check_order(labelled, rest):
    """In each lane, no script without a label took longer than one with it; failures come first."""
    for lane in set(s.lane for s in rest):
        key = lambda s: (s.kind != "done", s.end - s.begin)
        most = max(key(s) for s in rest if s.lane == lane)
        assert all(key(s) >= most for s in labelled if s.lane == lane), "label of a short script"


def check_svg(root, scripts, n_lanes, wanted_width):
    width, height = float(root.get("width")), float(root.get("height"))
    assert width == wanted_width, width
    assert root.get("viewBox") == "0 0 %d %d" % (width, height)
    elements = [(box_of_text(text), text) for text in root.iter(SVG + "text")]
    texts = [box for box, _ in elements]
    for box in texts + [box_of_rect(r, "rect") for r in list(root.iter(SVG + "rect"))[1:]]:
        assert (EDGE <= box.left and EDGE <= box.top and box.right <= width - EDGE and
                box.bottom <= height - EDGE), "%r is off the canvas" % box
    axis, axes = axes_of(root)
    check_head(root, scripts, sum(box.bottom < axes[0] for box in texts))
    lanes = check_lanes(root, scripts, n_lanes, elements)
    left, bars, labelled, rest, unnamed = list(scripts), [], [], [], 0
    groups = root.findall(SVG + "g")
    for group in sorted(groups, key=lambda g: " scripts:\n" in g[0].text):
        lane = lane_at(lanes, group.findall(SVG + "rect")[-1])
        if group.get("class") == "bar":
            box, script = check_bar(group, left, lane, axis)
            labelled.append(script)
        elif " scripts:\n" in group[0].text:
            box, members, number = check_shared(group, left, lane, axis)
            rest += members
            unnamed += number - len(members)
        else:
            box, members = check_thin(group, left, lane, axis)
            rest += members
        assert lanes[lane].top <= box.top and box.bottom <= lanes[lane].bottom, box
        assert lanes[lane].left <= box.left + 0.2, (box, lanes[lane])
        assert min(abs(y - box.top) for y in axes) < AXIS_NEAR, "no axis near %r" % box
        box.fill = group.findall(SVG + "rect")[-1].get("fill")
        bars.append(box)
    assert len(left) == unnamed, "%d scripts have no bar" % (len(left) - unnamed)
    check_order(labelled, rest)
    legend = [box_of_rect(r, "legend") for r in root.findall(SVG + "rect")
              if r.get("fill") in COLOURS.values()]
    assert len(legend) == len(set(s.kind for s in scripts)), legend
    check_apart(texts + bars + legend)
    return texts, bars, legend, len(labelled)


def unfilter(kind, row, above, n):
    """A row of a PNG with n bytes a pixel, as it was before it was made easy to pack."""
    if kind == 1:
        for channel in range(n):
            row[channel::n] = bytes(itertools.accumulate(row[channel::n],
                                                         lambda a, b: a + b & 255))
    elif kind == 2:
        row = bytearray(a + b & 255 for a, b in zip(row, above))
    elif kind == 3:
        for i in range(len(row)):
            row[i] = row[i] + ((row[i - n] if i >= n else 0) + above[i]) // 2 & 255
    elif kind == 4:
        for i in range(len(row)):
            a, b, c = (row[i - n], above[i], above[i - n]) if i >= n else (0, above[i], 0)
            p, q, r = abs(b - c), abs(a - c), abs(a + b - 2 * c)
            row[i] = row[i] + (a if p <= q and p <= r else b if q <= r else c) & 255
    return row


def read_png(path):
    """The size, and the rows of red, green and blue."""
    data = open(path, "rb").read()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed = 8, b""
    while at < len(data):
        size, kind = struct.unpack(">I4s", data[at:at + 8])
        if kind == b"IHDR":
            width, height, *form = struct.unpack(">IIBBBBB", data[at + 8:at + 21])
            assert form in ([8, 2, 0, 0, 0], [8, 6, 0, 0, 0]), form
            n = 3 if form[1] == 2 else 4
        if kind == b"IDAT":
            packed += data[at + 8:at + 8 + size]
        at += 12 + size
    raw, rows, step = zlib.decompress(packed), [], n * width + 1
    above = bytearray(n * width)
    for at in range(0, len(raw), step):
        above = unfilter(raw[at], bytearray(raw[at + 1:at + step]), above, n)
        row = bytearray(above)
        if n == 4:
            assert set(row[3::4]) == {255}, "the picture can be looked through"
            del row[3::4]
        rows.append(bytes(row))
    return width, height, rows


# A byte below this is dark; a pixel of text is dark in all three colours.
DARK = bytes(0 if i < 0x60 else 1 for i in range(256))


def dark_pixels(row):
    row = row.translate(DARK)
    at = row.find(b"\0\0\0")
    while at >= 0:
        if at % 3 == 0:
            yield at // 3
        at = row.find(b"\0\0\0", at + 1)


def check_png(path, root, texts, bars, legend, labelled):
    width, height, rows = read_png(path)
    assert (width, height) == (int(root.get("width")), int(root.get("height"))), (width, height)
    for y, row in enumerate(rows):
        edge = row if y < EDGE or y >= height - EDGE else row[:3 * EDGE] + row[-3 * EDGE:]
        assert set(edge) == {255}, "something is drawn at the edge of row %d" % y
    boxes = [[] for _ in rows]
    for box in texts + bars + legend:
        for y in range(int(box.top) - 1, int(box.bottom) + 3):
            boxes[y].append(box)
    n_dark = 0
    for y, row in enumerate(rows):
        for x in dark_pixels(row):
            n_dark += 1
            assert any(box.left - 2 <= x <= box.right + 2 for box in boxes[y]), \
                "dark at %d,%d, where no text should be" % (x, y)
    assert n_dark > 100 + 10 * labelled, "%d dark pixels" % n_dark
    for bar in bars:
        if bar.right - bar.left < 4:
            continue
        x, y = int(bar.left + bar.right) // 2, int(bar.top + bar.bottom) // 2
        pixel = "#" + rows[y][3 * x:3 * x + 3].hex()
        assert pixel == bar.fill, "%r is %s" % (bar, pixel)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("log")
    parser.add_argument("svg")
    parser.add_argument("--run")
    parser.add_argument("--png")
    parser.add_argument("--width", type=int, default=1200)
    args = parser.parse_args()
    scripts, n_lanes, most = read_log(args.log, args.run)
    root = ElementTree.parse(args.svg).getroot()
    drawn = check_svg(root, scripts, n_lanes, args.width)
    if args.png:
        check_png(args.png, root, *drawn)
    print(len(scripts), most, drawn[3])


main()
