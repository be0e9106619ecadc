#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The lines that end the log of os-refresh-config and refresh-phase.
. "$(dirname "$0")/lib.sh"

# last_lines N: of stderr, without dates and seconds.
last_lines() {
	undated <"$SUITE/err" | tail -n "$1" | sed -E 's/[0-9]+\.[0-9]{3}/0.000/'
}

test_a_line_for_each_phase() {
	script base/pre-configure.d/1 'exit 0'
	script base/configure.d/1 'exit 0'
	script base/configure.d/2 'exit 0'
	script base/configure.d/README.sh 'exit 0'
	mkdir base/configure.d/folder
	mkdir base/migration.d
	orc
	expect 0 ''
	assertEquals '[] (os-refresh-config) [INFO] Phase pre-configure: scripts run 1, left out 0, seconds 0.000
[] (os-refresh-config) [INFO] Phase configure: scripts run 2, left out 2, seconds 0.000
[] (os-refresh-config) [INFO] Phase migration: scripts run 0, left out 0, seconds 0.000' "$(last_lines 3)"
}

test_the_seconds_are_those_of_the_phase() {
	export LIMIT
	script base/configure.d/1 'sleep $LIMIT'
	script base/migration.d/1 'exit 0'
	with_limits orc is_shorter
	expect 0 ''
	assertTrue "$configure s" "awk 'BEGIN { exit !($configure >= $LIMIT) }'"
}
# is_shorter: the second phase has not the seconds of the first as well.
is_shorter() {
	configure=$(sed -n 's/.* Phase configure: .* seconds //p' "$SUITE/err")
	migration=$(sed -n 's/.* Phase migration: .* seconds //p' "$SUITE/err")
	awk "BEGIN { exit !(${migration:-0} > 0 && ${migration:-0} < $LIMIT) }"
}

test_what_failed() {
	script base/configure.d/1 'exit 0'
	script base/configure.d/2 'exit 42'
	script base/configure.d/3 'exit 0'
	script base/error.d/1 'exit 7'
	script base/error.d/2 'exit 0'
	orc --events events
	expect 1 ''
	assertEquals '[] (os-refresh-config) [ERROR] Aborting...
[] (os-refresh-config) [INFO] Phase configure: scripts run 2, left out 0, seconds 0.000
[] (os-refresh-config) [INFO] Phase error: scripts run 1, left out 0, seconds 0.000
[] (os-refresh-config) [ERROR] Phase configure failed: script base/configure.d/2, status 42 (exit) after 0.000 s
[] (os-refresh-config) [ERROR] The event log is events
[] (os-refresh-config) [ERROR] To run it again: refresh-phase configure' "$(last_lines 6)"
	script base/configure.d/2 'exit 0'
	# shellcheck disable=SC2046 # the words of the advice
	run env OS_REFRESH_CONFIG_BASE_DIR=base $(sed -n 's/.*To run it again: //p' "$SUITE/err") --lockfile lock
	expect 0 ''
	expect_line '.*\(refresh-phase\) \[INFO\] Phase configure: scripts run 3, .*'
}

test_a_signal_and_a_limit() {
	script base/configure.d/1 'kill -SEGV $$'
	orc
	expect 1 ''
	expect_line '.*\[ERROR\] Phase configure failed: script base/configure\.d/1, status 139 \(signal\) after .* s'
	script base/configure.d/1 'sleep 100'
	orc --timeout 0.2
	expect 1 ''
	expect_line '.*\[ERROR\] Phase configure failed: script base/configure\.d/1, status 137 \(timeout\) after (0\.[2-9]|[1-9]).* s'
	expect_no_log 'event log'
}

test_what_is_no_script_can_fail() {
	script base/configure.d/1 'exit 0'
	file base/environment.d/1 'if\n'
	script base/error.d/1 'exit 1'
	orc
	expect 1 ''
	expect_line '.*\[ERROR\] Phase configure failed, not by a script: see above'
	expect_line '.*\[ERROR\] To run it again: refresh-phase configure'
}

test_no_event_log_is_named_that_is_none() {
	script base/configure.d/1 'exit 1'
	orc --events nowhere/events
	expect 1 ''
	expect_log '[WARN] Event log nowhere/events: No such file or directory'
	expect_no_log 'The event log is'
}

test_a_phase_that_was_broken_off() {
	script base/configure.d/1 'kill $PPID; sleep 100'
	orc
	expect 143 ''
	expect_line '.*\[INFO\] Phase configure: scripts run 1, left out 0, .*'
	expect_no_log 'To run it again'
}

test_phases_that_are_named_often_are_one_line() {
	script base/configure.d/1 'exit 0'
	run env OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --lockfile lock configure configure \
		configure configure configure configure configure configure configure configure
	expect 0 ''
	expect_line '.*\[INFO\] Phase configure: scripts run 10, left out 0, .*'
}

test_others_have_none() {
	script scratch/1 'echo ran'
	run dib-run-parts scratch
	expect 0 ran
	expect_no_log 'Phase'
	mkdir base
	mv scratch base/configure.d
	orc --dry-run
	expect 0 'configure	base/configure.d/1'
	expect_no_log 'Phase'
	orc --log-level ERROR
	expect 0 ran
	expect_no_log 'Phase'
}

# shellcheck source=/dev/null
. shunit2
