#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# --capture: what scripts print goes through us, and error.d can read the last of what failed.
# shellcheck disable=SC2016 # the scripts' own $
. "$(dirname "$0")/lib.sh"

READ='cat <&$OS_REFRESH_CONFIG_FAILED_OUTPUT_FD'

capture() {
	orc --capture "$@"
}

test_output_comes_where_it_would() {
	script base/configure.d/1 'echo out; echo err >&2; printf "no newline"'
	capture
	expect 0 'out
no newline'
	expect_log 'err'
	capture --log-level ERROR
	assertEquals 'nothing is added' 'out
no newline' "$(cat "$SUITE/out")"
}

test_error_handlers_read_what_failed_printed() {
	script base/configure.d/1 'echo not this'
	script base/configure.d/2 'echo one; echo two >&2; exit 3'
	script base/error.d/1 "$READ"
	script base/error.d/2 "echo again; $READ"
	capture
	expect 1
	assertEquals 'not this
one
one
again
one' "$(grep -v two "$SUITE/out")"
	assertEquals 'by each handler' 2 "$(grep -c two "$SUITE/out")"
	assertEquals 'and live' 1 "$(grep -c '^two$' "$SUITE/err")"
}

test_without_it_there_is_no_descriptor() {
	script base/configure.d/2 'exit 3'
	script base/error.d/1 'echo "${OS_REFRESH_CONFIG_FAILED_OUTPUT_FD-none}"'
	orc
	expect 1 none
	# What fails is no script.
	file base/environment.d/1 '[ "$OS_REFRESH_CONFIG_PHASE" = error ]\n'
	capture
	expect 1 none
}

test_a_script_that_printed_nothing() {
	script base/configure.d/1 'exit 3'
	script base/error.d/1 "$READ | wc -c | tr -d ' '"
	capture
	expect 1 0
	printf '#!/nowhere\n' >base/configure.d/1
	capture
	expect 1 0
}

# Its last 64 KiB, to the byte, wherever the ring turns.
test_the_last_64_kib() {
	for n in 65535 65536 65537 200000; do
		script base/configure.d/1 "python3 -c 'print(end=\"\".join(chr(97 + i * i % 23) for i in range($n)))'; exit 1"
		script base/error.d/1 'cat <&$OS_REFRESH_CONFIG_FAILED_OUTPUT_FD >read; echo done'
		capture
		expect 1
		sed 's/done$//' "$SUITE/out" | tr -d '\n' >all
		assertEquals "all of $n came through" "$n" "$(wc -c <all)"
		tail -c 65536 all >want
		cmp read want || fail "not the end of $n bytes"
	done
}

test_the_number_is_that_of_an_open_descriptor_and_no_other() {
	script base/configure.d/1 'exit 3'
	script base/error.d/1 'echo $OS_REFRESH_CONFIG_FAILED_OUTPUT_FD
		for n in 3 4 5 6 7 8; do (: <&$n) 2>/dev/null && echo "has $n"; done; exit 0'
	capture --events events
	expect 1 '3
has 3'
}

test_dev_stderr_works_and_loses_nothing() {
	[ -e /proc/self/fd ] || {
		echo 'skipped: no /proc'
		return 0
	}
	script base/configure.d/1 'echo one >&2; echo two >/dev/stderr; echo three >&2; echo four >/dev/stdout; exit 1'
	script base/error.d/1 "$READ | sort | paste -sd ' '"
	capture
	expect 1 'four
four one three two'
}

test_it_is_shown_live() {
	script base/configure.d/1 'echo first; while [ ! -e go ]; do sleep 0.01; done; echo last'
	OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --capture --lockfile lock >out 2>err &
	pid=$!
	PIDS="$PIDS $pid"
	wait_until grep -q first out
	assertEquals 'only the first' first "$(cat out)"
	: >go
	wait "$pid"
	assertEquals 'and the rest' 'first
last' "$(cat out)"
}

test_a_daemon_holds_nobody_up_and_lives_on() {
	script base/configure.d/1 'sh -c "echo \$\$ >daemon; while [ ! -e go ]; do sleep 0.01; done
			i=0; while [ \$i -lt 20000 ]; do i=\$((i + 1)); echo line \$i; done
			echo error >&2; echo finished >state; exec sleep 100" &
		while [ ! -s daemon ]; do sleep 0.01; done; echo started'
	script base/configure.d/2 'echo second'
	env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --capture --lockfile lock >out 2>err </dev/null
	RC=$?
	PIDS="$PIDS $(cat daemon)"
	assertEquals 'we have ended' 0 $RC
	assertFalse 'before the daemon' '[ -e state ]'
	: >go
	wait_until test -e state
	wait_until grep -qx 'line 20000' out
	wait_until grep -qx 'error' err
	assertEquals 'all of it' 20002 "$(wc -l <out)"
	assertFalse 'it did not die' "is_gone $(cat daemon)"
	# The lock is free, nothing else of ours is held.
	run env OS_REFRESH_CONFIG_BASE_DIR=base refresh-phase migration --lockfile lock
	expect 0
}

# The lock, the event log and the pipe of the other stream would be kept open by it.
test_a_forwarder_has_nothing_else_of_ours() {
	script base/configure.d/1 'sleep 100 2>/dev/null & echo $! >daemon'
	capture --events events
	expect 0
	PIDS="$PIDS $(cat daemon)"
	forwarder=$(readers "$(cat daemon)")
	assertEquals "the pipe and stdout" "0 1" "$(cd "/proc/$forwarder/fd" && echo *)"
}

# The forwarder ends with the daemon.
test_no_forwarder_is_left() {
	script base/configure.d/1 'sleep 100 & echo $! >daemon'
	capture
	expect 0
	daemon=$(cat daemon)
	PIDS="$PIDS $daemon"
	forwarder=$(readers "$daemon")
	assertNotEquals 'somebody reads what it prints' '' "$forwarder"
	kill "$daemon"
	for pid in $forwarder; do
		wait_until is_gone "$pid"
	done
}

# readers PID: who else has the pipe that is its standard output.
readers() {
	pipe=$(readlink "/proc/$1/fd/1")
	for fd in /proc/[0-9]*/fd/*; do
		[ "$(readlink "$fd" 2>/dev/null)" != "$pipe" ] || echo "$fd"
	done | cut -d/ -f3 | grep -vx "$1" | sort -u
}

test_a_limit_ends_daemons_too() {
	script base/configure.d/1 'sleep 100 & echo $! >daemon; echo before; sleep 100'
	script base/error.d/1 "$READ"
	with_limits 'capture --script-timeout $LIMIT' grep -q before "$SUITE/out"
	expect 1 'before
before'
	expect_gone daemon
}

test_the_event_log_has_the_last_of_it() {
	script base/configure.d/1 'printf "a\"b\\\\c\\n\\0\\377\\303\\244"; exit 1'
	script base/error.d/1 'echo not this; exit 1'
	capture --events events
	expect 1
	assertEquals 1 "$(grep -c part-output events)"
	grep -qF '"output":"a\"b\\\\c\\n\\x00\\xffä"}' events || fail "$(grep part-output events)"
	python3 "$TESTS/tools/events_check.py" events >/dev/null || fail 'not as in the manual page'
	script base/configure.d/1 'head -c 10000 /dev/urandom; exit 1'
	rm events
	capture --events events
	assertEquals 'pieces' 16 "$(grep -c part-output events)"
	assertEquals 'no line too long for a pipe' '' "$(awk 'length($0) > 4095' events)"
	python3 "$TESTS/tools/events_check.py" events >/dev/null || fail 'not as in the manual page'
}

# What our caller waits for, he does not wait for because of a daemon that has something else of us.
test_a_forwarder_holds_no_other_stream() {
	script base/configure.d/1 'sleep 100 >/dev/null & echo $! >daemon; echo out'
	OS_REFRESH_CONFIG_BASE_DIR=base timeout 20 sh -c 'os-refresh-config --capture --lockfile lock 2>err | cat >out; echo ended >>out'
	PIDS="$PIDS $(cat daemon)"
	assertEquals 'out
ended' "$(cat out)"
	assertFalse 'the daemon lives' "is_gone $(cat daemon)"
}

test_a_stalled_stdout_does_not_stall_what_daemons_say_on_stderr() {
	script base/configure.d/1 'sh -c "echo \$\$ >daemon; while [ ! -e go ]; do sleep 0.01; done
			yes & echo \$! >yes; while [ ! -e full ]; do sleep 0.01; done
			echo from the daemon >&2; exec sleep 100" & while [ ! -s daemon ]; do sleep 0.01; done'
	mkfifo fifo
	exec 9<>fifo
	env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --capture --lockfile lock >fifo 2>err </dev/null 9<&-
	PIDS="$PIDS $(cat daemon)"
	: >go
	wait_until is_full
	PIDS="$PIDS $(cat yes)"
	: >full
	wait_until grep -q 'from the daemon' err
	exec 9<&-
}

# A forwarder is not a process that a later script's limit may end.
test_a_later_limit_spares_forwarders() {
	script base/configure.d/1 'sh -c "while sleep 0.05; do echo tick; done" & echo $! >daemon'
	script base/configure.d/2 'sleep 100'
	with_limits 'capture --script-timeout $LIMIT; PIDS="$PIDS $(cat daemon)"' \
		grep -q 'Script base/configure.d/2 exceeded its' "$SUITE/err"
	expect 1
	before=$(wc -l <"$SUITE/out")
	wait_until sh -c "[ \$(wc -l <'$SUITE/out') -gt $((before + 3)) ]"
}

test_handlers_run_even_if_nothing_can_be_kept() {
	script base/configure.d/1 'head -c 3000 /dev/zero; exit 3'
	script base/error.d/1 'echo "handled ${OS_REFRESH_CONFIG_FAILED_OUTPUT_FD-none}"'
	needs_static || return 0
	(ulimit -f 1 && OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --capture --lockfile lock 2>&1) |
		tr -d '\0' | cat >"$SUITE/err"
	expect_log 'handled none'
	expect_log '[WARN] Cannot keep the output of scripts for error handlers: File too large'
}

# The handler is busybox, which needs no descriptor to start, and prints its environment.
test_handlers_run_even_if_there_are_too_few_descriptors_for_it() {
	needs_static || return 0
	has_program busybox || {
		echo 'skipped: no busybox'
		return 0
	}
	mkdir -p base/configure.d base/error.d
	ln -s "$(command -v busybox)" base/configure.d/false
	ln -s "$(command -v busybox)" base/error.d/env
	without=0
	for limit in 9 10 11 12 20; do
		export OS_REFRESH_CONFIG_BASE_DIR=base
		run sh -c 'ulimit -n "$1" && exec os-refresh-config --capture --lockfile lock' sh "$limit"
		unset OS_REFRESH_CONFIG_BASE_DIR
		expect 1
		expect_log 'Script base/configure.d/false failed with exit status 1'
		grep -q '^OS_REFRESH_CONFIG_PHASE=error' "$SUITE/out" || fail "$limit: no handler ran"
		if grep -q 'Cannot keep the output of scripts for error handlers: No file descriptors available' "$SUITE/err"; then
			without=$((without + 1))
			assertEquals "$limit" '' "$(grep FAILED_OUTPUT_FD "$SUITE/out")"
		else
			assertEquals "$limit" 'OS_REFRESH_CONFIG_FAILED_OUTPUT_FD=3' "$(grep FAILED_OUTPUT_FD "$SUITE/out")"
		fi
	done
	assertNotEquals 'there were always enough' 0 "$without"
	assertNotEquals 'there were never enough' 5 "$without"
}

test_stdout_that_takes_no_more() {
	[ -c /dev/full ] || {
		echo 'skipped: no /dev/full'
		return 0
	}
	script base/configure.d/1 'echo lost; echo "$?" >status'
	env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --capture --lockfile lock >/dev/full 2>"$SUITE/err"
	RC=$?
	: >"$SUITE/out"
	expect 1
	expect_log 'Cannot pass on the output of scripts: No space left on device'
	assertEquals 'the script does not notice' 0 "$(cat status)"
}

test_nothing_writable_and_no_proc() {
	if is_root; then apart='unshare -m'; else apart='unshare -Urm'; fi
	needs_static || return 0
	script base/configure.d/1 'echo one; exit 3'
	script base/error.d/1 "$READ"
	$apart sh -c 'mount -t tmpfs -o ro none /proc && mount -t tmpfs -o ro none /tmp' 2>/dev/null || {
		echo 'skipped: may not mount'
		return 0
	}
	mkdir run
	# shellcheck disable=SC2086 # words
	OS_REFRESH_CONFIG_BASE_DIR=/mnt/base run $apart sh -c 'mount --bind "$1" /mnt && mount -o remount,bind,ro /mnt &&
		mount -t tmpfs none /run && mount -t tmpfs -o ro none /proc &&
		cd / && exec "$2" os-refresh-config --capture --lockfile /run/lock' sh "$PWD" "$REFRESHBOX"
	expect 1 'one
one'
}

# No reader is waited for then, but a file takes all of it. We are stopped until the script has ended.
test_what_is_in_the_pipes_at_a_signal_is_not_lost() {
	script base/configure.d/1 'kill -STOP $PPID
		head -c 60000 /dev/zero | tr "\0" a; head -c 60000 /dev/zero | tr "\0" b >&2
		echo $$ >self'
	env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --capture --lockfile lock \
		>out 2>&1 </dev/null &
	pid=$!
	PIDS="$PIDS $pid"
	wait_until test -s self
	wait_until is_gone "$(cat self)"
	kill -TERM "$pid"
	wait "$pid"
	assertEquals 'status' 143 $?
	assertEquals 60000 "$(grep -oE 'a{9,}' out | tr -cd a | wc -c)"
	assertEquals 60000 "$(grep -oE 'b{9,}' out | tr -cd b | wc -c)"
}

test_dry_run_and_help_know_it() {
	script base/configure.d/1 'echo ran'
	capture --dry-run
	expect 0 'configure	base/configure.d/1'
	run refresh-phase --help
	assertTrue 'help' "grep -q -e --capture '$SUITE/out'"
}

# shellcheck source=/dev/null
. shunit2
