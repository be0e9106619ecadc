# SPDX-License-Identifier: Apache-2.0
# Cuts out of a run's stderr what may differ between the reference's programs and ours. -v side=
# "reference" or "ours". Everything else has to be the same, byte for byte.
#
# On both sides
#   times       of log lines; in the profile's rows every time is 0.000.
#   profile     its rows are sorted: the reference prints them in bytewise order, ours as they ran.
#   examples    in dib-run-parts' usage: Debian's package still names the old base directory there.
#   complaints  "FILE: line N: ..." by bash, which sources environment files for ours, too, where
#               they need it; ours says the same in its own words.
# On the reference's
#   xtrace      "+ ..." lines: bash tells each command of an environment file, with its values.
#   choices     in the usage error of a wrong one: those of Python 3.13 have no quotes.
#   more of it  of bash: "FILE: INTERPRETER: bad interpreter: ..." and "Terminated" of scripts.
#   usage       of os-refresh-config, before an error: ours names --help after it.
#   runner      dib-run-parts' usage within os-refresh-config: ours calls no runner there.
# On ours
#   more words  lines that the reference has not: what failed and how, what was left out, what an
#               environment file set, the summary at the end.
#   profile     of a run that failed: the reference prints none.
#   advice      at the end of the message of a held lock, and after an error of the command line.
# What ours says instead is for the tests that name both sides.

function is_ours_alone(line) {
	return line ~ / (ERROR:|\[ERROR\]) Script .+ (failed with|was killed by|could not be started)/ ||
		line ~ / (ERROR:|\[ERROR\]) Environment file / ||
		line ~ / (WARN:|\[WARN\]|\[DEBUG\]) Left out / ||
		line ~ /^(dib-run-parts|\[\] \(os-refresh-config\) \[INFO\]) Environment file .+ sets: / ||
		line ~ / \[DEBUG\] Environment: / ||
		line ~ / \[INFO\] Phase [a-z-]+: [0-9]+ scripts? run, [0-9]+ left out, / ||
		line ~ / \[ERROR\] (Phase [a-z-]+ failed( before any script ran)?: |To run it again: )/
}

# Insertion sort: a profile is short, and awk has none.
function add_row(line,    i) {
	sub(/[0-9]\.[0-9][0-9][0-9]$/, "0.000", line)
	for (i = rows++; i > 0 && row[i - 1] > line; i--)
		row[i] = row[i - 1]
	row[i] = line
}

function flush_rows(    i) {
	for (i = 0; i < rows; i++)
		print row[i]
	rows = 0
}

{
	sub(/\[[-0-9]+ [0-9:]+,[0-9][0-9][0-9]\] /, "[] ")
	dated = sub(/dib-run-parts [A-Z][a-z]+ [A-Z][a-z]+ [ 0-9][0-9] [0-9:]+ [^ ]+ [0-9]+ /,
		"dib-run-parts ")
	if (side == "ours")
		sub(/; --wait waits for it; do not remove the file$/, "")
}

/^\[\] \(os-refresh-config\)/ { in_tool = 1 }

side == "reference" && /^usage: os-refresh-config/ { in_usage = 1; next }
in_usage && /^ / { next }
{ in_usage = 0 }
side == "ours" && /^See os-refresh-config --help\.$/ { next }
side == "ours" { sub(/; did you mean --[a-z-]+\?$/, "") }
side == "ours" && / error: argument / { sub(/ \(seconds, or 90s, 5m, 1\.5h\)$/, "") }

/^      dib-run-parts / {
	sub(/\/(opt\/stack\/os-config-refresh|usr\/libexec\/os-refresh-config)\//, "BASE/")
}

side == "reference" && /^\++ / { next }
side == "reference" && match($0, / \(choose from [A-Z, ]+\)$/) {
	choices = substr($0, RSTART)
	gsub(/[A-Z]+/, "'&'", choices)
	$0 = substr($0, 1, RSTART - 1) choices
}
side == "reference" && /: bad interpreter: |^Terminated$/ { next }
/: line [0-9]+: / { next }
side == "reference" && in_tool && /^Usage: dib-run-parts / { in_runner_usage = 1 }
in_runner_usage {
	in_runner_usage = !/^      dib-run-parts BASE/ # its last line
	next
}

side == "ours" && is_ours_alone($0) { next }

side == "ours" { sub(/; --wait waits for it; do not remove the file$/, "") }

# A script that was begun and is not completed when a profile begins has failed.
dated && / Running / { unfinished = 1 }
dated && / completed$/ { unfinished = 0 }
dated && / -+ PROFILING -+$/ { in_profile = 1 }
in_profile && side == "ours" && unfinished {
	if (/ -+ END PROFILING -+$/)
		in_profile = unfinished = 0
	next
}
in_profile && / -+ END PROFILING -+$/ { in_profile = in_rows = 0 }
in_rows && !/^dib-run-parts $/ { add_row($0); next }
in_rows && rows > 0 { flush_rows(); in_rows = 0 }
in_profile && / -------+  -------+$/ { in_rows = 1 }

{ print }
