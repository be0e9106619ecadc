#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Processes: time limits, signals, orphans, and standard streams that are closed, gone or full.
# shellcheck disable=SC2016,SC2086 # the bodies of scripts; words to be split

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

ORC='env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile lock'

# clean_orc [OPTION]...: as orc, with no signal ignored, whatever runs these tests.
clean_orc() {
	run default_signals $ORC "$@"
}

# The lock is free, and nothing is in it.
expect_unlocked() {
	assertEquals 'lock' '' "$(cat lock)"
	mkdir -p nothing
	BASE=nothing orc --lockfile lock
	assertEquals "lock: $(cat "$SUITE/err")" 0 "$RC"
}

# ---- time limits

# limited COMMAND...: runs with a time limit, LIMIT, within which COMMAND comes to be true. How long
# that takes depends on the machine: from 1 s the limit is doubled until it is enough.
limited() {
	for LIMIT in 1 2 4 8 16 32 64; do
		clean_orc --timeout "$LIMIT"
		"$@" && return
		PIDS="$PIDS $(cat self child daemon orphan many 2>/dev/null)"
		rm -f self child daemon orphan many handler
	done
	fail "not within $LIMIT s: $*"
}

# times_out BODY [COMMAND...]: a script of this body is killed at the limit, with "self" and "child",
# once these are there and COMMAND is true.
times_out() {
	script base/configure.d/10-a "echo \$\$ >self
		$1"
	shift
	limited has_begun "$@"
	expect 1 ''
	expect_line ".*\[ERROR\] Timeout reached: ${LIMIT}s\. Sending SIGKILL to all children"
	expect_gone self child
}
has_begun() {
	[ -s self ] && [ -s child ] && "${@:-true}"
}

test_a_timeout_kills_plain_children() {
	times_out 'sleep 1000 & echo $! >child; wait'
}

test_a_timeout_kills_children_in_their_own_session() {
	has_program setsid || {
		echo 'skipped: no setsid'
		return 0
	}
	times_out 'setsid sh -c "echo \$\$ >child; exec sleep 1000" & wait'
}

test_a_timeout_kills_orphans() {
	times_out '(sh -c "echo \$\$ >child; exec sleep 1000" &); exec sleep 1000'
}

test_a_timeout_kills_what_ignores_signals() {
	times_out 'trap "" TERM HUP INT QUIT
		sh -c "echo \$\$ >child; while :; do sleep 1000; done" & wait'
}

test_a_timeout_kills_what_is_stopped() {
	times_out 'sh -c "echo \$\$ >child; kill -STOP \$\$" & wait'
}

test_a_timeout_kills_a_stopped_script() {
	times_out 'echo $$ >child; kill -STOP $$'
}

has_many() {
	[ "$(wc -l 2>/dev/null <many)" = 300 ]
}

test_a_timeout_kills_however_many() {
	times_out 'echo $$ >child; n=0
		while [ $n -lt 300 ]; do
			n=$((n + 1)); (sleep 1000 & echo $! >>many)
		done; exec sleep 1000' has_many
	while read -r pid; do
		is_gone "$pid" || fail "process $pid is alive"
		PIDS="$PIDS $pid"
	done <many
}

test_a_timeout_spares_daemons_of_finished_scripts() {
	script base/configure.d/1-daemon 'sleep 1000 & echo $! >daemon'
	script base/configure.d/2-orphan '(sh -c "echo \$\$ >orphan; exec sleep 1000" &)
		while [ ! -s orphan ]; do :; done'
	times_out 'exec sleep 1000 & echo $! >child; wait'
	PIDS="$PIDS $(cat daemon orphan)"
	assertTrue 'the daemon is gone' "kill -0 $(cat daemon)"
	assertTrue 'the orphan is gone' "kill -0 $(cat orphan)"
}

test_what_is_said_of_a_timeout() {
	script base/configure.d/10-a 'exec sleep 1000'
	script base/configure.d/20-b 'echo wrong'
	script base/migration.d/10-a 'echo wrong'
	limited grep -q 'Script .* was killed' "$SUITE/err"
	expect 1 ''
	expect_line ".*\[ERROR\] Timeout reached: ${LIMIT}s\. Sending SIGKILL to all children"
	expect_line '.*\[ERROR\] Script base/configure.d/10-a was killed by signal 9 \(SIGKILL\) after [0-9]+\.[0-9]{3} s \(process [0-9]+(; also killed: [ 0-9]+)?\)'
	expect_line ".*\[ERROR\] during configure phase. \[Command '\['dib-run-parts', 'base/configure.d'\]' died with <Signals.SIGKILL: 9>\.\]"
	expect_line '.*\[ERROR\] Aborting\.\.\.'
	expect_log 'END PROFILING'
	expect_unlocked
}

test_error_handlers_have_the_limit_anew() {
	script base/configure.d/10-a 'exec sleep 1000'
	script base/error.d/10-e 'sleep 0.3; echo handled'
	script base/error.d/20-f 'exec sleep 1000'
	limited grep -q '10-e completed' "$SUITE/err"
	expect 1 handled
	expect_line '.*Script base/error.d/20-f was killed by signal 9 .*'
	assertEquals 2 "$(grep -c "Timeout reached: ${LIMIT}s\." "$SUITE/err")"
}

test_error_handlers_have_a_limit_of_their_own() {
	script base/configure.d/10-a 'exec sleep 1000'
	script base/error.d/10-e 'sleep 0.6; echo handled'
	clean_orc --timeout 0.5 --error-timeout 0
	expect 1 handled
	script base/error.d/10-e 'exec sleep 1000'
	clean_orc --timeout 0.5 --error-timeout 0.2
	expect 1 ''
	expect_line '.*Timeout reached: 0\.500s\. .*'
	expect_line '.*Timeout reached: 0\.200s\. .*'
}

test_error_handlers_after_a_failure_have_a_limit_too() {
	script base/configure.d/10-a 'exit 3'
	script base/error.d/10-e 'echo $$ >handler; exec sleep 1000'
	limited [ -s handler ]
	expect 1 ''
	expect_line ".*Timeout reached: ${LIMIT}s\. .*"
	expect_line '.*Script base/error.d/10-e was killed by signal 9 .*'
	expect_line '.*\[ERROR\] Aborting\.\.\.'
	expect_gone handler
}

# has_less: the last script, which had what the others left of the limit, had less than all of it.
has_less() {
	left=$(sed -nE 's/.*post-configure.d.10-a was killed by signal 9 .* after ([0-9]+)\.[0-9]{3} s.*/\1/p' "$SUITE/err")
	[ "${left:-$LIMIT}" -lt "$LIMIT" ]
}

# The first script takes half of the limit, and some more.
test_the_limit_is_for_the_whole_run() {
	export LIMIT
	script base/pre-configure.d/10-a 'sleep $((LIMIT / 2)).1'
	script base/configure.d/10-a 'exit 0'
	script base/post-configure.d/10-a 'exec sleep 1000'
	limited has_less
	expect 1
	expect_log 'Completed phase configure'
}

test_a_run_within_its_limit_is_not_touched() {
	script base/configure.d/10-a 'echo ran'
	clean_orc --timeout 1000
	expect 0 ran
	expect_no_log Timeout
}

test_no_limit() {
	script base/configure.d/10-a 'echo ran'
	for limit in 0 -5 -1 9000000000; do
		clean_orc --timeout $limit
		assertEquals "$limit: $(cat "$SUITE/err")" '0 ran' "$RC $(cat "$SUITE/out")"
		expect_no_log Timeout
	done
}

test_a_limit_of_more_than_292_years_is_an_error() {
	script base/configure.d/10-a 'echo ran'
	for limit in 9999999999 9223372036854775807 99999999999999999999 -99999999999999999999; do
		clean_orc --timeout $limit
		expect 2 ''
		expect_log "argument --timeout: invalid int value: '$limit'"
	done
}

# ---- signals to us

# ends_by SIGNAL NUMBER: sent by the script to us, it ends the run.
ends_by() {
	script base/configure.d/10-a "echo \$\$ >self; sleep 1000 & echo \$! >child
		kill -$1 \$PPID; wait"
	script base/configure.d/20-b 'echo wrong'
	script base/error.d/10-e 'echo wrong'
	clean_orc
	expect $((128 + $2)) ''
	expect_line ".*\[ERROR\] Terminated by SIG$1"
	expect_no_log 'Calling error handlers.'
	expect_gone self child
	expect_unlocked
}

test_ended_by_hup() {
	ends_by HUP 1
}

test_ended_by_int() {
	ends_by INT 2
}

test_ended_by_quit() {
	ends_by QUIT 3
}

test_ended_by_term() {
	ends_by TERM 15
}

# What runs us can tell: here it is another one of us.
test_we_end_by_the_signal_itself() {
	script base/configure.d/10-a 'kill -$SIGNAL $PPID; exec sleep 1000'
	script outer/10-orc 'exec os-refresh-config --lockfile lock'
	for signal in HUP INT QUIT TERM; do
		run default_signals env SIGNAL=$signal OS_REFRESH_CONFIG_BASE_DIR=base dib-run-parts outer
		expect_line ".*Script outer/10-orc was killed by signal [0-9]+ \(SIG$signal\) after .*"
	done
}

test_dib_run_parts_ends_by_a_signal_too() {
	script d/10-a 'echo $$ >self; sleep 1000 & echo $! >child; kill -TERM $PPID; wait'
	script d/20-b 'echo wrong'
	run default_signals dib-run-parts d
	expect 143 ''
	expect_line 'dib-run-parts ERROR: Terminated by SIGTERM'
	expect_gone self child
}

test_the_script_is_told_of_the_signal() {
	script base/configure.d/10-a 'kill -TERM $PPID; exec sleep 1000'
	clean_orc
	expect 143
	expect_log 'Script base/configure.d/10-a was killed by signal '
}

test_a_signal_from_outside() {
	mkfifo go
	script base/configure.d/10-a 'echo $$ >self; echo >started; read line <go'
	$ORC 2>/dev/null </dev/null &
	job=$!
	PIDS="$PIDS $job"
	wait_until [ -e started ]
	kill -TERM "$job"
	wait "$job" 2>/dev/null
	assertEquals 143 $?
	expect_gone self
	expect_unlocked
}

test_a_signal_while_an_error_handler_runs() {
	script base/configure.d/10-a 'exit 1'
	script base/error.d/10-e 'echo $$ >self; kill -TERM $PPID; exec sleep 1000'
	script base/error.d/20-e 'echo wrong'
	clean_orc
	expect 143 ''
	expect_gone self
	expect_unlocked
}

test_a_signal_spares_daemons_of_finished_scripts() {
	script base/configure.d/1-daemon 'sleep 1000 & echo $! >daemon'
	script base/configure.d/2-a 'kill -TERM $PPID; exec sleep 1000'
	clean_orc
	expect 143
	PIDS="$PIDS $(cat daemon)"
	assertTrue 'the daemon is gone' "kill -0 $(cat daemon)"
}

# Both wait for us when we look: that the script has ended, and the signal.
test_a_signal_spares_daemons_of_a_script_that_has_just_ended() {
	script d/1 'sleep 1000 & echo $! >daemon; echo $PPID >us; echo $$ >self
		kill -STOP $PPID; kill -TERM $PPID'
	default_signals dib-run-parts d 2>"$SUITE/err" &
	PID=$!
	PIDS="$PIDS $PID"
	wait_until test -s self || return
	PIDS="$PIDS $(cat daemon)"
	wait_until is_gone "$(cat self)"
	kill -CONT "$(cat us)"
	wait "$PID"
	assertEquals status 143 $?
	assertFalse 'the daemon is gone' "is_gone $(cat daemon)"
	expect_log '1 completed'
}

# Each link of the chain starts the next one and ends, until there is a file "stop". What is killed
# must be looked for again: a link may have come and gone while we were looking.
test_a_signal_ends_what_goes_on_forking() {
	file chain.sh '[ -e stop ] || { echo >>links; (exec sh chain.sh 2>/dev/null &); }\n'
	script d/10-a 'sh chain.sh
		while [ "$(wc -l <links)" -lt 100 ]; do sleep 0.02; done
		kill -TERM $PPID; exec sleep 1000'
	for round in 1 2 3 4; do
		rm -f links
		run default_signals dib-run-parts d
		links=$(wc -l <links)
		for link in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
			sh -c : "$link" # as long as twenty links take, were there any
		done
		assertEquals "links of chain $round" "$links" "$(wc -l <links)" || break
	done
	: >stop
}

# pids_apart COMMAND [ARGUMENT]...: with process ids of its own.
pids_apart() {
	if is_root; then unshare -pf --mount-proc "$@"; else unshare -Urpf --mount-proc "$@"; fi
}

# The script that ends the run has the last process ids there are, and then the first ones again.
test_a_signal_spares_daemons_when_process_ids_begin_anew() {
	last_pid=/proc/sys/kernel/ns_last_pid
	pids_apart sh -c "echo 300 >$last_pid" 2>/dev/null || {
		echo 'skipped: may not choose process ids'
		return 0
	}
	script d/1-daemon 'sleep 1000 & echo $! >daemon'
	script d/2-wrap "echo \$((\$(cat /proc/sys/kernel/pid_max) - 5)) >$last_pid"
	script d/3-a 'echo $$ >self; for i in 1 2 3 4 5 6 7 8 9 10; do sh -c : $i; done
		sh -c "echo \$\$ >newest"; kill -TERM $PPID; exec sleep 1000'
	run pids_apart sh -c 'dib-run-parts d; kill -0 "$(cat daemon)" && echo alive'
	assertTrue 'begun anew' "[ $(cat newest) -lt $(cat self) ]"
	expect 0 alive
}

test_an_ignored_hangup_stays_ignored() {
	script base/configure.d/10-a 'kill -HUP $PPID; kill -HUP $$; echo survived'
	run sh -c "trap '' HUP; exec $ORC"
	expect 0 survived
	expect_log 'Completed phase configure'
}

test_nohup() {
	has_program nohup || {
		echo 'skipped: no nohup'
		return 0
	}
	script base/configure.d/10-a 'kill -HUP $PPID; kill -HUP $$; echo survived'
	run nohup $ORC
	expect 0 survived
}

# without_children COMMAND...: with SIGCHLD ignored.
without_children() {
	env --ignore-signal=CHLD "$@"
}

test_an_ignored_sigchld_changes_nothing() {
	without_children true 2>/dev/null || {
		echo 'skipped: env cannot ignore signals'
		return 0
	}
	script base/configure.d/10-a 'exit 3'
	script base/error.d/10-e 'echo handled'
	run without_children $ORC
	expect 1 handled
	expect_line '.*Script base/configure.d/10-a failed with exit status 3 after .*'
	script base/configure.d/10-a 'sh -c "exit 7"; echo $?'
	run without_children $ORC
	expect 0 7
}

# The shell gives its whole group the signal, as a terminal does at Ctrl-C.
test_the_script_has_time_after_a_signal() {
	script d/10-a 'trap "sleep 0.3; echo cleaned; exit 1" TERM; echo >begun
		while :; do sleep 0.05; done'
	script d/20-b 'echo wrong'
	for applet in run-parts dib-run-parts; do
		rm -f begun
		env --default-signal setsid $applet d >out 2>err &
		PID=$!
		PIDS="$PIDS $PID"
		wait_until test -e begun || return
		kill -s TERM -- "-$PID"
		wait "$PID" 2>/dev/null
		assertEquals "status; $(cat err)" '143 cleaned' "$? $(cat out)"
	done
}

test_after_that_time_it_is_killed() {
	script d/10-a 'trap "echo asked" TERM; kill -TERM $PPID; while :; do sleep 0.05; done'
	run default_signals timeout -k 1 60 dib-run-parts d
	expect 143 asked
	expect_line 'dib-run-parts ERROR: Script d/10-a was killed by signal 9 \(SIGKILL\) after [5-9]\.[0-9]{3} s \(.*'
}

# The signal comes when the directory has been read to its end, and before the first script.
test_nothing_is_started_after_a_signal() {
	may_trace || return 0
	script d/1 'echo wrong'
	run default_signals strace -f -b execve -o trace -e trace=getdents64 \
		-e inject=getdents64:signal=SIGTERM:when=2 dib-run-parts d
	expect 143 ''
	expect_no_log 'Running d/1'
	assertTrue "$(cat trace)" 'grep -q "getdents64.* = 0$" trace'
}

# Names that take long to compare with a pattern, so that a scan of them would take minutes.
slow_names() {
	export RUN_PARTS_REGEX='(.?){800}x'
	mkdir d
	(cd d && seq 20000 | sed 's/^/00000000000000000000000000000000000000000000000000000000000000000000/' |
		sed 's/.*/&&/' | xargs touch)
}

test_a_limit_ends_a_scan() {
	slow_names
	run timeout -k 1 20 dib-run-parts --timeout 0.5 d
	expect 137 ''
	expect_line 'dib-run-parts ERROR: Timeout reached: 0\.500s\..*'
	unset RUN_PARTS_REGEX
}

test_a_signal_ends_a_scan() {
	slow_names
	run default_signals timeout -k 20 1 dib-run-parts d
	expect 124 ''
	expect_line 'dib-run-parts ERROR: Terminated by SIGTERM'
	unset RUN_PARTS_REGEX
}

# ---- orphans

test_orphans_are_reaped() {
	mkfifo go
	script base/configure.d/1-orphan '(sh -c "echo \$\$ >orphan; read line <go; exit 9" &)
		while [ ! -s orphan ]; do :; done'
	script base/configure.d/2-look 'echo >go; tries=0
		while [ -e "/proc/$(cat orphan)" ] && [ $tries -lt 2000 ]; do
			tries=$((tries + 1)); sleep 0.01
		done
		grep State: "/proc/$(cat orphan)/status" || echo reaped'
	[ -r /proc/self/status ] || {
		echo 'skipped: no /proc'
		return 0
	}
	clean_orc
	expect 0 reaped
}

# ---- standard streams

# expect_undisturbed COMMENT: the run just made wrote only what it should.
expect_undisturbed() {
	assertEquals "$1: status" 0 "$RC"
	assertEquals "$1: data" "$(printf 'first\nsecond')" "$(cat data)"
	assertEquals "$1: the note in the lock" 1 "$(wc -l <note)"
	assertTrue "$1: $(cat note)" "grep -q '^Locked by pid==[0-9]* at [-0-9]* [0-9:,]*$' note"
	assertEquals "$1: the lock" '' "$(cat lock)"
}

test_closed_streams_disturb_nothing() {
	script base/configure.d/10-a 'echo first >data; cat lock >note; echo out; echo err >&2'
	script base/configure.d/20-b 'echo second >>data; echo out; echo err >&2; read line; :'
	for closed in '' '<&-' '>&-' '2>&-' '<&- >&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
		rm -f data note lock
		run sh -c "exec $ORC $closed"
		expect_undisturbed "closed: $closed"
	done
}

test_what_is_open_is_used_beside_what_is_closed() {
	script d/10-a 'echo out; echo err >&2'
	run sh -c 'exec dib-run-parts d <&- 2>&-'
	expect 0 out
	run sh -c 'exec dib-run-parts d <&- >&-'
	expect 0 ''
	expect_line err
	expect_line 'dib-run-parts 10-a completed'
}

test_scripts_have_all_three_streams() {
	script d/10-a 'ls /proc/self/fd | grep -cx "[012]" >fds'
	run sh -c 'exec dib-run-parts d <&- >&- 2>&-'
	assertEquals 0 "$RC"
	assertEquals 3 "$(cat fds)"
}

test_a_log_that_nobody_reads_does_not_end_the_run() {
	script base/configure.d/10-a 'echo one >>data'
	script base/migration.d/10-a 'echo two >>data'
	mkfifo pipe
	run default_signals sh -c "exec 8<>pipe 9>pipe 8>&-; exec $ORC 2>&9"
	expect 0
	assertEquals "$(printf 'one\ntwo')" "$(cat data)"
	assertEquals '' "$(cat lock)"
}

test_scripts_die_by_a_broken_pipe_all_the_same() {
	script d/10-a 'echo to nobody; echo survived >survived'
	mkfifo pipe
	run default_signals sh -c 'exec 8<>pipe 9>pipe 8>&-; exec dib-run-parts d >&9'
	expect 141
	expect_line '.*Script d/10-a was killed by signal 13 \(SIGPIPE\) after .*'
	assertFalse '[ -e survived ]'
}

test_a_full_log_does_not_end_the_run() {
	script base/configure.d/10-a 'echo one >>data'
	script base/migration.d/10-a 'echo two >>data'
	run sh -c "exec $ORC 2>/dev/full"
	expect 0
	assertEquals "$(printf 'one\ntwo')" "$(cat data)"
}

test_a_failure_is_one_though_nobody_hears() {
	script base/configure.d/10-a 'exit 1'
	run sh -c "exec $ORC 2>/dev/full"
	assertEquals 1 "$RC"
	run sh -c "exec $ORC 2>&-"
	assertEquals 1 "$RC"
}

# shellcheck source=/dev/null
. shunit2
