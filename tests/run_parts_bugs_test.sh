#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What users reported of Debian's run-parts over the years, by the number of the report. Each test
# says what they came to expect.

# shellcheck disable=SC2016 # the bodies of scripts

# shellcheck source=/dev/null
. "$(dirname "$0")/lib.sh"

# A script that leaves a process behind, which holds its output and waits for the word to go.
DAEMON='mkfifo go
(echo started >ready; cat go >/dev/null) &
while ! [ -s ready ]; do sleep 0.01; done
echo $! >pid'

# end_daemon: lets the daemon go, and fails where there is none.
end_daemon() {
	PIDS="$PIDS $(cat pid)"
	assertTrue 'the daemon is gone' "kill -0 $(cat pid)"
	timeout 20 sh -c 'echo >go' || fail 'the daemon does not read'
	wait_until is_gone "$(cat pid)"
}

# A file of the administrator in /etc goes before the vendor's of the same name in /usr.
test_bug_1084170_the_earlier_of_several_directories_overrides() {
	script etc/20-both 'echo from etc'
	script etc/30-etc 'echo only etc'
	script usr/10-usr 'echo only usr'
	script usr/20-both 'echo from usr'
	run run-parts etc usr
	expect 0 'only usr
from etc
only etc'
	run run-parts usr etc
	expect 0 'only usr
from usr
only etc'
	run run-parts --list etc usr
	expect 0 'usr/10-usr
etc/20-both
etc/30-etc'
	assertEquals '' "$(cat "$SUITE/err")"
}

test_bug_1084170_an_override_without_permission_turns_the_other_off() {
	file etc/20-both ''
	script usr/20-both 'echo from usr'
	run run-parts etc usr
	expect 0 ''
}

test_bug_1102512_an_empty_directory_is_a_success() {
	mkdir d e
	for options in '' --list --test --report --stdin --exit-on-error '--regex=x' --lsbsysinit -v; do
		# shellcheck disable=SC2086 # none or one
		run run-parts $options d
		expect 0 ''
		assertEquals "stderr of '$options'" '' "$(cat "$SUITE/err")"
	done
	run run-parts d e
	expect 0 ''
	file d/no-script ''
	run run-parts d
	expect 0 ''
}

# Scripts of maintainers read the list: a warning among the names is one more name to them.
test_bug_1109705_a_list_has_nothing_but_names() {
	script d/1 ''
	for options in --list --test; do
		run run-parts $options nowhere
		expect 0 ''
		assertEquals 'stderr' '' "$(cat "$SUITE/err")"
		run run-parts $options nowhere d "$SUITE/err"
		expect 0 d/1
		assertEquals 'stderr' '' "$(cat "$SUITE/err")"
	done
}

# cron starts run-parts with --report, a script starts a daemon: run-parts waited for it for ever.
test_bug_379645_report_does_not_wait_for_a_daemon() {
	script d/1 "echo before
$DAEMON"
	script d/2 'echo after'
	run timeout 60 run-parts --report d
	expect 0 'd/1:
before
d/2:
after'
	end_daemon
}

# Where a pipe failed, run-parts went round for ever.
test_bug_302479_report_ends_when_nobody_reads() {
	script d/1 'echo one; echo ran >>ran'
	script d/2 'echo two; echo ran >>ran'
	mkfifo out
	sh -c 'trap "" PIPE; exec 3<>out 4>out 3<&-; timeout 60 run-parts --report d >&4 2>err; echo $? >status'
	assertEquals 'status' 1 "$(cat status)"
	assertEquals 'both scripts run' 2 "$(grep -c ran ran)"
}

# An end of a pipe that stayed open in run-parts, or in a script, kept it waiting.
test_bug_20678_scripts_have_no_descriptors_but_their_own() {
	script d/1 'for fd in /proc/$$/fd/*; do echo "${fd##*/}"; done'
	sh d/1 </dev/null >alone
	for options in '' --report --stdin '--report --stdin'; do
		# shellcheck disable=SC2086 # words
		run run-parts $options d
		assertEquals "descriptors with '$options'" "$(cat alone)" "$(grep -v : "$SUITE/out")"
	done
}

# The last output of a script was lost when it had ended before it was read.
test_bug_170739_report_loses_no_output() {
	script d/1 'i=0; while [ $i -lt 5000 ]; do echo "line $i of much text"; i=$((i + 1)); done
printf end'
	script d/2 'printf "no newline" >&2; exit 3'
	for round in 1 2 3 4 5; do
		run run-parts --report d
		expect 3
		assertEquals "bytes of round $round" "$({ echo d/1:; sh d/1; } | cksum)" "$(cksum <"$SUITE/out")"
		expect_log 'no newline'
	done
}

test_bug_170739_report_of_both_streams() {
	script d/1 'i=0; while [ $i -lt 3000 ]; do echo "out $i"; echo "err $i" >&2; i=$((i + 1)); done'
	run run-parts --report d
	expect 0
	assertEquals stdout 3000 "$(grep -c '^out ' "$SUITE/out")"
	assertEquals stderr 3000 "$(grep -c '^err ' "$SUITE/err")"
	assertEquals 'one header' 1 "$(cat "$SUITE/out" "$SUITE/err" | grep -cx d/1:)"
}

# Children that had ended stayed as zombies, or were not noticed.
test_bug_59121_report_notices_every_child() {
	for i in 1 2 3 4 5 6 7 8 9; do
		script "d/$i" "sleep 0 & exit $i"
	done
	script d/z 'cat /proc/[0-9]*/stat 2>/dev/null | grep -c ") Z $PPID " >zombies; exit 0'
	run timeout 60 run-parts --report d
	expect 9 ''
	assertEquals 'failures' 9 "$(grep -c 'exited with return code' "$SUITE/err")"
	assertEquals 'zombies' 0 "$(cat zombies)"
}

test_bug_59121_silent_scripts_have_no_header() {
	script d/1 ':'
	script d/2 'echo two >&2'
	run run-parts --report d
	expect 0 ''
	assertEquals stderr 'd/2:
two' "$(cat "$SUITE/err")"
}

# A script that signals its group ended run-parts too: sessions; then daemons outlived what they
# should not: sessions only on demand.
test_bug_226229_sessions_are_made_on_demand() {
	script d/1 'read -r _ _ _ _ _ session _ </proc/$$/stat; [ "$session" = $$ ] && echo own || echo shared'
	run run-parts d
	expect 0 shared
	run run-parts --new-session d
	expect 0 own
}

test_bug_226229_a_script_may_signal_its_own_session() {
	script d/1 'kill -TERM 0'
	script d/2 'echo two'
	run run-parts --new-session d
	expect 1 two
	expect_log 'run-parts: d/1 exited because of uncaught signal 15'
}

# The first script read all of stdin.
test_bug_719692_stdin_is_for_all() {
	script d/1 'cat'
	script d/2 'read -r first; echo "$first"'
	script d/3 ':'
	script d/4 'cat'
	printf 'one\ntwo\n' | run-parts --stdin d >out
	assertEquals 'one
two
one
one
two' "$(cat out)"
	printf 'one\ntwo\n' | run-parts d >out
	assertEquals 'one
two' "$(sed '/^$/d' out)"
	i=0
	while [ $i -lt 20000 ]; do
		echo "line $i"
		i=$((i + 1))
	done >much
	run-parts --stdin --report d <much >out
	assertEquals 'much' "$(cksum <much)" "$(sed -n '/^d\/4:$/,$p' out | sed 1d | cksum)"
}

# Why is my script not run?
test_bug_243676_debug_tells_why_a_name_is_not_selected() {
	script d/backup.sh 'echo ran'
	file d/plain ''
	mkdir d/folder
	ln -s nothing d/link
	run run-parts --debug d
	expect 0 ''
	expect_log '"backup.sh": classicalre fail'
	for name in backup.sh plain folder link; do
		assertEquals "reasons for $name" 1 "$(grep -c "^run-parts: left out d/$name: ." "$SUITE/err")"
	done
	run run-parts --debug --list d
	assertEquals 'debug spoils the list' 'd/plain' "$(cat "$SUITE/out")"
}

test_bug_205646_a_broken_link_stops_nothing() {
	ln -s nothing 0
	mkdir d
	ln -s nothing d/1
	ln -s 2 d/2
	script d/3 'echo three'
	for options in '' --exit-on-error --report; do
		# shellcheck disable=SC2086 # none or one
		run run-parts $options d
		expect 0
		assertEquals "with $options" three "$(tail -n 1 "$SUITE/out")"
		assertEquals 'stderr' '' "$(cat "$SUITE/err")"
	done
	run run-parts --test d
	expect 0 d/3
}

# shellcheck source=/dev/null
. shunit2
