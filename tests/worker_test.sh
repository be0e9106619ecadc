#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The process that runs the scripts, and the one that we were started as: what happens when one of
# them, or a shim, is killed or stopped; strangers; and what SIGKILL cannot end.
# shellcheck disable=SC2016,SC2086,SC2153 # the bodies of scripts; words to be split; LIMIT of lib.sh

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

# start COMMAND [ARGUMENT]...: runs it in the background, as the process US, with no signal ignored.
start() {
	env --default-signal "$@" >out 2>err </dev/null &
	US=$!
	PIDS="$PIDS $US"
}

# finish: waits for it; its status is RC.
finish() {
	wait "$US" 2>/dev/null
	RC=$?
}

# lasting [COMMAND]: a script d/1 that starts a process in another session, does the command, and goes
# on until it is ended. The files "child" and "self" have their pids.
lasting() {
	rm -f self child worker
	script d/1 'setsid sh -c "echo \$\$ >child; exec sleep 1000" &
		while [ ! -s child ]; do sleep 0.02; done; echo $PPID >worker; echo $$ >self
		'"${1-}"'
		exec sleep 1000'
}

# daemon: a script d/0 leaves one, with its pid in the file "daemon".
daemon() {
	script d/0 'sleep 1000 >/dev/null 2>&1 & echo $! >daemon'
}

# ---- we are killed

test_kill_9_ends_all_that_the_script_started() {
	lasting
	start dib-run-parts d
	wait_until test -s self
	kill -9 "$US"
	finish
	PIDS="$PIDS $(cat worker)"
	wait_until is_gone "$(cat worker)"
	expect_gone self child
	assertTrue "$(cat err)" 'grep -q "ERROR: Terminated by SIGTERM" err'
}

test_kill_9_gives_the_script_time_as_a_signal_does() {
	script d/1 'trap "sleep 0.3; echo cleaned >cleaned; exit" TERM; echo $PPID >worker; echo $$ >self
		while :; do sleep 0.02; done'
	start dib-run-parts d
	wait_until test -s self
	kill -9 "$US"
	finish
	wait_until is_gone "$(cat worker)"
	assertTrue 'cleaned up' '[ -e cleaned ]'
}

# Who ignores SIGTERM has other plans for it, but not that scripts outlive us.
test_kill_9_counts_where_sigterm_is_ignored() {
	for before in '' daemon; do
		rm -rf d
		lasting
		$before
		env --ignore-signal=TERM sh -c 'exec dib-run-parts --kill-after 0.2 d' >out 2>err </dev/null &
		US=$!
		PIDS="$PIDS $US"
		wait_until test -s self
		kill -TERM "$US" "$(cat worker)"
		kill -9 "$US"
		finish
		wait_until is_gone "$(cat worker)"
		expect_gone self child
		[ -z "$before" ] || PIDS="$PIDS $(cat daemon)"
	done
}

test_sigterm_is_ignored_by_the_worker_too() {
	script d/1 'kill -TERM $PPID; kill -TERM "$(cat us)"; echo one'
	run env --ignore-signal=TERM sh -c 'echo $$ >us; exec dib-run-parts d'
	expect 0 one
}

# The kernel may take the memory of any process of ours. That is told, and nothing is called done.
test_a_worker_that_is_killed_is_told_of() {
	script d/1 'echo $$ >self; kill -9 $PPID; exec sleep 1000'
	script d/2 'echo wrong'
	for applet in dib-run-parts run-parts; do
		run $applet d
		expect 137 ''
		expect_line '(.*ERROR|run-parts): The process that runs the scripts was killed by signal 9 \(SIGKILL\); scripts may still be running'
		wait_until is_gone "$(cat self)"
	done
}

# Daemons of earlier scripts are no part of it.
test_a_shim_that_is_killed_takes_all_of_its_script_along() {
	daemon
	lasting 'kill -9 $PPID'
	script d/2 'echo wrong'
	run dib-run-parts d
	PIDS="$PIDS $(cat daemon)"
	expect 137 ''
	expect_line 'dib-run-parts ERROR: Script d/1 was killed after [0-9.]+ s, because signal 9 \(SIGKILL\) ended our process that watched it \(process [0-9]+; also killed: .*'
	expect_gone self child
	assertFalse 'the daemon was killed' "is_gone $(cat daemon)"
	run run-parts d
	PIDS="$PIDS $(cat daemon)"
	expect 1 wrong
	expect_line 'run-parts: d/1 was killed because signal 9 ended our process [0-9]+; also killed:.*'
}

# Both of us end by the signal, but one core dump is enough.
test_a_signal_that_dumps_core_dumps_one() {
	may_trace || return 0
	script d/1 'ulimit -c 0; kill -QUIT $PPID; exec sleep 1000'
	run sh -c 'ulimit -c unlimited && exec env --default-signal strace -f -qq -e trace=none -o trace dib-run-parts d'
	expect 131
	dumps=$(grep -c 'core dumped' trace)
	[ "$dumps" -gt 0 ] || {
		echo 'skipped: no core dumps here'
		return 0
	}
	assertEquals "$(grep QUIT trace)" 1 "$dumps"
}

# ---- we are stopped

test_a_limit_and_a_signal_reach_a_stopped_script() {
	script d/1 'trap "echo asked; exit" TERM; echo $$ >self; kill -STOP $$; while :; do sleep 0.02; done'
	with_limits 'rm -f self; run dib-run-parts --timeout $LIMIT --kill-after 60 d' test -s self
	expect 143 asked
	rm -f self
	start dib-run-parts --kill-after 60 d
	wait_until test -s self
	wait_until grep -q '^State:.T' "/proc/$(cat self)/status"
	kill -TERM "$US"
	finish
	assertEquals "$(cat err)" '143 asked' "$RC $(cat out)"
}

test_a_limit_and_a_signal_reach_the_script_of_a_stopped_shim() {
	daemon
	script d/1 'echo $$ >self; kill -STOP $PPID; exec sleep 1000'
	with_limits 'rm -f self; run timeout -k 1 60 dib-run-parts --timeout $LIMIT d' test -s self
	PIDS="$PIDS $(cat daemon)"
	expect 137 ''
	expect_gone self
	rm -f self
	start dib-run-parts d
	wait_until test -s self
	kill -TERM "$US"
	finish
	PIDS="$PIDS $(cat daemon)"
	assertEquals "$(cat err)" 143 "$RC"
	expect_gone self
}

# on_terminal COMMAND...: runs it on a terminal of its own; all that it shows is in the file "raw".
on_terminal() {
	has_program python3 || {
		echo 'skipped: no python3'
		return 1
	}
	run timeout -k 1 100 python3 -B "$TESTS/tools/terminal.py" raw screen 200 "$@"
}

# are STATE FILE...: are the processes, whose ids are in the files, in this state?
STATES='are() {
	state=$1; shift
	for file; do grep -q "^State:.$state" /proc/$(cat $file)/status || return; done
}
until_are() { until are "$@"; do sleep 0.02; done; }'

# What a shell does at Ctrl-Z and at "fg" and "bg", in the foreground and in the background. The script
# starts nothing: a shell whose vfork(2) waits for a child that was stopped does not count as stopped.
test_a_shell_stops_us_and_lets_us_go_on() {
	script d/1 'echo $PPID >worker; echo $$ >self; read -r line <go; echo done'
	mkfifo go
	file shell "set -m
$STATES
exec 3<>go
run-parts d 3>&- &
echo \$! >us
until [ -s self ]; do sleep 0.02; done
kill -s TSTP -- -\$(cat us)
until_are T us worker self
echo stopped
bg %%1 >/dev/null
until_are S us worker
kill -s TSTP -- -\$(cat us)
until_are T us worker self
echo >&3
fg %%1 >/dev/null
echo status \$?"
	on_terminal sh shell || return 0
	expect 0
	assertTrue "$(cat screen)" 'grep -q "^stopped" screen'
	assertEquals "$(cat screen)" 'done
status 0' "$(tail -n 2 screen | tr -d '\r' | grep .)"
}

# In the background, a script that reads the terminal is stopped, and "fg" lets it read.
test_a_script_in_the_background_that_reads_waits_for_fg() {
	script d/1 'echo $$ >self; read -r line; echo "read $?"'
	file shell "set -m
$STATES
run-parts d &
until [ -s self ]; do sleep 0.02; done
until_are T self
(until_are S self; kill -HUP \$(cat self)) &
fg %%1 >/dev/null
echo status \$?"
	on_terminal sh shell || return 0
	expect 0
	assertTrue "$(cat screen)" 'grep -q "status 1" screen'
}

# ---- strangers

test_strangers_come_to_process_1_and_live() {
	unshare -pf --mount-proc true 2>/dev/null || unshare -Urpf --mount-proc true 2>/dev/null || {
		echo 'skipped: may not make a process namespace'
		return 0
	}
	user=
	is_root || user=-Ur
	script d/1 'echo $$ >self; while [ ! -s stranger ]; do sleep 0.02; done; exec sleep 1000'
	start unshare $user -pf --kill-child --mount-proc sh -c 'echo $$ >us; exec dib-run-parts --timeout 4 d'
	wait_until test -s self
	# As nsenter or docker exec do it, a process comes whose parent then ends.
	namespace=$(pgrep -P "$US" dib-run-parts || pgrep -P "$(pgrep -P "$US")" dib-run-parts)
	nsenter --preserve-credentials -U -p -t "$namespace" sh -c '(sleep 1000 & echo $! >stranger)' 2>/dev/null ||
		nsenter -p -t "$namespace" sh -c '(sleep 1000 & echo $! >stranger)'
	finish
	assertEquals "$(cat err)" 137 "$RC"
	assertFalse "$(cat err)" "grep -q 'also killed:.* $(cat stranger)' err"
}

# ---- what SIGKILL cannot end

# frozen COMMAND: runs it where "mnt" is a file system that is frozen: who writes to it waits in the
# kernel, and cannot be killed.
frozen() {
	is_root || {
		echo 'skipped: only root may freeze a file system'
		return 1
	}
	for program in mkfs.ext4 fsfreeze; do
		has_program $program || {
			echo "skipped: no $program"
			return 1
		}
	done
	truncate -s 16M image
	mkfs.ext4 -q image
	mkdir -p mnt
	run timeout -k 10 100 unshare -m sh -c 'mount -o loop image mnt || exit 99
		trap "fsfreeze -u mnt; umount mnt" EXIT
		trap "exit 1" TERM
		fsfreeze -f mnt || exit 99
		'"$1"
	[ "$RC" -ne 99 ] || {
		echo "skipped: cannot freeze a file system: $(cat "$SUITE/err")"
		return 1
	}
}

test_what_does_not_die_is_named_and_the_run_goes_on() {
	script base/configure.d/10-a 'echo $$ >self; echo x >mnt/f'
	script base/configure.d/20-b 'echo wrong'
	script base/error.d/10-e 'echo handled'
	frozen 'env OS_REFRESH_CONFIG_BASE_DIR=base os-refresh-config --lockfile lock --timeout 1 \
			--error-timeout 0 >out 2>err &
		until grep -qs "Timeout reached: 1s" err; do sleep 0.02; done
		grep -q State:.D "/proc/$(cat self)/status" && ! grep -q handled out && echo at once
		wait $!
		echo status $?
		times >times' || return 0
	expect 0 'at once
status 1'
	assertEquals "$(cat err)" handled "$(cat out)"
	assertEquals "$(cat err)" 1 "$(grep -cE "\[ERROR\] SIGKILL does not end all of script base/configure.d/10-a, which is left after 1[0-9]\.[0-9]{3} s: process $(cat self) \(state D\)$" err)"
	assertTrue "waiting needs no time of a processor: $(cat times)" \
		'tail -n 1 times | grep -qE "^0m0\.[0-4][0-9]*s 0m0\.[0-4][0-9]*s"'
}

test_a_signal_ends_us_beside_what_does_not_die() {
	script d/1 'echo $$ >self; echo x >mnt/f'
	frozen 'env --default-signal dib-run-parts --events events --kill-after 0.2 d 2>err &
		until grep -qs State:.D "/proc/$(cat self 2>/dev/null)/status"; do sleep 0.02; done
		kill -TERM $!
		wait $!
		echo status $?' || return 0
	expect 0 'status 143'
	assertTrue "$(cat events)" "grep -q '\"event\":\"kill\".*\"stuck\":\[$(cat self)\]' events"
}

# ---- process ids that begin anew

# with_pids COMMAND: where process ids are our own, and the next one may be chosen.
with_pids() {
	user=
	is_root || user=-Ur
	run timeout -k 1 100 unshare $user -pf --mount-proc sh -c 'echo 300 >/proc/sys/kernel/ns_last_pid || exit 99
		'"$1"
	[ "$RC" -ne 99 ] || {
		echo 'skipped: may not choose process ids'
		return 1
	}
}

# escapes: a script with a low process id starts a process with a high one, and then begins low again.
escapes() {
	next='>/proc/sys/kernel/ns_last_pid'
	script d/1 "echo \$\$ >self; echo 20000 $next
		setsid sh -c 'echo \$\$ >escaped; exec sleep 1000' &
		while [ ! -s escaped ]; do sleep 0.02; done
		echo \$((\$\$ + 10)) $next; : >ready; $1; exec sleep 1000"
}

test_a_limit_finds_what_has_a_process_id_from_before() {
	for proc in : 'umount -l /proc'; do
		[ "$proc" = : ] || needs_static || return 0
		escapes "$proc"
		rm -f escaped
		with_limits 'with_pids "dib-run-parts --timeout $LIMIT d; echo status \$?
			kill -0 \$(cat escaped) && echo alive; :"' test -e ready || return 0
		expect 0 'status 137'
		assertEquals 'a high one' 20 "$(cut -c 1-2 escaped)"
	done
}

# shellcheck source=/dev/null
. shunit2
