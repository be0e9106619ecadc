#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Limits in all their forms, the ladder from SIGTERM to SIGKILL, and what belongs to a script.
# shellcheck disable=SC2016,SC2153 # the bodies of scripts; LIMIT is set in lib.sh

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

HANG='echo $$ >self; exec sleep 1000'

# ---- a limit for each script

# expect_lasted SECONDS SCRIPT: that long at least, until it was killed.
expect_lasted() {
	lasted=$(sed -nE "s|.*Script $2 was killed by signal 9 \(SIGKILL\) after ([0-9.]+) s \\(process .*|\1|p" "$SUITE/err")
	assertTrue "lasted '$lasted' s" "[ -n '$lasted' ] && awk 'BEGIN { exit !(${lasted:-0} >= $1) }'"
}

# Both the first script and the handler take some time from nobody else's.
test_a_script_has_its_own_limit() {
	script base/pre-configure.d/10-a 'sleep 0.2'
	script base/configure.d/10-a "$HANG"
	script base/configure.d/20-b 'echo wrong'
	script base/error.d/10-e 'sleep 0.2; echo handled'
	with_limits 'orc --script-timeout $LIMIT' grep -q '10-e completed' "$SUITE/err"
	expect 1 handled
	expect_line ".*\[ERROR\] Script base/configure.d/10-a exceeded its time limit of $LIMIT s \\(--script-timeout\\)"
	expect_lasted "$LIMIT" base/configure.d/10-a
	expect_line '.*returned non-zero exit status 137\.\].*'
	expect_no_log 'Timeout reached'
	expect_gone self
}

test_dib_run_parts_takes_the_same_options() {
	script d/10-a "$HANG"
	script d/20-b 'echo wrong'
	with_limits 'run dib-run-parts --script-timeout=$LIMIT d' test -s self
	expect 137 ''
	expect_log "Script d/10-a exceeded its time limit of $LIMIT s (--script-timeout)"
	expect_gone self
	run dib-run-parts --timeout 0.3s --kill-after 1m d
	expect 143 ''
	expect_log 'Timeout reached: 0.300s. Sending SIGTERM (SIGKILL after 60 s) to all children'
	expect_log 'was killed by signal 15 (SIGTERM)'
}

test_run_parts_goes_on_after_a_script_that_took_too_long() {
	script d/1 "$HANG"
	script d/2 'echo two'
	with_limits 'run run-parts --script-timeout $LIMIT d' grep -qx two "$SUITE/out"
	expect 1 two
	expect_stderr "run-parts: d/1 exceeded its limit of $LIMIT s
run-parts: d/1 exited because of uncaught signal 9"
	expect_gone self
}

test_run_parts_ends_with_its_time() {
	script d/1 "$HANG"
	script d/2 'echo two'
	with_limits 'run run-parts --timeout $LIMIT d' test -s self
	expect 1 ''
	expect_log "run-parts: exceeded the time limit of $LIMIT s"
	expect_gone self
}

test_the_earlier_limit_counts() {
	script d/1 "$HANG"
	run dib-run-parts --script-timeout 500 --timeout 0.3 d
	expect_log 'Timeout reached: 0.300s.'
	run dib-run-parts --script-timeout 0.3 --timeout 500 d
	expect_log 'exceeded its time limit of 0.300 s (--script-timeout)'
	expect_no_log 'Timeout reached'
}

test_no_limit_is_none() {
	script d/1 'echo one'
	for options in '--timeout 0' '--timeout -1' '--script-timeout 0' '--timeout 0 --kill-after 0'; do
		# shellcheck disable=SC2086 # words
		run dib-run-parts $options d
		assertEquals "$options" '0 one' "$RC $(cat "$SUITE/out")"
	done
}

test_what_is_no_time_is_an_error() {
	script d/1 'echo one'
	run dib-run-parts --timeout soon d
	expect 1 ''
	expect_log "dib-run-parts: argument --timeout: invalid time 'soon' (seconds, or 90s, 5m, 1.5h)"
	run run-parts --script-timeout=5d d
	expect 1 ''
	expect_log "run-parts: argument --script-timeout: invalid time '5d' (seconds, or 90s, 5m, 1.5h)"
	orc --kill-after ''
	expect 2 ''
	expect_log "os-refresh-config: error: argument --kill-after: invalid int value: '' (seconds, or 90s, 5m, 1.5h)"
	for option in --kill-after --script-timeout --error-timeout --wait; do
		for time in -1 -0.5s 99999999999h; do
			orc $option=$time
			expect 2 ''
			expect_log "os-refresh-config: error: argument $option: invalid int value: '$time' ("
		done
	done
}

# Ours must not make ambiguous what debianutils takes.
test_beginnings_of_run_parts_options_mean_what_they_did() {
	script d/1 'cat'
	for option in --t --te --test; do
		run run-parts $option d
		expect 0 d/1
	done
	for option in --s --st --stdin; do
		echo read | run-parts $option d >out
		assertEquals "$option" read "$(cat out)"
	done
	run run-parts --str d
	expect 0 ''
}

# ---- the ladder

test_the_script_may_clean_up_in_its_grace() {
	script base/configure.d/10-a 'sleep 1000 & trap "echo cleaned; kill $!; exit 0" TERM; wait'
	script base/error.d/10-e 'echo handled'
	with_limits 'orc --script-timeout $LIMIT --kill-after 60' grep -qx cleaned "$SUITE/out"
	expect 1 'cleaned
handled'
	expect_line '.*Script base/configure.d/10-a was stopped at the time limit, after .* s \(process [0-9]+(; also killed: [0-9]+)?\)'
}

test_run_parts_tells_of_a_limit_after_which_the_script_ended_by_itself() {
	script d/10-a 'sleep 1000 & trap "echo cleaned; kill $!; exit 5" TERM; wait'
	with_limits 'run run-parts --script-timeout $LIMIT --kill-after 60 d' grep -qx cleaned "$SUITE/out"
	expect 5 cleaned
	expect_line 'run-parts: d/10-a was stopped at the limit, return code 5(; also killed: [0-9]+)?'
}

test_what_the_script_leaves_is_asked_as_well() {
	script trapper 'sleep 1000 & trap "echo trapped; kill $!; exit" TERM; echo >begun; wait'
	script d/1 './trapper & while [ ! -e begun ]; do sleep 0.02; done; exec sleep 1000'
	with_limits 'run dib-run-parts --timeout $LIMIT --kill-after 60 d' test -e begun
	expect 143 trapped
}

test_who_ignores_it_is_killed_in_the_end() {
	script d/1 'trap "" TERM; echo $$ >self; sleep 1000 & echo $! >child; wait'
	with_limits 'run dib-run-parts --timeout $LIMIT --kill-after 0.3 d' test -s child
	expect 137 ''
	expect_lasted "$LIMIT + 0.3" d/1
	expect_gone self child
}

test_a_signal_to_us_leaves_time_as_well() {
	script d/1 'sleep 1000 & trap "echo cleaned; kill $!; exit 3" TERM; kill -TERM $PPID; wait'
	script d/2 'echo wrong'
	run default_signals dib-run-parts --kill-after 60 d
	expect 143 cleaned
	expect_log 'Terminated by SIGTERM'
}

# Even when its time is up already.
test_a_signal_in_the_grace_of_a_limit_is_passed_on() {
	script d/1 'trap "echo >late" TERM; trap "echo told; exit" HUP; echo >begun
		while :; do sleep 0.02; done'
	with_limits 'start_with_limit; wait_until is_late' test -s late
	kill -HUP "$PID"
	wait "$PID"
	RC=$?
	assertEquals "status; $(cat err)" '129 told' "$RC $(cat out)"
}
start_with_limit() {
	env --default-signal dib-run-parts --script-timeout "$LIMIT" --kill-after 60 d >out 2>err &
	PID=$!
	PIDS="$PIDS $PID"
}
is_late() {
	[ -s late ] || is_gone "$PID"
}

test_the_end_of_time_between_scripts_is_told_as_ever() {
	script d/1 'echo one'
	run run-parts --timeout 0.000001 d
	expect 1 ''
	run dib-run-parts --timeout 0.000001 d
	expect 137 ''
}

test_the_shell_of_environment_files_has_the_same_limits() {
	has_program bash || {
		echo 'skipped: no bash'
		return 0
	}
	script d/1 'echo wrong'
	file environment.d/1 'sleep 1000 & trap "kill $!; exit 1" TERM; wait\n'
	run dib-run-parts --timeout 0.5 --kill-after 60 d
	expect 137 ''
	expect_log 'Timeout reached: 0.500s.'
	expect_log 'Environment file environment.d/1: a shell was still reading it at the time limit'
}

test_without_a_grace_nobody_is_asked() {
	script d/1 'trap "echo asked" TERM; echo >begun; while :; do sleep 0.02; done'
	with_limits 'run dib-run-parts --timeout $LIMIT d' test -e begun
	expect 137 ''
}

test_the_processes_killed_are_named() {
	script d/1 'echo $$ >self; sleep 1000 & echo $! >child; wait'
	with_limits 'rm -f child; run dib-run-parts --timeout $LIMIT d' test -s child
	expect_line ".*Script d/1 was killed by signal 9 .* \(process $(cat self); also killed: $(cat child)\)"
	expect_log 'Sending SIGKILL to all children'
	expect_no_log 'SIGTERM'
}

test_a_signal_that_is_not_ours() {
	for signal in 'KILL; not by us: out of memory?' 'SEGV; not by us'; do
		script d/1 "kill -${signal%%;*} \$\$"
		run dib-run-parts d
		assertContains "$(cat "$SUITE/err")" "; ${signal#*; })"
	done
}

test_of_many_processes_sixteen_are_named() {
	script d/1 'i=0; while [ $i -lt 20 ]; do sleep 1000 & i=$((i + 1)); done; echo >begun; wait'
	with_limits 'run dib-run-parts --timeout $LIMIT d' test -e begun
	expect_line '.*\(process [0-9]+; also killed:( [0-9]+){16} and 4 more\)'
}

# ---- whose processes: a daemon of an earlier script gives the later ones a shim

# daemon: script d/1 leaves one behind that starts an orphan, "late", once there is "go".
daemon() {
	script daemon 'echo $$ >daemon.pid; while [ ! -e go ]; do sleep 0.02; done
		(sleep 1000 & echo $! >late); exec sleep 1000'
	script d/1 '(./daemon >/dev/null 2>&1 &); while [ ! -s daemon.pid ]; do sleep 0.02; done'
}

run_daemon() {
	rm -f daemon.pid go late orphan self
	run dib-run-parts "$@" d
	PIDS="$PIDS $(cat daemon.pid late 2>/dev/null)"
}

test_what_an_earlier_daemon_starts_stays() {
	daemon
	script d/2 '>go; while [ ! -s late ]; do sleep 0.02; done; echo $$ >self
		(sleep 1000 & echo $! >orphan); exec sleep 1000'
	with_limits 'run_daemon --script-timeout $LIMIT' test -s orphan
	expect 137
	expect_gone self orphan
	assertFalse 'the daemon was killed' "is_gone $(cat daemon.pid)"
	assertFalse 'what it started was killed' "is_gone $(cat late)"
}

test_beside_a_daemon_all_ends_are_told_as_ever() {
	daemon
	script d/2 'exit 7'
	script d/3 'kill -SEGV $$'
	file d/4 ''
	chmod 755 d/4
	script d/5 'echo five; echo $PPID >shim'
	run run-parts d
	PIDS=$(cat daemon.pid)
	expect 1 five
	expect_stderr 'run-parts: d/2 exited with return code 7
run-parts: d/3 exited because of uncaught signal 11
run-parts: failed to exec d/4: Exec format error
run-parts: d/4 exited with return code 1'
	assertTrue 'no shim is left' "is_gone $(cat shim)"
}

test_beside_a_daemon_output_is_passed_on() {
	daemon
	script d/2 'echo two; echo err >&2'
	run run-parts --report d
	PIDS=$(cat daemon.pid)
	expect 0 'd/2:
two'
	expect_stderr err
}

# ---- when we are killed

# killed SCRIPT...: kills us while "self" runs, and waits for the end of the processes in these files.
killed() {
	dib-run-parts d >/dev/null 2>&1 &
	OURS=$!
	PIDS="$PIDS $OURS"
	wait_until test -s self
	kill -9 "$OURS"
	wait "$OURS" 2>/dev/null
	for file; do
		PIDS="$PIDS $(cat "$file")"
		wait_until is_gone "$(cat "$file")"
	done
}

test_the_script_does_not_outlive_us() {
	script d/1 "$HANG"
	killed self
}

test_a_shim_ends_all_of_the_script() {
	daemon
	script d/2 'sleep 1000 & echo $! >child; echo $$ >self; wait'
	killed self child
	PIDS="$PIDS $(cat daemon.pid)"
	assertFalse 'the daemon was killed' "is_gone $(cat daemon.pid)"
}

# shellcheck source=/dev/null
. shunit2
