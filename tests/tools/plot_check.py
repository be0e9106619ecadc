# SPDX-License-Identifier: Apache-2.0
"""plot_check.py LOG SVG [--run RUN] [--png PNG]: holds a picture of refresh-plot against its log.

The SVG is well-formed; every text is on the canvas, by 0.6 of its size a letter, and on no other
text or bar; every script has one bar, in the colour of its end, and no two bars meet; bars are
where the labels of the axis say that their times are. A PNG of it has its size, every bar where it
should be, dark pixels only where text is, and nothing in the outermost two pixels. Prints the
number of the scripts and of those at once at most.
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


def axis_of(root):
    """Where a time is, in pixels, by the first and the last label of the axis."""
    places = []
    for text in root.findall(SVG + "text"):
        if text.get("text-anchor") == "middle":
            number, unit = (text.text.split() + ["s"])[:2]
            places.append((float(number) * UNITS[unit], float(text.get("x"))))
    (t0, x0), (t1, x1) = min(places), max(places)
    assert t0 == 0 and len(places) >= 4 and len(places) % 2 == 0, places
    assert len(places) <= 22, places
    return lambda t: x0 + t * (x1 - x0) / t1


def check_bar(group, script, axis):
    title, rect, label = list(group)
    assert title.text.startswith(printable(script.path) + "\n"), (title.text, script.path)
    box = box_of_rect(rect, script.path)
    begin, width = axis(script.begin), axis(script.end) - axis(script.begin)
    assert abs(box.left - begin) < 0.5, "%r should begin at %.1f" % (box, begin)
    assert abs(box.right - box.left - max(width, 1)) < 0.5, "%r should be %.1f" % (box, width)
    assert rect.get("fill") == COLOURS[script.kind], (script.path, script.kind)
    name = printable(script.path.rsplit("/", 1)[-1])
    begins = name.startswith(visible(label.text).split("…")[0].split(" · ")[0])
    if any(unicodedata.bidirectional(c) in ("R", "AL") for c in name):
        assert re.fullmatch("\u2068[^\u2068\u2069]*\u2069 · [^\u2068\u2069]*", label.text), label.text
    assert begins or not name or "·" in name, (label.text, name)
    return box


def check_svg(root, scripts, n_lanes):
    width, height = float(root.get("width")), float(root.get("height"))
    assert root.get("viewBox") == "0 0 %d %d" % (width, height)
    texts = [box_of_text(text) for text in root.iter(SVG + "text")]
    for box in texts + [box_of_rect(r, "rect") for r in list(root.iter(SVG + "rect"))[1:]]:
        assert (EDGE <= box.left and EDGE <= box.top and box.right <= width - EDGE and
                box.bottom <= height - EDGE), "%r is off the canvas" % box
    groups = root.findall(SVG + "g")
    assert len(groups) == len(scripts), "%d bars, %d scripts" % (len(groups), len(scripts))
    axis = axis_of(root)
    bars = [check_bar(group, script, axis) for group, script in zip(groups, scripts)]
    legend = [box_of_rect(r, "legend") for r in root.findall(SVG + "rect")
              if r.get("fill") in COLOURS.values()]
    assert len(legend) == len(COLOURS), legend
    check_apart(texts + bars + legend)
    lanes = [box_of_rect(r, "lane") for r in root.findall(SVG + "rect") if r.get("class") == "lane"]
    assert len(lanes) == n_lanes, "%d lanes, %d phases" % (len(lanes), n_lanes)
    check_apart(lanes)
    for bar, script in zip(bars, scripts):
        lane = lanes[script.lane]
        assert lane.top <= bar.top and bar.bottom <= lane.bottom, "%r is not in %r" % (bar, lane)
        assert lane.left <= bar.left + 0.2 and bar.right <= lane.right + 0.2, (bar, lane)
    return texts, bars, legend


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


def check_png(path, root, scripts, texts, bars, legend):
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
    assert n_dark > 100 + 10 * len(scripts), "%d dark pixels" % n_dark
    for bar, script in zip(bars, scripts):
        if bar.right - bar.left < 3:
            continue
        x, y = int(bar.left + bar.right) // 2, int(bar.top + bar.bottom) // 2
        pixel = "#" + rows[y][3 * x:3 * x + 3].hex()
        assert pixel == COLOURS[script.kind], "%r is %s" % (bar, pixel)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("log")
    parser.add_argument("svg")
    parser.add_argument("--run")
    parser.add_argument("--png")
    args = parser.parse_args()
    scripts, n_lanes, most = read_log(args.log, args.run)
    root = ElementTree.parse(args.svg).getroot()
    drawn = check_svg(root, scripts, n_lanes)
    if args.png:
        check_png(args.png, root, scripts, *drawn)
    print(len(scripts), most)


main()
