#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# applets/integration/events: the jq programs that read event logs, over logs of real runs.
# shellcheck disable=SC2016,SC2034 # the shell of a script; orc of lib.sh reads BASE

. "$(dirname "$0")/lib.sh"

READERS=$TESTS/../applets/integration/events
# Where `make deps` has put it.
PROMTOOL=$TESTS/../build/promtool/promtool
# The name has a double quote, a backslash and a newline.
ODD='b "a\s
e'

# can_read: are the programs here that the tests need?
can_read() {
	has_program jq && has_applet os-refresh-config && has_applet refresh-phase && return
	echo 'skipped: there is no jq, or an applet is not built in'
	return 1
}

# make_log: the log "events" of three runs, and of one that has no end. The second one fails.
make_log() {
	can_read || return 1
	BASE=$ODD
	script "$ODD/configure.d/10-well" 'exit 0'
	script "$ODD/migration.d/10-last" 'kill -9 $$'
	script "$ODD/error.d/10-handler" 'exit 0'
	orc --events events
	expect 1
	script "$ODD/configure.d/20-slow" 'sleep 1000'
	orc --events events --script-timeout 1s
	expect 1
	rm "$ODD/configure.d/20-slow"
	rm -r "$ODD/migration.d"
	orc --events events
	expect 0
	printf '%s\n' '{"event":"run-start","run":7,"id":"0000beef","t":0.000000,"version":1,"time":1000000000.250000,"program":"os-refresh-config","path":"base"}' \
		'{"event":"phase-start","run":7,"id":"0000beef","t":0.500000,"phase":"configure","path":"base/configure.d"}' \
		'{"event":"part-start","run":7,"id":"0000beef","t":0.750000,"phase":"configure","path":"base/configure.d/10-a"}' >>events
	printf '%s' '{"event":"part-end","run":7,"id":"0000beef","t":0.8' >>events
}

# promtool_says FILE: its findings; nothing where there is none.
promtool_says() {
	"$PROMTOOL" check metrics <"$1" 2>&1
}

test_prometheus() {
	make_log || return 0
	jq -nRrf "$READERS/prometheus.jq" events >text || fail 'jq fails'
	assertContains "$(cat text)" 'refreshbox_run_exit_status{program="os-refresh-config"} 0'
	assertEquals 'scripts of the last run' \
		'refreshbox_script_exit_status{phase="configure",path="b \"a\\\\s\\ne/configure.d/10-well"} 0' \
		"$(grep '^refreshbox_script_exit_status' text)"
	assertEquals 'HELP and TYPE of each metric' \
		"$(grep -o '^refreshbox_[a-z_]*' text | sort | sed 'p' | uniq | sed 'p')" \
		"$(sed -nE 's/^# (HELP|TYPE) (refreshbox_[a-z_]*) .*/\2/p' text | sort)"
}

test_prometheus_of_a_run_that_fails() {
	make_log || return 0
	head -n "$(grep -n '"run-end"' events | sed -n '2s/:.*//p')" events >two
	jq -nRrf "$READERS/prometheus.jq" two >text
	grep -q '^refreshbox_run_exit_status{.*} 1$' text || fail "$(cat text)"
	grep -q '^refreshbox_script_exit_status{phase="configure",path=".*/20-slow"} 137$' text || fail "$(cat text)"
	grep -q '^refreshbox_script_exit_status{phase="error",path=".*/10-handler"} 0$' text || fail "$(cat text)"
	assertEquals 'an empty log' '' "$(jq -nRrf "$READERS/prometheus.jq" /dev/null)"
}

test_promtool_is_content() {
	make_log || return 0
	[ -x "$PROMTOOL" ] || {
		echo 'skipped: make deps could get no promtool'
		return 0
	}
	jq -nRrf "$READERS/prometheus.jq" events >text
	assertEquals '' "$(promtool_says text)"
	sed '/HELP refreshbox_script_exit_status/d' text >wrong
	assertContains "$(promtool_says wrong)" 'no help text'
	sed 's/\\"/"/' text >wrong
	assertContains "$(promtool_says wrong)" 'error while linting'
}

test_table() {
	make_log || return 0
	jq -nRrf "$READERS/table.jq" events >text || fail 'jq fails'
	sed -E 's/^[-0-9]{10} [0-9:]{8} //; s/run [0-9]+ [0-9a-f]{8}/run ID/; s/[0-9]+\.[0-9]{3} s$/N s/
		s/(configure|migration|error) +[0-9]+\.[0-9]{3} +/\1 N /' text >plain
	assertEquals 'os-refresh-config, run ID: no end in the log
os-refresh-config, run ID: status 1 after N s
  configure N exit 0       b "a\\s\ne/configure.d/10-well
  migration N signal 137   b "a\\s\ne/migration.d/10-last
  error N exit 0       b "a\\s\ne/error.d/10-handler
os-refresh-config, run ID: status 1 after N s
  configure N exit 0       b "a\\s\ne/configure.d/10-well
  configure N timeout 137  b "a\\s\ne/configure.d/20-slow
  error N exit 0       b "a\\s\ne/error.d/10-handler
os-refresh-config, run ID: status 0 after N s
  configure N exit 0       b "a\\s\ne/configure.d/10-well' "$(cat plain)"
}

test_table_of_what_is_no_script() {
	can_read || return 0
	BASE=none
	orc --events events
	assertContains "$(jq -nRrf "$READERS/table.jq" events)" \
		"  -               -         base         none: No such file or directory"
}

test_spans() {
	make_log || return 0
	jq -nRf "$READERS/otlp.jq" events >spans || fail 'jq fails'
	run python3 "$TESTS/tools/otlp_check.py" spans
	expect 0 'os-refresh-config 0
  configure 0
    base/configure.d/10-a 0
os-refresh-config 2
  configure 1
    b "a\\s\ne/configure.d/10-well 1
  migration 2
    b "a\\s\ne/migration.d/10-last 2
  error 1
    b "a\\s\ne/error.d/10-handler 1
os-refresh-config 2
  configure 2
    b "a\\s\ne/configure.d/10-well 1
    b "a\\s\ne/configure.d/20-slow 2
  error 1
    b "a\\s\ne/error.d/10-handler 1
os-refresh-config 1
  configure 1
    b "a\\s\ne/configure.d/10-well 1'
	# The times of a run are those of its events, to the microsecond.
	assertEquals 'from, to' '1000000000250000000 1000000001000000000' "$(jq -r \
		'.resourceSpans[0].scopeSpans[0].spans[0] | .startTimeUnixNano + " " + .endTimeUnixNano' spans)"
	jq '.resourceSpans[0].scopeSpans[0].spans[1].parentSpanId = "0123"' spans >wrong
	run python3 "$TESTS/tools/otlp_check.py" wrong
	expect 1
	jq '.resourceSpans[0].scopeSpans[0].spans[1].endTimeUnixNano = 1' spans >wrong
	run python3 "$TESTS/tools/otlp_check.py" wrong
	expect 1
}

# shellcheck source=/dev/null
. shunit2
