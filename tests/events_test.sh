#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The event log of --events, by a JSON parser and its manual page.
# shellcheck disable=SC2016 # the scripts' own $
. "$(dirname "$0")/lib.sh"

# check_log [LOG]: holds the log, "events", against the manual page, and leaves "STATUS PATH" of each
# script that ended in the file "ended".
check_log() {
	python3 "$TESTS/tools/events_check.py" "${1:-events}" >"$SUITE/ended" 2>"$SUITE/check.err" ||
		fail "$(tail -n 3 "$SUITE/check.err"): $(cat "${1:-events}")"
	tr '\0' '\n' <"$SUITE/ended" >ended
}

# expect_ended TEXT: a log as in the manual page, of scripts that ended so.
expect_ended() {
	check_log
	assertEquals 'scripts that ended' "$1" "$(cat ended)"
}

# kinds: the events of the log "events" in their order, one line.
kinds() {
	sed 's/^{"event":"\([a-z-]*\)".*/\1/' events | paste -sd ' '
}

# field NAME: its values in the log.
field() {
	grep -o "\"$1\":[^,}]*" events | cut -d: -f2-
}

test_the_whole_of_a_run() {
	script base/configure.d/1-a 'exit 0'
	script base/configure.d/2-b 'exit 42'
	script base/configure.d/3-c.sh 'exit 0'
	script base/migration.d/1 'exit 0'
	script base/error.d/9 'exit 3'
	orc --events events
	expect 1 ''
	expect_ended '0 base/configure.d/1-a
42 base/configure.d/2-b
3 base/error.d/9'
	assertEquals 'run-start phase-absent phase-start part-left-out part-start part-end part-start part-end phase-end phase-start part-start part-end phase-end run-end' "$(kinds)"
	assertEquals '"os-refresh-config"' "$(field program)"
}

test_every_runner_has_it() {
	script scratch/1 'exit 0'
	run dib-run-parts --events events scratch
	expect 0 ''
	run run-parts --events=events scratch
	expect 0 ''
	expect_ended '0 scratch/1
0 scratch/1'
	assertEquals '"dib-run-parts" "run-parts"' "$(field program | paste -sd ' ')"
	assertEquals 2 "$(field run | sort -u | wc -l)"
}

test_what_a_script_used() {
	script scratch/1 'i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done'
	run dib-run-parts --events events scratch
	expect 0 ''
	check_log
	assertTrue "user: $(field user)" "[ $(field user | tr -d .) -gt 1000 ]"
	assertTrue "seconds: $(field seconds)" "[ $(field seconds | tr -d .) -ge $(field user | tr -d .) ]"
	assertTrue "peak_kib: $(field peak_kib)" "[ $(field peak_kib) -gt 100 ]"
}

test_a_shim_tells_it_as_well() {
	script scratch/1 'sleep 100 & echo $! >daemon'
	script scratch/2 'i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done'
	run dib-run-parts --events events scratch
	PIDS=$(cat daemon)
	expect 0 ''
	check_log
	assertTrue "user: $(field user)" "[ $(field user | tail -n 1 | tr -d .) -gt 1000 ]"
}

test_limits_and_kills() {
	script scratch/1 'sleep 100 & sleep 100'
	run dib-run-parts --events events --script-timeout 0.2 scratch
	expect 137 ''
	expect_ended '137 scratch/1'
	assertEquals 'run-start part-start script-timeout kill part-end run-end' "$(kinds)"
	assertEquals '0.200000' "$(field limit)"
	assertTrue "killed: $(cat events)" "grep -q '\"killed\":\[[0-9]' events"
	assertEquals '"timeout"' "$(field reason)"
	rm events
	run dib-run-parts --events events --timeout 0.2 scratch
	expect 137 ''
	check_log
	assertEquals 'run-start part-start run-timeout kill part-end run-end' "$(kinds)"
}

test_a_script_that_kills_itself_was_not_killed() {
	script scratch/1 'kill -KILL $$'
	run dib-run-parts --events events scratch
	expect 137 ''
	expect_ended '137 scratch/1'
	assertEquals 'run-start part-start part-end run-end' "$(kinds)"
	assertEquals '"signal"' "$(field reason)"
	assertEquals 9 "$(field signal)"
}

test_a_signal() {
	script scratch/1 'kill $PPID; sleep 100'
	run dib-run-parts --events events scratch
	expect 143 ''
	check_log
	assertEquals 'run-start part-start kill part-end signal run-end' "$(kinds)"
	assertTrue "the end: $(tail -n 1 events)" "tail -n 1 events | grep -q '\"status\":143,\"signal\":15}'"
}

test_a_lock_that_is_held() {
	script base/configure.d/1 'orc() { os-refresh-config --lockfile "$1" --events "$2"; }
		orc lock inner && exit 3; [ $? = 11 ]'
	orc --events events
	expect 0 ''
	check_log
	check_log inner
	assertEquals 'run-start failure run-end' "$(sed 's/^{"event":"\([a-z-]*\)".*/\1/' inner | paste -sd ' ')"
	assertTrue "the end: $(tail -n 1 inner)" "tail -n 1 inner | grep -q '\"status\":11}'"
}

test_what_else_fails() {
	script base/configure.d/1 'exit 0'
	file base/environment.d/1 'A=1\nif\n'
	orc --events events
	expect 1 ''
	check_log
	assertTrue "$(cat events)" 'grep "^{\"event\":\"failure\"" events | grep -q "\"line\":3"'
	rm events
	BASE=nowhere orc --events events
	expect 1 ''
	check_log
	assertEquals 'run-start failure run-end' "$(kinds)"
}

# Names of every byte but '/' and NUL, a pattern that takes them all.
test_every_byte_in_a_name() {
	python3 "$TESTS/tools/events_trees.py" names
	run env RUN_PARTS_REGEX=. dib-run-parts --events events scratch
	expect 0 ''
	check_log
	assertEquals 'the names' '' "$(diff names ended | head)"
}

test_a_long_path_is_cut() {
	long=$(printf '%0200d' 0)
	deep=$long/$long/$long/$long/$long/$long/$long/$long/$long/$long
	script "$deep/1" 'exit 0'
	run dib-run-parts --events events "$deep"
	expect 0 ''
	check_log
	assertTrue 'it ends in ...' "grep -q '00\.\.\.\"' events"
}

# Trees of random names, kinds and statuses, and what a parser makes of their logs.
test_generated_trees() {
	seed=$(seed)
	n=0
	while [ $n -lt "${TREES:-30}" ]; do
		n=$((n + 1))
		rm -rf base events
		python3 "$TESTS/tools/events_trees.py" "$seed.$n"
		RUN_PARTS_REGEX=. orc --events events --script-timeout 0.2
		[ ! -e daemons ] || PIDS="$PIDS $(cat daemons)"
		check_log
		grep -q '"event":"part-start"' events && some=yes
	done
	assertEquals "seed $seed: something ran" yes "${some-}"
}

test_two_runs_at_once_have_whole_lines() {
	for n in 1 2 3 4; do
		script "scratch$n/1" 'exit 0'
		i=1
		while [ $i -lt 60 ]; do
			i=$((i + 1))
			ln "scratch$n/1" "scratch$n/$i"
		done
	done
	for n in 1 2 3 4; do
		dib-run-parts --events events "scratch$n" 2>/dev/null &
	done
	wait
	check_log
	assertEquals 240 "$(wc -l <ended)"
}

test_a_descriptor() {
	script scratch/1 'for n in 3 4 5; do (: >&$n) 2>/dev/null && echo "has $n"; done; exit 0'
	run sh -c 'run-parts --events fd:5 scratch 5>events'
	expect 0 ''
	expect_ended '0 scratch/1'
	run sh -c 'dib-run-parts --events fd:1 scratch | cat >events'
	expect 0 ''
	expect_ended '0 scratch/1'
	run sh -c 'dib-run-parts --events fd:3 scratch 3>&1 | cat >events'
	expect 0 ''
	expect_ended '0 scratch/1'
}

# A socket takes what there is room for, in the middle of a line.
test_a_slow_socket() {
	mkdir scratch
	i=0
	while [ $i -lt 300 ]; do
		i=$((i + 1))
		script "scratch/$(printf '%0200d' $i)" 'exit 0'
	done
	python3 -c '
import socket, subprocess, time
server = socket.socket()
server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
server.bind(("127.0.0.1", 0))
server.listen()
client = socket.create_connection(server.getsockname())
client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1024)
reader = server.accept()[0]
target = "fd:%d" % client.fileno()
run = subprocess.Popen(["dib-run-parts", "--events", target, "scratch"],
                       pass_fds=[client.fileno()], stderr=open("err", "wb"))
client.close()
with open("events", "wb") as events:
    while data := reader.recv(333):
        events.write(data)
        time.sleep(0.001)
print(run.wait())' >status
	assertEquals 0 "$(cat status)"
	assertEquals '' "$(grep 'write the event log' err)"
	check_log
	assertEquals 300 "$(wc -l <ended)"
}

# Not even the first line of a log that nobody reads, or that may not grow, ends the run.
test_a_broken_log_is_no_end() {
	script scratch/1 'echo ran'
	mkfifo fifo
	run sh -c 'exec 5<>fifo; exec 3>fifo; : <fifo & exec 5<&-; wait; exec dib-run-parts --events fd:3 scratch'
	expect 0 ran
	expect_log 'WARN: Cannot write the event log fd:3: Broken pipe'
	(ulimit -f 0 && dib-run-parts --events events scratch 2>&1) | cat >"$SUITE/err"
	expect_log 'WARN: Cannot write the event log events: File too large'
}

test_a_descriptor_that_is_closed_is_none_of_ours() {
	script scratch/1 'echo ran'
	run timeout 20 sh -c 'exec dib-run-parts --syslog --kmsg --events fd:3 scratch 3>&-'
	expect 0 ran
	expect_log 'WARN: Cannot write the event log fd:3: Bad file descriptor'
}

test_no_line_is_longer_than_a_pipe_takes() {
	long=$(printf '%0250d' 0 | tr 0 '\134')
	deep=$long/$long/$long/$long/$long/$long
	script "base/configure.d/1" 'head -c 9000 /dev/urandom; exit 1'
	mkdir -p "$deep"
	mv base "$deep"
	BASE=$deep/base orc --capture --events events
	assertTrue 'there are long ones' "[ -n \"\$(awk 'length(\$0) > 1500' events)\" ]"
	assertEquals 'but none too long' '' "$(awk 'length($0) > 4095' events)"
	check_log
}

# A run goes on, and says once that there is no log.
test_what_cannot_be_written_is_a_warning() {
	script scratch/1 'echo ran'
	mkfifo fifo
	while read -r target cause; do
		run dib-run-parts --events "$target" scratch
		expect 0 ran
		expect_line "dib-run-parts WARN: Cannot write the event log $target: $cause"
	done <<-END
		nowhere/events No such file or directory
		scratch Is a directory
		fifo No such device or address
		fd:77 Bad file descriptor
		fd:-1 Bad file descriptor
		fd: Invalid argument
		fd:4294967301 Bad file descriptor
		/dev/full No space left on device
	END
	run run-parts --events nowhere/events scratch
	expect 0 ran
	expect_log 'run-parts: Cannot write the event log nowhere/events: No such file or directory'
	orc --events /dev/full
	expect_line '\[\] \(os-refresh-config\) \[WARN\] Cannot write the event log /dev/full: No space left on device'
}

# scripts NUMBER: so many in "scratch", which do nothing.
scripts() {
	script scratch/1 'exit 0'
	i=1
	while [ $i -lt "$1" ]; do
		i=$((i + 1))
		ln scratch/1 "scratch/$i"
	done
}

# whole_lines FILE: it is not empty, and each line of it is an object, the last one with a newline.
whole_lines() {
	[ -s "$1" ] || fail "$1 is empty"
	assertEquals 'whole lines' '' "$(grep -av '^{"event":.*}$' "$1")"
	assertEquals 'and a newline' '' "$(tail -c 1 "$1" | tr -d '\n')"
	assertEquals 'no NUL' 0 "$(tr -cd '\0' <"$1" | wc -c)"
}

# Half a line would spoil the next: where a file may not grow as far, it is taken back; also where
# what comes next does not go to the end of the file by itself.
test_a_full_disk_leaves_whole_lines() {
	scripts 20
	for redirection in '' '3>events' '3>>events' '3<>events'; do
		rm -f events
		target=${redirection:+fd:3}
		(eval "exec $redirection" && ulimit -f 4 &&
			dib-run-parts --events "${target:-events}" scratch 2>&1) | cat >"$SUITE/err"
		expect_log "WARN: Cannot write the event log ${target:-events}: "
		assertTrue 'it is full' "[ $(wc -c <events) -gt 800 ]"
		whole_lines events
	done
}

# on_a_small_disk COMMAND: with two pages of room in the folder "small", one of them for the file "filler".
# What is in the file "small/events" then comes on stdout.
on_a_small_disk() {
	mkdir -p small
	as_root=
	is_root || as_root=-r
	# shellcheck disable=SC2086 # one option or none
	unshare $as_root -m sh -c 'mount -t tmpfs -o size=8k small small || exit 77
		head -c 4096 /dev/zero >small/filler
		(eval "$1") >&2; cat small/events' sh "$1" 2>err
}

# Before the last scripts run, there is room again.
test_a_file_system_that_is_full_for_a_while() {
	scripts 40
	rm scratch/35
	script scratch/35 'rm small/filler'
	for command in 'exec dib-run-parts --events small/events scratch' \
		'exec dib-run-parts --events fd:3 scratch 3>small/events'; do
		on_a_small_disk "$command" >events || {
			echo 'skipped: may not mount'
			return 0
		}
		assertEquals 'one line of warning' 1 "$(grep -c 'write the event log .*: No space left on device' err)"
		assertTrue 'it was full' "[ $(wc -c <events) -gt 3800 ]"
		assertTrue 'and then was not' "grep -q run-end events"
		whole_lines events
	done
}

# A terminal takes what there is room for, in the middle of a line: the rest of it follows.
test_a_slow_terminal() {
	scripts 300
	python3 -c '
import os, pty, subprocess, time, tty
reader, terminal = pty.openpty()
tty.setraw(terminal)
run = subprocess.Popen(["dib-run-parts", "--events", os.ttyname(terminal), "scratch"],
                       stdin=subprocess.DEVNULL, stderr=open("err", "wb"))
with open("events", "wb") as events:
    ended = False
    while not ended:
        ended = run.poll() is not None
        os.set_blocking(reader, False)
        try:
            events.write(os.read(reader, 333))
            ended = False
        except BlockingIOError:
            pass
        time.sleep(0 if ended else 0.002)
print(run.wait())' >status
	assertEquals 0 "$(cat status)"
	whole_lines events
}

# The machine stopped in the middle of a line.
test_a_log_that_ends_within_a_line_is_continued_in_a_new_one() {
	script scratch/1 'exit 0'
	for redirection in '' '3>>events' '3<>events'; do
		printf '{"event":"run-start","run":' >events
		target=${redirection:+fd:3}
		(eval "exec $redirection"
			[ "$redirection" != '3<>events' ] || head -c 27 <&3 >/dev/null
			exec dib-run-parts --events "${target:-events}" scratch 2>err)
		assertEquals "$(cat err)" '' "$(grep 'write the event log' err)"
		assertEquals 'its line' '{"event":"run-start","run":' "$(head -n 1 events)"
		sed 1d events >rest
		check_log rest
		(eval "exec $redirection"
			[ "$redirection" != '3<>events' ] || cat <&3 >/dev/null
			exec dib-run-parts --events "${target:-events}" scratch 2>err)
		sed 1d events >rest
		check_log rest
		assertEquals 'both runs' 2 "$(wc -l <ended)"
	done
}

# Who reads it reads what failing scripts print.
test_the_log_is_for_its_owner() {
	script scratch/1 'exit 0'
	run dib-run-parts --events events scratch
	assertEquals '-rw-------' "$(find events -printf %M)"
}

# In a directory in which others can make files, what is there may be by them.
test_the_log_is_never_where_a_link_of_others_leads() {
	script scratch/1 'exit 0'
	mkdir ours shared
	echo keep >ours/precious
	for mode in 1777 777; do
		chmod $mode shared
		for link in 'ln -s' ln; do
			rm -f shared/events
			$link "$HERE/ours/precious" shared/events
			run dib-run-parts --events shared/events scratch
			expect 0
			expect_log 'WARN: Cannot write the event log shared/events: '
			assertEquals "$mode, $link" keep "$(cat ours/precious)"
		done
	done
	ln -s "$HERE/ours" shared/way
	run dib-run-parts --events shared/way/new scratch
	expect 0
	expect_log 'WARN: Cannot write the event log shared/way/new: '
	assertFalse 'it was made' '[ -e ours/new ]'
	ln -s precious ours/link
	run dib-run-parts --events ours/link scratch
	expect_no_log 'write the event log'
	assertTrue 'a link of our own' "grep -q run-end ours/precious"
}

# As process 1 of a container, each run has the same process id.
test_runs_of_one_process_id_can_be_told_apart() {
	if is_root; then apart='unshare -pf'; else apart='unshare -Urpf'; fi
	$apart true 2>/dev/null || {
		echo 'skipped: cannot make a PID namespace'
		return 0
	}
	script scratch/1 'exit 0'
	for n in 1 2 3; do
		$apart "$REFRESHBOX" dib-run-parts --events events scratch 2>/dev/null
	done
	check_log
	assertEquals 1 "$(field run | sort -u)"
	assertEquals 3 "$(field id | sort -u | wc -l)"
}

# Before the kernel has random bytes, early after the boot.
test_an_id_without_random_bytes() {
	may_trace || return 0
	script scratch/1 'exit 0'
	for n in 1 2; do
		strace -o /dev/null -e inject=getrandom:error=EAGAIN \
			dib-run-parts --events events scratch 2>/dev/null
	done
	check_log
	assertEquals 2 "$(field id | sort -u | wc -l)"
}

# A reader that reads nothing holds up neither limits nor signals.
test_a_stalled_reader() {
	script scratch/1 'exit 0'
	i=1
	while [ $i -lt 400 ]; do
		i=$((i + 1))
		ln scratch/1 "scratch/$i"
	done
	mkfifo fifo other
	exec 9<>fifo
	run dib-run-parts --events fifo scratch
	exec 9<&-
	expect 0 ''
	expect_log 'write the event log fifo: Resource temporarily unavailable'
	exec 9<>other
	sh -c 'exec dib-run-parts --events fd:3 scratch 3>other 9<&-' 2>err &
	pid=$!
	wait_until is_full
	assertTrue 'it began' "grep -q 'Running scratch/50 *$' err"
	assertFalse 'but did not come to the end' "grep -q 'Running scratch/400' err"
	kill -TERM "$pid"
	wait "$pid"
	assertEquals 'ended by the signal' 143 $?
	exec 9<&-
}

test_no_log_of_what_does_not_run() {
	script base/configure.d/1 'echo ran'
	orc --dry-run --events events
	expect 0
	assertFalse 'no log' '[ -e events ]'
	run run-parts --test --events events base/configure.d
	expect 0
	assertFalse 'no log' '[ -e events ]'
}

# shellcheck source=/dev/null
. shunit2
