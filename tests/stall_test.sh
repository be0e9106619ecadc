#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# While nobody reads what we print, time limits and signals still work; and nothing of it is lost when
# somebody reads it later.

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

export OS_REFRESH_CONFIG_BASE_DIR=base

# Lets nothing more into the fifo "pipe"; for scripts, too.
FILL='dd if=/dev/zero of=pipe oflag=nonblock bs=4096 2>/dev/null;'

# make_pipe: the fifo "pipe", kept open both ways as our descriptor 5.
make_pipe() {
	mkfifo pipe
	exec 5<>pipe
}

# read_pipe: somebody begins to read "pipe". await_reader: all of it is in the file "got".
read_pipe() {
	tr -d '\0' <pipe >got 5>&- &
	READER=$!
	PIDS="$PIDS $!"
	exec 5>&-
}
await_reader() {
	wait_until is_gone "$READER"
}

# started COMMAND [ARGUMENT]...: in the background, as $PID, with no signal ignored.
started() {
	env --default-signal "$@" 5>&- &
	PID=$!
	PIDS=$PID
}

# expect_end STATUS: it ends by itself.
expect_end() {
	wait_until is_gone "$PID" || return
	wait "$PID"
	assertEquals status "$1" $?
}

test_a_signal_ends_us_before_the_first_line_is_read() {
	script base/configure.d/10-a ': >ran'
	make_pipe
	eval "$FILL"
	started os-refresh-config --lockfile lock 2>pipe
	wait_until test -s lock
	kill -TERM "$PID"
	expect_end 143
	assertFalse 'the script was started' '[ -e ran ]'
	assertEquals 'the lock' '' "$(cat lock)"
}

# An error before the first script is as long to write as any other line.
test_a_signal_ends_us_before_an_early_error_is_read() {
	make_pipe
	eval "$FILL"
	for signal in 15 9; do
		started env OS_REFRESH_CONFIG_BASE_DIR=none os-refresh-config --lockfile lock 2>pipe
		wait_until has_worker
		kill -$signal "$PID"
		expect_end $((128 + signal))
		wait_until is_gone "$WORKER"
	done
}
has_worker() {
	WORKER=$(pgrep -P "$PID") && PIDS="$PIDS $WORKER"
}

# Its first line waits for a reader in the loop already, which waits for signals, too.
test_a_signal_ends_us_before_the_event_log_is_read() {
	script base/configure.d/10-a ': >ran'
	make_pipe
	eval "$FILL"
	started os-refresh-config --lockfile lock --events fd:3 3>pipe 2>err
	wait_until test -s lock
	kill -TERM "$PID"
	expect_end 143
	assertFalse 'the script was started' '[ -e ran ]'
	assertEquals 'the lock' '' "$(cat lock)"
	assertTrue "says so: $(cat err)" "grep -q 'Terminated by SIGTERM' err"
}

test_a_signal_ends_us_and_the_script_while_the_log_is_not_read() {
	script base/configure.d/10-a "$FILL echo \$\$ >self; exec sleep 1000"
	script base/configure.d/20-b ': >ran'
	make_pipe
	started os-refresh-config --lockfile lock --log-level DEBUG 2>pipe
	wait_until test -s self
	kill -TERM "$PID"
	expect_end 143
	assertTrue 'the script is gone' "is_gone $(cat self)"
	assertFalse 'the next script was started' '[ -e ran ]'
	assertEquals 'the lock' '' "$(cat lock)"
}

# The script goes at once; what is to be said of it waits for its reader.
test_the_limit_holds_while_the_log_is_not_read() {
	script base/configure.d/10-a "$FILL echo \$\$ >self; exec sleep 1000"
	script base/error.d/10-e 'echo handled'
	make_pipe
	started os-refresh-config --lockfile lock --timeout 3 2>pipe >out
	wait_until test -s self || return
	wait_until is_gone "$(cat self)"
	assertEquals 'nothing runs ahead of the log' '' "$(cat out)"
	read_pipe
	expect_end 1
	await_reader
	assertEquals handled "$(cat out)"
	grep -q 'Timeout reached: 3s' got || fail "no timeout in $(cat got)"
	grep -q 'Aborting...' got || fail "no end in $(cat got)"
}

# The time of a script begins when it does, not when its line, here the first one, is written.
test_a_limit_of_the_script_does_not_count_the_wait() {
	script d/1 'echo >begun; echo ran'
	with_limits 'let_it_wait; wait "$PID"; RC=$?' test -e begun
	assertEquals '0 ran' "$RC $(cat out)"
}
let_it_wait() {
	rm -f pipe
	make_pipe
	eval "$FILL"
	started dib-run-parts --script-timeout "$LIMIT" d 2>pipe >out
	wait_until grep -qx dib-run-parts "/proc/$PID/comm"
	sleep "$LIMIT"
	sleep 0.2
	assertFalse 'the script was started' '[ -e begun ]'
	read_pipe
	wait_until is_gone "$PID"
}

test_a_signal_ends_us_while_what_scripts_print_is_not_read() {
	script d/1 'echo $$ >self; while :; do echo more; done'
	make_pipe
	started run-parts --report d >pipe 2>err
	wait_until test -s self
	kill -TERM "$PID"
	expect_end 143
	assertTrue 'the script is gone' "is_gone $(cat self)"
	assertEquals 'run-parts: d/1 exited because of uncaught signal 15
run-parts: Terminated by SIGTERM' "$(cat err)"
}

# The script has long ended when its last bytes are read.
test_nothing_is_lost_to_a_slow_reader() {
	awk 'BEGIN { for (i = 0; i < 20000; i++) print i }' >data
	script d/1 "$FILL echo >begun; cat data"
	script d/2 'echo two'
	make_pipe
	started run-parts --report d >pipe
	wait_until test -s begun
	read_pipe
	expect_end 0
	await_reader
	{ echo d/1:; cat data; echo d/2:; echo two; } >expected
	cmp -s expected got || fail "$(cmp expected got)"
}

test_a_signal_ends_us_while_what_environment_files_print_is_not_read() {
	script d/1 ': >ran'
	file environment.d/1 'echo printed\n'
	make_pipe
	eval "$FILL"
	started dib-run-parts d >pipe 2>err
	wait_until grep -q Sourcing err
	kill -TERM "$PID"
	expect_end 143
	assertFalse 'the script was started' '[ -e ran ]'
	assertEquals 'Sourcing environment file d/../environment.d/1
ERROR: Terminated by SIGTERM' "$(undated <err | sed 's/^dib-run-parts //')"
}

# take_the_room PID: once it waits for room somebody reads our pipe, but the room that makes is taken
# by another between our seeing it, where the tracer stops us for a while, and our using it.
take_the_room() {
	wait_until grep -q '^State:.S' "/proc/$1/status" || return
	dd of=/dev/null bs=4096 count=1 2>/dev/null
	wait_until grep -q '^State:.t' "/proc/$1/status" || return
	dd if=/dev/zero of=/proc/self/fd/6 oflag=nonblock bs=4096 2>/dev/null
	wait_until eval '[ "$(grep -c "pwritev2.* = " trace)" -ge 2 ]'
}

# run_beside_a_thief MICROSECONDS: so long are we stopped.
run_beside_a_thief() {
	rm -f trace status ran
	{
		dd if=/dev/zero of=/proc/self/fd/7 oflag=nonblock bs=4096 2>/dev/null
		# In a shell of its own: what ours says of the signal must not go down the pipe.
		(exec env --default-signal strace -f -o trace -e trace=ppoll,pwritev2 \
			-e inject=ppoll:delay_exit="$1":when=1 os-refresh-config --lockfile lock 2>&7)
		echo $? >status
	} 7>&1 >/dev/null 2>&1 | {
		wait_until grep -qs 'pwritev2.* = -1' trace
		traced=$(sed -n 's/^\([0-9]*\) *pwritev2.*/\1/p' trace | head -n 1)
		take_the_room "$traced" 6<&0
		kill -TERM "$traced" 2>/dev/null
		wait_until test -s status
	}
}

is_taken() {
	[ "$(grep -c 'pwritev2.* = -1 EAGAIN' trace)" -ge 2 ]
}

test_a_signal_ends_us_where_others_take_the_room() {
	may_trace || return 0
	script base/configure.d/10-a ': >ran'
	# Where the machine is too slow for the thief we write first, and there is nothing to be seen.
	for delay in 1000000 4000000 16000000; do
		run_beside_a_thief $delay
		if grep -q EOPNOTSUPP trace; then
			echo 'skipped: this kernel, before 6.4, cannot write to a pipe without waiting'
			return
		fi
		is_taken && break
	done
	assertTrue 'the room was taken' is_taken
	assertEquals 'status' 143 "$(cat status)"
	assertFalse 'the script was started' '[ -e ran ]'
}

# into_a_read_end COMMAND [ARGUMENT]...: with a descriptor of a pipe that can only be read as its stdout,
# its stderr and its descriptor 3, one after the other, while the pipe has a writer. Prints what it came
# to each time.
into_a_read_end() {
	timeout 60 python3 -c '
import os, subprocess, sys
reading, writing = os.pipe()
def call(**streams):
    print(subprocess.run(sys.argv[1:], stdin=subprocess.DEVNULL, **streams).returncode, end=" ")
call(stdout=reading, stderr=open("err1", "w"))
call(stdout=subprocess.DEVNULL, stderr=reading)
os.dup2(reading, 3)
call(stdout=subprocess.DEVNULL, stderr=open("err3", "w"), pass_fds=[3])' "$@"
}

# It would never have room, and no limit could end that.
test_what_is_open_for_reading_only_is_an_error_at_once() {
	has_program python3 || {
		echo 'skipped: no python3'
		return 0
	}
	script d/1 'exit 0'
	assertEquals '1 0 0 ' "$(into_a_read_end run-parts --list d)"
	assertEquals 'run-parts: cannot write to stdout: Bad file descriptor' "$(cat err1)"
	script d/1 'echo printed'
	assertEquals '1 0 0 ' "$(into_a_read_end run-parts --report --events fd:3 d)"
	assertEquals 'run-parts: Cannot pass on the output of scripts: Bad file descriptor' \
		"$(grep -v 'write the event log' err1)"
	assertEquals 'run-parts: Cannot write the event log fd:3: Bad file descriptor' "$(cat err3)"
}

# Where the kernel cannot tell at once whether there is room.
test_the_same_on_an_old_kernel() {
	may_trace || return 0
	script d/1 'echo printed'
	for error in ENOSYS EPERM EINVAL EOPNOTSUPP; do
		assertEquals "$error" '1 0 0 ' "$(into_a_read_end strace -f -o /dev/null \
			-e inject=pwritev2:error=$error run-parts --report --events fd:3 d)"
	done
}

# A device that is never ready, and takes everything all the same: the kernel's log.
test_the_kernels_log_is_never_ready() {
	needs_static || return 0
	[ -w /dev/kmsg ] || {
		echo 'skipped: no /dev/kmsg to write to'
		return 0
	}
	script scratch/1 'exit 0'
	for applet in dib-run-parts run-parts; do
		run timeout 20 sh -c "exec $applet --events fd:2 scratch 2>/dev/kmsg"
		expect 0 ''
	done
	run timeout 20 sh -c 'exec run-parts --test scratch >/dev/kmsg'
	expect 0 ''
}

# shellcheck source=/dev/null
. shunit2
