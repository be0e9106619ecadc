#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""otlp_check.py FILE: checks that traces have the JSON form of OTLP, as its specification says: ids in
hexadecimal, times as strings of nanoseconds, and each parent a span of the same trace around its child.
Prints each span's name and the code of its status, below its parent; fails at the first fault."""
import json
import re
import sys

FIELDS = {"traceId", "spanId", "parentSpanId", "name", "kind", "status", "attributes",
          "startTimeUnixNano", "endTimeUnixNano"}


def check(condition, span):
    if not condition:
        sys.exit(f"otlp_check: {json.dumps(span)}")


def check_attribute(attribute):
    check(set(attribute) == {"key", "value"} and len(attribute["value"]) == 1, attribute)
    ((kind, value),) = attribute["value"].items()
    check(kind == "stringValue" or kind == "intValue" and re.fullmatch(r"-?\d+", value), attribute)
    check(isinstance(value, str), attribute)


def check_span(span):
    check(set(span) <= FIELDS, span)
    for key, digits in ("traceId", 32), ("spanId", 16), ("parentSpanId", 16):
        if key in span or key != "parentSpanId":
            check(re.fullmatch("[0-9a-f]{%d}" % digits, span[key]) and int(span[key], 16), span)
    for key in "startTimeUnixNano", "endTimeUnixNano":
        check(isinstance(span[key], str) and re.fullmatch(r"\d{19}", span[key]), span)
    check(int(span["startTimeUnixNano"]) <= int(span["endTimeUnixNano"]), span)
    check(span["kind"] == 1 and span["status"]["code"] in (0, 1, 2), span)
    check(set(span["status"]) <= {"code", "message"} and span["name"], span)
    for attribute in span["attributes"]:
        check_attribute(attribute)


def depth(span, spans):
    if "parentSpanId" not in span:
        return 0
    parent = spans.get((span["traceId"], span["parentSpanId"]))
    check(parent, span)
    check(int(parent["startTimeUnixNano"]) <= int(span["startTimeUnixNano"]), span)
    check(int(span["endTimeUnixNano"]) <= int(parent["endTimeUnixNano"]), span)
    return depth(parent, spans) + 1


def main(path):
    with open(path, encoding="utf-8") as file:
        resources = json.load(file)["resourceSpans"]
    spans = {}
    for resource in resources:
        for attribute in resource["resource"]["attributes"]:
            check_attribute(attribute)
        for scope in resource["scopeSpans"]:
            for span in scope["spans"]:
                check_span(span)
                check((span["traceId"], span["spanId"]) not in spans, span)
                spans[span["traceId"], span["spanId"]] = span
    for span in spans.values():
        print("  " * depth(span, spans) + span["name"], span["status"]["code"])


main(sys.argv[1])
