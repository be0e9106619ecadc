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
	assertEquals '[] (os-refresh-config) [INFO] Phase pre-configure: 1 script run, 0 left out, 0.000 s
[] (os-refresh-config) [INFO] Phase configure: 2 scripts run, 2 left out, 0.000 s
[] (os-refresh-config) [INFO] Phase migration: 0 scripts run, 0 left out, 0.000 s' "$(last_lines 3)"
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
	configure=$(sed -n 's/.* Phase configure: .* left out, \(.*\) s/\1/p' "$SUITE/err")
	migration=$(sed -n 's/.* Phase migration: .* left out, \(.*\) s/\1/p' "$SUITE/err")
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
[] (os-refresh-config) [INFO] Phase configure: 2 scripts run, 0 left out, 0.000 s
[] (os-refresh-config) [INFO] Phase error: 1 script run, 0 left out, 0.000 s
[] (os-refresh-config) [ERROR] Phase configure failed: script base/configure.d/2 failed with exit status 42 after 0.000 s
[] (os-refresh-config) [ERROR] The event log is events
[] (os-refresh-config) [ERROR] To run it again: OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --lockfile '"$HERE/lock"' --from 2 configure post-configure migration' "$(last_lines 6)"
}

# again [SHELL]: follows the advice of the last run.
again() {
	sed -n 's/.*To run it again: //p' "$SUITE/err" >advice
	run "${1-sh}" advice
}

# Followed to the letter, it runs all that did not succeed, in the same place under the same lock.
test_the_advice_runs_the_rest() {
	for phase in pre-configure configure post-configure migration; do
		script base/$phase.d/1 "echo $phase"
	done
	script base/configure.d/2 'cat lock; [ -e mended ]'
	script base/configure.d/3 'echo three'
	orc
	expect 1
	: >mended
	again
	expect 0
	assertContains "$(cat "$SUITE/out")" 'Locked by'
	assertEquals 'three post-configure migration' "$(grep -v Locked "$SUITE/out" | paste -sd ' ')"
	rm mended
	run env OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --lockfile lock migration configure migration
	expect 1
	expect_log 'To run it again: OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --lockfile lock --from 2 configure migration'
	run env OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --lockfile lock --only='?' configure
	expect 1
	expect_log "refresh-phase --lockfile lock --only '?' configure"
	run env OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --lockfile lock --from=2 configure
	expect 1
	expect_log 'refresh-phase --lockfile lock --from 2 configure'
	run env OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --no-error-handlers --lockfile lock configure
	expect 1
	expect_log 'refresh-phase --no-error-handlers --lockfile lock --from 2 configure'
}

# A name that only the expression allows is not found without it.
test_the_advice_has_the_expression() {
	script base/configure.d/1.sh '[ -e mended ] && echo ran'
	run env OS_REFRESH_CONFIG_BASE_DIR=base RUN_PARTS_REGEX='.sh$' refresh-phase --lockfile lock configure
	expect 1
	: >mended
	again
	expect 0 ran
}

# A choice by --from is for the phase that it was for, and not for a later one that fails.
test_the_advice_from_a_later_phase() {
	script base/configure.d/1 'exit 1'
	script base/configure.d/2 'exit 0'
	mkdir base/migration.d
	file base/environment.d/1 '[ "$OS_REFRESH_CONFIG_PHASE" != migration ]\n'
	run env OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --lockfile lock --from 2 configure migration
	expect 1
	expect_line '.*To run it again: OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --lockfile lock migration'
}

test_the_advice_is_quoted() {
	cd "$HERE" || return
	script "it's a base/migration.d/1" '[ -e mended ] && echo ran'
	BASE="it's a base" orc --lockfile '$(touch wrong)'
	expect 1
	: >mended
	again
	expect 0 ran
	assertFalse 'what is in the name runs' '[ -e wrong ]'
	rm mended
	mv "it's a base" "$(printf 'back\\slash\n\302\205\047')"
	BASE=$(printf 'back\\slash\n\302\205\047') orc --lockfile ./lock
	expect 1
	: >mended
	again bash
	expect 0 ran
}

# Nothing is said of a default.
test_the_advice_has_what_was_given() {
	may_mount || return 0
	script base/configure.d/1 'exit 1'
	run unshare -m sh -c 'mount -t tmpfs none /var/run && mount -t tmpfs none /usr/libexec &&
		cp -a base /usr/libexec/os-refresh-config && exec os-refresh-config'
	expect 1
	expect_line '.*To run it again: refresh-phase --from 1 configure post-configure migration'
}
may_mount() {
	[ -d /usr/libexec ] && unshare -m sh -c 'mount -t tmpfs none /var/run' 2>/dev/null && return 0
	echo 'skipped: may not mount'
	return 1
}

test_a_signal_and_a_limit() {
	script base/configure.d/1 'kill -SEGV $$'
	orc
	expect 1 ''
	expect_line '.*\[ERROR\] Phase configure failed: script base/configure\.d/1 was killed by signal 11 \(SIGSEGV\) after .* s'
	script base/configure.d/1 'sleep 100'
	orc --timeout 0.2
	expect 1 ''
	expect_line '.*\[ERROR\] Phase configure failed: script base/configure\.d/1 exceeded a time limit after (0\.[2-9]|[1-9]).* s'
	expect_no_log 'event log'
}

test_what_is_no_script_can_fail() {
	script base/configure.d/1 'exit 0'
	file base/environment.d/1 'if\n'
	script base/error.d/1 'exit 1'
	orc
	expect 1 ''
	expect_line '.*\[ERROR\] Phase configure failed before any script ran: Environment file base/environment.d/1:2: unexpected end of the file'
	expect_line '.*\[ERROR\] To run it again: .* refresh-phase .* configure post-configure migration'
}

test_what_is_no_directory_can_fail() {
	file base/configure.d ''
	orc
	expect 1 ''
	expect_log 'Phase configure failed before any script ran: Scripts directory [base/configure.d] must exist and be a directory'
}

test_no_event_log_is_named_that_is_none() {
	script base/configure.d/1 'exit 1'
	orc --events nowhere/events
	expect 1 ''
	expect_log '[WARN] Cannot write the event log nowhere/events: No such file or directory'
	expect_no_log 'The event log is'
}

test_a_phase_that_was_broken_off() {
	script base/configure.d/1 'kill $PPID; sleep 100'
	orc
	expect 143 ''
	expect_line '.*\[INFO\] Phase configure: 1 script run, 0 left out, .*'
	expect_no_log 'To run it again'
}

test_phases_that_are_named_often_are_one_line() {
	script base/configure.d/1 'exit 0'
	run env OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase --lockfile lock configure configure \
		configure configure configure configure configure configure configure configure
	expect 0 ''
	expect_line '.*\[INFO\] Phase configure: 10 scripts run, 0 left out, .*'
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
