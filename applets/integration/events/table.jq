# SPDX-License-Identifier: Apache-2.0
# jq -nRrf table.jq EVENTS: a table for people, of all runs in the event log and their scripts. A line
# that was cut off is left out.

def left($width): . + " " * ([$width - length, 0] | max);
def seconds: . * 1000 | round | "\(. / 1000 | floor).\("00\(. % 1000)"[-3:])";
def row: "  \(.phase // "-" | left(15)) \(.seconds // "-" | tostring | left(9)) " +
	"\(.result | left(12)) \(.path // "")";

[inputs | fromjson? | objects] | group_by([.run, .id]) | sort_by(.[0].time)[]
| .[0] as $start | .[-1] as $last
| "\($start.time // 0 | floor | strftime("%Y-%m-%d %H:%M:%S")) \($start.program // "?"), run " +
	"\($start.run) \($start.id // ""): " +
	(if $last.event != "run-end" then "no end in the log" else
		"status \($last.status) after \($last.t | seconds) s" end),
	(.[] | select(.event == "part-end")
	| {phase, path, seconds: (.seconds | seconds), result: "\(.reason) \(.status)"} | row),
	(.[] | select(.event == "failure")
	| {phase, path: ([.path, .text, .error | strings] | join(": ")), result: .reason} | row)
