#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is reported about scripts that run side by side: lists, the event log, the profile, the line of
# progress, the summary, and pictures.

# shellcheck disable=SC2016 # the bodies of scripts

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

READERS=$TESTS/../applets/integration/events

has_jobs() {
	os-refresh-config --help 2>&1 | grep -q -e '--jobs' && return 0
	echo 'skipped: --jobs is not built in'
	return 1
}

# lines TEXT...: they have a tab where the text has a blank.
lines() {
	printf '%s\n' "$@" | tr ' ' '\t'
}

# Every script that would run has the number of its group, those alone as well, from 1 in each phase.
test_a_list_has_the_groups() {
	has_jobs || return 0
	for name in configure.d/010-a configure.d/10-b configure.d/20-c configure.d/20-d.conf \
		configure.d/20-e configure.d/none configure.d/none-2 migration.d/1 migration.d/2; do
		script base/$name 'exit 0'
	done
	orc --dry-run --jobs 2
	phases=$(lines 'configure base/configure.d/none 1' 'configure base/configure.d/none-2 2' \
		'configure base/configure.d/010-a 3' 'configure base/configure.d/10-b 3' \
		'configure base/configure.d/20-c 4' 'configure base/configure.d/20-e 4' \
		'migration base/migration.d/1 1' 'migration base/migration.d/2 2')
	expect 0 "$phases"
	run env OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --dry-run --jobs=3 configure migration
	expect 0 "$phases"
	run dib-run-parts --jobs 2 --list base/configure.d
	expect 0 "$(echo "$phases" | sed -n 's/^configure.//p')"
	# Several directories are one set.
	mkdir other
	mv base/configure.d/010-a other
	for option in --test --list; do
		run run-parts $option --order=numeric --jobs 256 other base/configure.d
		expect 0 "$(lines 'base/configure.d/none 1' 'base/configure.d/none-2 2' 'other/010-a 3' \
			'base/configure.d/10-b 3' 'base/configure.d/20-c 4' 'base/configure.d/20-e 4')"
	done
}

# Without --jobs, and with one job, lists are as ever.
test_a_list_without_jobs_has_no_groups() {
	has_jobs || return 0
	script base/configure.d/1-a 'exit 0'
	script base/configure.d/1-b 'exit 0'
	for option in --jobs=1 --quiet; do
		orc --dry-run $option
		expect 0 "$(lines 'configure base/configure.d/1-a' 'configure base/configure.d/1-b')"
	done
	run run-parts --test --jobs 1 base/configure.d
	expect 0 "$(lines base/configure.d/1-a base/configure.d/1-b)"
}

# meet N: for a script: it goes on when N scripts of its number have come here.
MEET='meet() {
	name=${0##*/}
	: >"met.$name"
	until [ "$(ls "met.${name%%-*}-"* | wc -l)" -ge "$1" ]; do sleep 0.01; done
}
'

# make_groups: two scripts that run at the same time, one alone, and two of which the one that is first
# in order fails, after the other one has failed.
make_groups() {
	script base/configure.d/10-a "$MEET"'meet 2'
	script base/configure.d/10-b "$MEET"'meet 2'
	script base/configure.d/20-c 'exit 0'
	script base/configure.d/30-d 'until grep -q "\"part-end\".*30-e" events; do sleep 0.01; done; exit 4'
	script base/configure.d/30-e 'exit 5'
	script base/configure.d/40-f 'exit 0'
	script base/error.d/1-a 'exit 0'
	script base/error.d/1-b 'exit 0'
}

test_the_event_log_has_the_groups() {
	has_jobs || return 0
	make_groups
	orc --jobs 2 --events events
	expect 1 ''
	python3 "$TESTS/tools/events_check.py" events >/dev/null 2>"$SUITE/err" || fail "$(cat "$SUITE/err")"
	assertEquals '1 10-a
1 10-b
2 20-c
3 30-d
3 30-e
1 1-a
1 1-b' "$(sed -n 's|.*"part-start".*,"path":".*/\(.*\)","group":\([0-9]*\)}$|\2 \1|p' events)"
	assertEquals '1 10-a
1 10-b
2 20-c
3 30-d
3 30-e' "$(sed -n 's|.*"part-end".*configure\.d/\(.*\)","group":\([0-9]*\),"pid":.*|\2 \1|p' events | sort)"
	assertEquals 'only these' 14 "$(grep -c '"group"' events)"
	assertEquals 'two at a time' 1 \
		"$(grep -o '"part-[a-z]*".*/10-' events | head -n 2 | cut -c 2-11 | sort -u | grep -cx part-start)"
	rm events met.*
	rm -r base/configure.d
	script base/configure.d/1-a 'exit 0'
	script base/configure.d/1-b 'exit 0'
	orc --jobs 1 --events events
	expect 0 ''
	assertEquals 'none with one job' '' "$(grep '"group"' events)"
}

# A script that is gone when it is its turn ends nothing of the numbers.
test_a_group_that_is_cut_short_keeps_its_number() {
	has_jobs || return 0
	script d/1-a 'rm d/1-b'
	script d/1-b 'exit 0'
	script d/1-c 'exit 0'
	script d/2-d 'exit 0'
	run run-parts --order=numeric --test --jobs 2 d
	expect 0 "$(lines 'd/1-a 1' 'd/1-b 1' 'd/1-c 1' 'd/2-d 2')"
	rm d/1-b
	mkfifo d/1-b
	run run-parts --order=numeric --test --jobs 2 d
	expect 1 "$(lines 'd/1-a 1' 'd/1-c 1' 'd/2-d 2')"
	run run-parts --order=numeric --jobs 2 --events events d
	expect 0 ''
	expect_log 'd/1-b: No such file or directory'
	assertEquals '1-a 1
1-c 1
2-d 2' "$(sed -n 's|.*"part-start".*"d/\(.*\)","group":\(.*\)}|\1 \2|p' events)"
}

# The readers of the log take scripts side by side.
test_the_readers_of_the_log() {
	has_jobs || return 0
	has_program jq || {
		echo 'skipped: jq is not installed'
		return
	}
	make_groups
	orc --jobs 2 --events events
	jq -nRrf "$READERS/table.jq" events | sed -n 's|.* \(exit [0-9]\) .*/\([^/]*\)/|\1 \2/|p' |
		sort -t/ -k2 >table
	assertEquals 'exit 0 error.d/1-a
exit 0 error.d/1-b
exit 0 configure.d/10-a
exit 0 configure.d/10-b
exit 0 configure.d/20-c
exit 4 configure.d/30-d
exit 5 configure.d/30-e' "$(cat table)"
	jq -nRrf "$READERS/prometheus.jq" events >metrics
	assertEquals 'both failures' 2 "$(grep -c 'script_exit_status{.*/30-d"} 4\|script_exit_status{.*/30-e"} 5' metrics)"
	jq -nRf "$READERS/otlp.jq" events >traces
	assertEquals '10-a begins before 10-b ends, and the other way round' true "$(jq '
		[.resourceSpans[].scopeSpans[].spans[] | select(.name | test("/10-[ab]$"))]
		| length == 2 and .[0].parentSpanId == .[1].parentSpanId and
			.[0].startTimeUnixNano < .[1].endTimeUnixNano and
			.[1].startTimeUnixNano < .[0].endTimeUnixNano' traces)"
	assertEquals 'each has its status' '1 10-a
1 10-b
1 20-c
2 30-d
2 30-e' "$(jq -r '.resourceSpans[].scopeSpans[].spans[] | select(.name | test("configure.d/")) |
		"\(.status.code) \(.name | sub(".*/"; ""))"' traces)"
}

# tables: the rows of the profile in milliseconds, and "END" after each table.
tables() {
	undated <"$SUITE/err" | sed -nE 's/^dib-run-parts (.*[^ ]) +([0-9]+)\.([0-9]{3})$/\2\3 \1/p
		s/^.* END PROFILING .*/END/p'
}

# The times of rows are rounded to milliseconds; their sum is that of what they were before.
test_the_profile_has_the_groups_and_their_sum() {
	has_jobs || return 0
	for name in 10-a 10-b 30-d 30-e; do
		script base/configure.d/$name "$MEET"'meet 2; sleep 0.1'
	done
	script base/configure.d/20-c 'exit 0'
	script base/configure.d/40-never 'exit 0'
	script base/migration.d/1-a "$MEET"'meet 2; sleep 0.1; exit 1'
	script base/migration.d/1-b "$MEET"'meet 2; sleep 0.1'
	script base/migration.d/2-d 'exit 0'
	orc --jobs 2
	tables >rows
	assertEquals '10-a
10-b
20-c
30-d
30-e
40-never
Group 1: 10-a to 10-b
Group 3: 30-d to 30-e
Sum of all scripts
Critical path: longest of each group
Wall clock
END
1-a
1-b
Group 1: 1-a to 1-b
Sum of all scripts
Critical path: longest of each group
Wall clock
END' "$(sed 's/^[0-9]* //' rows)"
	awk 'function wrong(what) { print FILENAME ":" NR ": " what ": " $0 }
		/^[0-9]+ [0-9]+-/ {
			sum += $1; n++
			number = $2; sub(/-.*/, "", number)
			of[number] += $1
			if (longest[number] < $1) longest[number] = $1
		}
		/ Group / {
			number = $4; sub(/-.*/, "", number)
			if ($1 < longest[number] - 1) wrong("shorter than the longest")
			if ($1 > of[number] - 90) wrong("nothing is saved")
			groups += $1
		}
		/ Sum / && ($1 < sum - n || $1 > sum + n) { wrong("not " sum) }
		/ Critical / {
			for (number in longest) path += longest[number]
			if ($1 < path - n || $1 > path + n) wrong("not " path)
		}
		/ Wall / && ($1 < groups - n || $1 < path - n) { wrong("shorter than groups or path") }
		/^END/ { sum = n = groups = path = 0; split("", of); split("", longest) }' rows >wrong
	assertEquals "$(cat rows)" '' "$(cat wrong)"
}

test_the_profile_is_as_ever_where_nothing_ran_side_by_side() {
	has_jobs || return 0
	script d/1-a 'exit 0'
	script d/1-b 'exit 0'
	script d/2-c 'exit 0'
	run dib-run-parts --jobs 1 d
	assertEquals '1-a 1-b 2-c END' "$(tables | sed 's/^[0-9]* //' | paste -sd ' ')"
	rm d/1-b
	run dib-run-parts --jobs 4 d
	assertEquals '1-a 2-c END' "$(tables | sed 's/^[0-9]* //' | paste -sd ' ')"
}

# on_terminal OPTION...: os-refresh-config with --capture; what stood on the terminal on the way is in
# "raw.states", and in the end in "screen".
on_terminal() {
	TERM=xterm python3 "$TESTS/tools/terminal.py" raw screen 80 \
		env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile lock --capture "$@"
	RC=$?
}

# stood PATTERN: for a script: it goes on when a line like this has stood on the terminal.
STOOD='stood() {
	until grep -qx "$1" raw.states; do sleep 0.02; done
}
'

test_the_line_of_progress_counts_those_that_run() {
	has_jobs || return 0
	script base/configure.d/10-a "$STOOD"'stood "\[configure 3/5, 3 running\] [0-9]* s"; echo printed'
	script base/configure.d/10-b "$STOOD"'stood "\[configure 3/5, 2 running\] [0-9]* s"'
	script base/configure.d/10-c "$STOOD"'stood "\[configure 3/5, 1 running\] [0-9]* s"'
	script base/configure.d/20-d "$STOOD"'stood "\[configure 4/5\] 20-d [0-9]* s"'
	script base/configure.d/30-e 'exit 0'
	on_terminal --jobs 4
	assertEquals 'status' 0 "$RC"
	assertFalse "gone: $(cat screen)" "grep -q '^\[configure' screen"
	assertTrue 'the output is whole' "grep -qx printed screen"
	rm -r base
	script base/configure.d/10-a "$STOOD"'stood "\[configure 1/2\] 10-a [0-9]* s"'
	script base/configure.d/10-b "$STOOD"'stood "\[configure 2/2\] 10-b [0-9]* s"'
	on_terminal --jobs 1
	assertEquals 'status' 0 "$RC"
}

# Lines that come at once are ended where the script does not.
test_progress_behind_a_line_that_was_not_ended() {
	has_jobs || return 0
	script base/configure.d/10-a 'printf "no end"'
	script base/configure.d/10-b "$STOOD"'stood "\[configure 2/2, 1 running\] [0-9]* s"'
	for way in live prefixed; do
		on_terminal --jobs 2 --output $way
		assertEquals "$way" 0 "$RC"
	done
}

# Seconds count from the start of the first of those that run side by side.
test_the_seconds_are_those_of_the_group() {
	has_jobs || return 0
	script base/configure.d/10-a "$STOOD"'stood "\[configure 3/3, 2 running\] [2-9][0-9]* s"'
	script base/configure.d/10-b "sleep 2.1"
	script base/configure.d/10-c "$STOOD"'stood "\[configure 3/3, 2 running\] [2-9][0-9]* s"'
	on_terminal --jobs 2
	assertEquals 'status' 0 "$RC"
	assertFalse 'not those of the last start' "grep -qx '\[configure 3/3, 2 running\] [01] s' raw.states"
}

# Numbers that are equal on purpose are no finding.
test_a_check_with_jobs() {
	has_jobs || return 0
	script base/configure.d/10-a 'exit 0'
	script base/configure.d/10-b 'exit 0'
	orc --check
	expect 1
	assertContains "$(cat "$SUITE/out")" '10-b: it has the same number as 10-a'
	orc --check --jobs 1
	expect 1
	orc --check --jobs 2
	expect 0 ''
}

# Of neighbours that fail, the first in order counts, whichever failed first.
test_the_summary_has_the_first_in_order() {
	has_jobs || return 0
	make_groups
	for last in d e; do
		rm -f events met.*
		[ $last = d ] || {
			script base/configure.d/30-d 'exit 4'
			script base/configure.d/30-e 'until grep -q "\"part-end\".*30-d" events; do sleep 0.01; done
				exit 5'
		}
		orc --jobs=3 --events events
		expect 1 ''
		expect_line '.*\[ERROR\] Script base/configure.d/30-d failed with exit status 4 after .* s'
		expect_line '.*\[ERROR\] Script base/configure.d/30-e failed with exit status 5 after .* s'
		expect_line '.*\[ERROR\] Phase configure failed: script base/configure.d/30-d failed with exit status 4 after .*'
		expect_line '.* refresh-phase --lockfile .* --from 30-d configure .*'
		expect_line '.*\[INFO\] Phase configure: 5 scripts run, 0 left out, .*'
	done
}

# The checker of pictures has no two bars meet. Here, those of neighbours are at the same time, in rows of
# their own, and one that is alone is at another time.
test_the_picture_shows_what_overlapped() {
	has_jobs && has_applet refresh-plot || return 0
	for name in 10-a 10-b 10-c; do
		script base/configure.d/$name "$MEET"'meet 3; sleep 0.1'
	done
	script base/configure.d/20-d 'sleep 0.1'
	orc --jobs 3 --events events
	expect 0 ''
	refresh-plot events >svg
	assertEquals 'scripts, at once at most, with labels' '4 3 4' \
		"$(python3 "$TESTS/tools/plot_check.py" events svg 2>&1)"
	grep -qF ' 4 scripts, up to 3 at once' svg || fail "$(cat svg)"
	bars configure.d/10-a configure.d/10-b >pairs
	bars configure.d/10-b configure.d/10-c >>pairs
	assertEquals 'the same time in other rows' 'True False
True False' "$(cat pairs)"
	assertEquals 'another time' 'False' "$(bars configure.d/10-a configure.d/20-d | cut -d' ' -f1)"
}
# bars PATH PATH: whether the two are at the same time somewhere, and whether at the same height.
bars() {
	python3 -c 'import sys
from xml.etree import ElementTree
SVG = "{http://www.w3.org/2000/svg}"
found = {}
for group in ElementTree.parse("svg").getroot().findall(SVG + "g"):
    rect = group.findall(SVG + "rect")[-1]
    x, y, width, height = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
    found[group[0].text.split("\n")[0]] = x, x + width, y, y + height
a, b = (next(box for path, box in found.items() if path.endswith(word)) for word in sys.argv[1:])
print(a[0] < b[1] and b[0] < a[1], a[2] < b[3] and b[2] < a[3])' "$@"
}

# shellcheck source=/dev/null
. shunit2
