#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# run-parts --report and --stdin: what scripts print and read on its way through us.

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

# out TEXT...: stdout has these lines.
out() {
	assertEquals stdout "$(printf '%s\n' "$@")" "$(cat "$SUITE/out")"
}

test_only_who_prints_is_named_once_on_the_stream_it_first_prints_to() {
	script d/1 'echo one'
	script d/2 ':'
	script d/3 'echo three >&2'
	script d/4 'echo four; echo more'
	run run-parts --report d
	expect 0
	out d/1: one d/4: four more
	expect_stderr 'd/3:
three'
}

# The script waits until what it said first has been passed on.
test_the_name_comes_before_the_first_stream() {
	mkfifo go
	script d/1 'echo first >&2; read line <go; echo second'
	run-parts --report d >out 2>err &
	PIDS=$!
	wait_until test -s err
	echo >go
	wait $!
	assertEquals second "$(cat out)"
	assertEquals 'd/1:
first' "$(cat err)"
}

test_output_is_passed_on_while_the_script_runs() {
	mkfifo go
	script d/1 'printf begun; read line <go; echo ended'
	: >out
	run-parts --report d >out &
	PIDS=$!
	wait_until grep -q begun out
	echo >go
	wait $!
	assertEquals 'd/1:
begunended' "$(cat out)"
}

test_with_verbose_both_lines_appear() {
	script d/1 'echo one'
	run run-parts --report --verbose d
	out d/1: one
	expect_stderr 'run-parts: executing d/1'
}

test_a_failure_is_told_as_ever() {
	script d/1 'echo one; exit 3'
	file d/2 ''
	chmod 755 d/2
	run run-parts --report d
	expect 1
	out d/1: one
	expect_stderr 'run-parts: d/1 exited with return code 3
d/2:
run-parts: failed to exec d/2: Exec format error
run-parts: d/2 exited with return code 1'
}

# Every byte value, and far more than a pipe holds, on both streams at once.
test_nothing_is_lost_or_reordered() {
	awk 'BEGIN { for (i = 0; i < 60000; i++) printf "%06d %c\n", i, i % 256 }' >data
	# shellcheck disable=SC2016 # for the script
	script d/1 'cat data & cat data >&2 & wait'
	run run-parts --report d
	expect 0
	sed 1d "$SUITE/out" >out
	sed 1d "$SUITE/err" >err
	# The name is in front of one of the two.
	if head -n 1 "$SUITE/out" | grep -q '^d/1:$'; then
		assertTrue stdout 'cmp data out'
		assertTrue stderr "cmp data '$SUITE/err'"
	else
		assertTrue stdout "cmp data '$SUITE/out'"
		assertTrue stderr 'cmp data err'
	fi
}

# A reader that takes a few bytes at a time makes our writes partial.
test_a_slow_reader_gets_everything() {
	awk 'BEGIN { for (i = 0; i < 30000; i++) print i }' >data
	script d/1 'cat data'
	run-parts --report d | { dd bs=7 count=300 2>/dev/null; cat; } >out
	sed 1d out >rest
	assertTrue 'all of it' 'cmp data rest'
}

# A descriptor that does not wait, as a terminal shared with such a program: full for the moment.
test_a_full_stream_that_does_not_wait() {
	has_program python3 || {
		echo 'skipped: no python3'
		return 0
	}
	awk 'BEGIN { for (i = 0; i < 60000; i++) print i }' >data
	script d/1 'cat data'
	python3 - >out <<-'END'
		import os, subprocess, sys
		r, w = os.pipe()
		os.set_blocking(w, False)
		p = subprocess.Popen(["run-parts", "--report", "d"], stdout=w)
		os.close(w)
		while True:
		    piece = os.read(r, 1000)
		    if not piece:
		        break
		    sys.stdout.buffer.write(piece)
		sys.exit(p.wait())
	END
	assertEquals 'status' 0 $?
	sed 1d out >rest
	assertTrue 'all of it' 'cmp data rest'
}

test_a_daemon_that_holds_the_pipe_does_not_hold_us() {
	mkfifo hold
	# shellcheck disable=SC2016 # for the script
	script d/1 'echo one; cat hold & echo $! >pid'
	script d/2 'echo two'
	run timeout 60 run-parts --report d
	PIDS=$(cat pid)
	expect 0
	assertTrue 'what was printed by then is there' "grep -qx one '$SUITE/out'"
	assertEquals two "$(tail -n 1 "$SUITE/out")"
	assertFalse 'the daemon lives' "is_gone $PIDS"
}

# A daemon that never stops writing must not keep us reading.
test_a_daemon_that_goes_on_printing_does_not_hold_us() {
	# shellcheck disable=SC2016 # for the script
	script d/1 'echo one; yes & echo $! >pid'
	script d/2 'echo two'
	run timeout 60 run-parts --report d
	PIDS=$(cat pid)
	expect 0
	assertEquals two "$(tail -n 1 "$SUITE/out")"
}

# The reader closes its end before it lets us begin.
test_nobody_reads_stdout() {
	mkfifo go
	script d/1 'echo one; echo err >&2'
	script d/2 'echo ran >two; exit 0'
	{
		read -r _ <go
		run-parts --report d 2>err
		echo $? >status
	} | {
		exec <&-
		echo >go
	}
	wait_until test -s status
	assertEquals 'the others ran' ran "$(cat two)"
	assertEquals 'status' 1 "$(cat status)"
	assertTrue "says so: $(cat err)" "grep -q '^run-parts: Cannot pass on the output of scripts: Broken pipe' err"
}

# A full disk loses what is printed, and nothing else: scripts end as they would have.
test_stdout_that_is_full() {
	[ -c /dev/full ] || {
		echo 'skipped: no /dev/full'
		return 0
	}
	script d/1 'for i in 1 2 3 4 5 6; do echo one; head -c 70000 /dev/zero || exit 1; done; echo end >one'
	script d/2 'echo ran >two; exit 3'
	run sh -c 'run-parts --report d >/dev/full'
	expect 3
	assertEquals 'who prints is not ended' end "$(cat one)"
	assertEquals 'the others ran' ran "$(cat two)"
	expect_stderr 'run-parts: d/2 exited with return code 3
run-parts: Cannot pass on the output of scripts: No space left on device'
	script d/2 'exit 0'
	run sh -c 'run-parts --report d >/dev/full'
	expect 1
	expect_stderr 'run-parts: Cannot pass on the output of scripts: No space left on device'
}

# The name that stdout did not take is told on stderr.
test_a_name_is_told_where_something_can_be() {
	[ -c /dev/full ] || {
		echo 'skipped: no /dev/full'
		return 0
	}
	# More than the pipe holds: some of it has been read before the second command begins.
	script d/1 'head -c 200000 /dev/zero; echo err >&2'
	run sh -c 'run-parts --report d >/dev/full'
	expect 1
	expect_stderr 'd/1:
err
run-parts: Cannot pass on the output of scripts: No space left on device'
}

test_standard_input_is_for_every_script() {
	script d/1 'cat >first'
	script d/2 'read line; echo "$line" >second'
	script d/3 'cat >third'
	awk 'BEGIN { for (i = 0; i < 60000; i++) print i }' >data
	# shellcheck disable=SC2002 # a pipe, not a file
	cat data | run-parts --stdin d
	assertEquals status 0 $?
	assertTrue 'the first' 'cmp data first'
	assertEquals 'the second' 0 "$(cat second)"
	assertTrue 'the third' 'cmp data third'
	run-parts --stdin d <data
	assertTrue 'from a file' 'cmp data third'
}

test_without_it_the_first_script_reads_all() {
	script d/1 'cat >first'
	script d/2 'cat >second'
	echo data | run-parts d
	assertEquals data "$(cat first)"
	assertEquals '' "$(cat second)"
}

test_empty_and_closed_standard_input() {
	script d/1 'wc -c'
	run run-parts --stdin d
	expect 0
	out 0
	run sh -c 'run-parts --stdin d <&-'
	expect 0
	out 0
}

test_standard_input_that_cannot_be_read() {
	script d/1 'echo ran'
	run sh -c 'run-parts --stdin d <.'
	expect 1 ''
	expect_stderr 'run-parts: cannot keep standard input: Is a directory'
}

# What the scripts have open, but for what their shell opens to look.
test_no_descriptor_is_left_open_in_scripts() {
	[ -d /proc/self/fd ] || {
		echo 'skipped: no /proc'
		return 0
	}
	# shellcheck disable=SC2016 # for the script
	script d/1 'for fd in /proc/$$/fd/*; do echo "${fd##*/}"; done'
	d/1 </dev/null | sort -n >alone
	for option in '' --stdin --report '--stdin --report'; do
		# shellcheck disable=SC2086 # words
		run-parts $option d </dev/null | grep -v : | sort -n >left
		assertEquals "$option" "$(cat alone)" "$(cat left)"
	done
}

# What is printed is the name of what the script reads, and a checksum.
test_standard_input_is_kept_in_a_file() {
	[ -e /proc/self/fd ] || {
		echo 'skipped: no /proc'
		return 0
	}
	mkdir tmp
	head -c 3000000 /dev/urandom >data
	# shellcheck disable=SC2016 # for the script
	script d/1 'readlink /proc/self/fd/0; cksum'
	for dir in "$HERE/tmp" "$HERE/nowhere" ''; do
		# shellcheck disable=SC2002 # a pipe, not a file
		cat data | TMPDIR=$dir run-parts --stdin d >out
		assertEquals "status with TMPDIR=$dir" 0 $?
		assertEquals "$dir" "$(cksum <data)" "$(tail -n 1 out)"
		[ -d "$dir" ] || dir=/tmp
		assertTrue "$(head -n 1 out)" "head -n 1 out | grep -q '^$dir/run-parts.* (deleted)\$'"
		assertEquals 'nothing is left' '' "$(ls -A tmp)"
	done
}

# Nothing is writable: strace answers for the file system.
test_standard_input_is_kept_in_memory_where_no_file_can_be_made() {
	may_trace || return 0
	echo data >data
	# shellcheck disable=SC2016 # for the script
	script d/1 'readlink /proc/self/fd/0; cat'
	TMPDIR='' run sh -c 'exec strace -f -b execve -o trace -e trace=openat,open \
		-e inject=openat,open:error=EROFS:when=1 run-parts --stdin d <data'
	expect 0 '/memfd:stdin (deleted)
data'
	assertTrue "$(cat trace)" 'grep -q "/tmp/run-parts.* = -1 EROFS" trace'
}

# Nothing comes, and nothing ends: until there is "go".
silence() {
	while [ ! -e go ]; do sleep 0.02; done
}

test_a_limit_ends_the_wait_for_standard_input() {
	script d/1 'echo wrong'
	silence | {
		run-parts --stdin --timeout 0.3 d >out 2>err
		echo $? >status
		: >go
	}
	assertEquals "$(cat err)" '1 run-parts: exceeded the time limit of 0.300 s' "$(cat status) $(cat err)"
	assertEquals '' "$(cat out)"
}

test_a_signal_ends_the_wait_for_standard_input() {
	script d/1 'echo wrong'
	mkfifo in
	silence >in &
	PIDS="$PIDS $!"
	env --default-signal run-parts --stdin d <in >out 2>err &
	PID=$!
	PIDS="$PIDS $PID"
	wait_until grep -q '^State:.S' "/proc/$PID/status"
	kill -TERM "$PID"
	wait "$PID" 2>/dev/null
	assertEquals "$(cat err)" '143 run-parts: Terminated by SIGTERM' "$? $(cat err)"
	: >go
}

test_standard_input_that_has_no_room() {
	head -c 3000000 /dev/zero >data
	script d/1 'echo ran'
	mkdir small
	as_root=
	is_root || as_root=-r
	# shellcheck disable=SC2016,SC2086 # for sh; one option or none
	TMPDIR=$HERE/small run unshare $as_root -m sh -c 'mount -t tmpfs -o size=2m small small || exit 77
		exec "$1" run-parts --stdin d <data' sh "$REFRESHBOX"
	[ "$RC" -ne 77 ] || {
		echo 'skipped: may not mount'
		return 0
	}
	expect 1 ''
	expect_stderr 'run-parts: cannot keep standard input: No space left on device'
}

# shellcheck source=/dev/null
. shunit2
