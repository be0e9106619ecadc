# SPDX-License-Identifier: Apache-2.0
# jq -nRrf prometheus.jq EVENTS: a text file for the textfile collector of node_exporter, about the last
# run in the event log that has ended. A line that was cut off is left out.

def escaped: gsub("\\\\"; "\\\\") | gsub("\""; "\\\"") | gsub("\n"; "\\n");
def labels: to_entries | map("\(.key)=\"\(.value // "" | escaped)\"") | join(",");
def metric($name; $help; samples):
	"# HELP refreshbox_\($name) \($help)",
	"# TYPE refreshbox_\($name) gauge",
	(samples | select(.[1] != null) | "refreshbox_\($name){\(.[0] | labels)} \(.[1])");

[inputs | fromjson? | objects] | group_by([.run, .id])
| map(select(.[0].event == "run-start" and .[-1].event == "run-end")) | select(length > 0)
| max_by(.[0].time + .[-1].t)
| .[0] as $start | .[-1] as $last | {program: $start.program} as $run
# A phase may run twice; its scripts count as they ended last.
| [.[] | select(.event == "part-end")] | group_by([.phase, .path])
| map(.[-1] + {labels: (.[-1] | {phase, path})})
| . as $scripts
| metric("run_start_time_seconds"; "When the run began, since 1970."; [$run, $start.time]),
	metric("run_duration_seconds"; "How long the run took."; [$run, $last.t]),
	metric("run_exit_status"; "The exit status of the run; 0 is success."; [$run, $last.status]),
	metric("script_duration_seconds"; "How long the script ran.";
		$scripts[] | [.labels, .seconds]),
	metric("script_exit_status"; "The exit status of the script; 128 + n is signal n.";
		$scripts[] | [.labels, .status]),
	metric("script_cpu_seconds"; "The processor time that the script used.";
		$scripts[] | [.labels, .user + .system]),
	metric("script_memory_peak_bytes"; "The most memory that a process of the script had.";
		$scripts[] | [.labels, .peak_kib * 1024])
