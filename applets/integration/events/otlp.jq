# SPDX-License-Identifier: Apache-2.0
# jq -nRf otlp.jq EVENTS: the runs in the event log as traces in the JSON form of OTLP, for POST to
# /v1/traces of an OpenTelemetry collector. A run is a trace; its phases are children of the run, and
# its scripts of the phases. A line that was cut off is left out. What has no end in the log ends with
# the last line of its run, and has no status.

def hex($digits): [recurse(. / 16 | floor; . > 0) % 16 | "0123456789abcdef"[. : . + 1]]
	| reverse | join("") | "0" * ([$digits - length, 0] | max) + .;
# Nanoseconds do not fit into a number of jq; microseconds do.
def micros: . * 1000000 | round;
def attribute($key): {key: $key, value:
	(if type == "number" then {intValue: tostring} else {stringValue: tostring} end)};
def attributes: to_entries | map(select(.value != null) | .key as $key | .value | attribute($key));
def open($kind; $e; $name; $parent): .spans += [{kind: $kind, from: $e.t, path: $e.path, name: $name,
	parent: $parent, attributes: {"refreshbox.phase": $e.phase, "refreshbox.path": $e.path}}];
# close: the last span of the kind that is open, if any.
def close($kind; $e; $path): .spans as $spans
	| ([range($spans | length) | select($spans[.] | .kind == $kind and .to == null and
		($path == null or .path == $path))] | last) as $i
	| if $i == null then . else .spans[$i] += {to: $e.t, status: $e.status, reason: $e.reason}
	| .spans[$i].attributes += {"process.exit.code": $e.status, "process.pid": $e.pid,
		"refreshbox.reason": $e.reason, "refreshbox.signal": $e.signal} end;
def step($e):
	if $e.event == "run-start" then open("run"; $e; $e.program; null)
	elif $e.event == "phase-start" then .phase = (.spans | length) | open("phase"; $e; $e.phase; 0)
	elif $e.event == "part-start" then open("part"; $e; $e.path; .phase // 0)
	elif $e.event == "part-end" then close("part"; $e; $e.path)
	elif $e.event == "phase-end" then close("phase"; $e; null) | .phase = null
	elif $e.event == "run-end" then close("run"; $e; null)
	else . end;
def status: if .status == null then {code: 0}
	elif .status == 0 then {code: 1}
	else {code: 2, message: "\(.reason // "status") \(.status)"} end;

def trace: .[0] as $start | .[-1].t as $last | ($start.time | micros) as $base
	| (($start.id // ($start.run | hex(8)))) as $id
	| def span($i): $id + ($i + 1 | hex(8));
	reduce .[] as $e ({spans: []}; step($e)) | .spans | to_entries
	| map(.key as $i | .value | {
		traceId: (($base | hex(16)) + $id + ($start.run | hex(8))), spanId: span($i),
		name, kind: 1, status: status, attributes: (.attributes | attributes),
		startTimeUnixNano: "\($base + (.from | micros))000",
		endTimeUnixNano: "\($base + (.to // $last | micros))000"
	} + (if .parent == null then {} else {parentSpanId: span(.parent)} end));

[inputs | fromjson? | objects] | group_by([.run, .id]) | map(select(.[0].event == "run-start"))
| sort_by(.[0].time) | map(trace[])
| {resourceSpans: [{
	resource: {attributes: [("refreshbox" | attribute("service.name"))]},
	scopeSpans: [{scope: {name: "refreshbox"}, spans: .}]
}]}
